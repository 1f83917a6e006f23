package dev.interlock;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A hold on a resource. Closing it releases; any thread may do so, and only the first close counts.
 *
 * <p>A handle never lies about the past: once its hold has ended it stays ended, and closing or extending it changes
 * nothing for whoever holds the resource now.
 */
public interface LockHandle extends AutoCloseable {

    /** What is held. */
    String resource();

    /** How it is held. */
    LockMode mode();

    /** Who holds. */
    LockOwner owner();

    /**
     * A number that is higher than that of every earlier hold on this resource. Hand it to the resource that the lock
     * protects, and let that refuse anything lower than the highest it has seen. A hold nested in an
     * exclusive one and a downgraded hold keep the number of the hold they came from; readers that come in again get a new
     * one.
     *
     * @throws LockException if the backend has none
     */
    long fencingToken();

    /** When it was acquired. */
    Instant acquiredAt();

    /** When the hold ends unless it is extended; empty for a hold without a lease. */
    Optional<Instant> leaseExpiresAt();

    /** Whether the resource is still held through this handle. */
    boolean isHeld();

    /**
     * Checks that the resource is still held through this handle.
     *
     * @throws LockLostException when it is not, with the cause
     */
    void ensureHeld();

    /**
     * Lets the lease end this long from now instead. A hold without a lease does not end by itself, so it stays as it is.
     *
     * @throws LockLostException when the hold has already ended
     */
    void extend(Duration lease);

    /**
     * Turns an exclusive hold into a shared one, with no moment in between in which somebody else could write. This
     * handle is spent; go on with the one returned. On a shared hold it answers the same handle.
     *
     * @throws LockLostException when the hold has already ended
     */
    LockHandle downgrade();

    /** Runs the action when the hold is lost — expired or taken away — or now, if it already is. Not run by a close. */
    void onLost(Runnable action);

    /** Runs the action when somebody of higher priority begins to wait for this resource, or now, if somebody already does. */
    void onPreemptionRequested(Runnable action);

    /**
     * Releases, or leaves the resource taken without an owner until the least time of the request has passed: see
     * {@link LockRequest#holdAtLeast}. Idempotent; does nothing to a lost hold but say so in the log.
     */
    @Override
    void close();
}
