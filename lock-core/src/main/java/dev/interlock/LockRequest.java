package dev.interlock;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for: a resource, a mode, and how. Immutable; each method that changes something returns a new request, so
 * a request may be kept and used many times, by many threads.
 */
public interface LockRequest {

    /** The metadata key under which callers say which method asks; reports show it as the method. */
    String METHOD = "method";

    /** What is to be locked. */
    String resource();

    /** How it is to be held. */
    LockMode mode();

    /** The same request for another resource, so that one request can be made once and used for many. */
    LockRequest resource(String resource);

    /** How long to wait at the most; zero means not at all. One deadline covers everything the acquisition does. */
    LockRequest timeout(Duration wait);

    /** How long the hold lasts unless it is extended; after that it is lost and the next waiter is granted. */
    LockRequest lease(Duration lease);

    /**
     * The hold keeps the resource taken for at least this long after it was acquired, however soon it is closed; zero, the
     * default, means no longer than it is held. For a job that is done in no time, and must not be run again by others whose
     * clocks or schedules are a little late.
     *
     * <p>A close that comes earlier ends the owner's part: the handle is spent, and the owner is kept out like anybody else.
     * The resource stays taken, in the same mode and with no moment in between, and is released when the time has come; until
     * then reports name the owner together with that time. A hold whose lease runs out first is lost and keeps nothing, and a
     * forced release ends what is kept.
     */
    LockRequest holdAtLeast(Duration least);

    /**
     * Whether a timeout of this request costs the owner everything that it holds, so that others get on where it does not; by
     * default as the manager was built, and that is not so unless it was asked for.
     *
     * <p>When the deadline passes, whatever the owner holds at that moment is taken away as if by force: in its name, with this
     * request as the reason, by whichever thread it was acquired, distributed or not, and what {@link LockManager#all} has taken
     * so far too. Handles say so, closing them changes nothing, and the message of the {@link LockTimeoutException} names what
     * was released. What the owner takes afterwards stays, and so does what {@link #holdAtLeast} keeps of a closed hold. The thread goes on,
     * and so must not rely on what it had: this is for work that is given up as a whole.
     *
     * <p>A timeout of zero passes at once, and counts. {@link #tryAcquire()} only asks, and releases nothing; nor do
     * {@link LockManager#readWriteLock}, interruption, cancellation and refusal.
     */
    LockRequest releaseHeldOnTimeout(boolean release);

    /** Who is to hold; by default the calling thread, and for {@link #acquireAsync()} a new owner of its own. */
    LockRequest owner(LockOwner owner);

    /** From 1 to 10, default 5: the higher goes first, and ageing bounds how long the lower can be made to wait. */
    LockRequest priority(int priority);

    /** Why, for people who look at holders and waiters. */
    LockRequest reason(String reason);

    /** Anything else that people should see beside the hold. */
    LockRequest metadata(String key, String value);

    /**
     * Once the lock has been acquired, looks whether somebody else writes one of the resources on which this one depends, directly
     * or by way of others, as was declared with {@link LockManager#dependencies()}. If so the lock is given back, and the request
     * fails with {@link ResourceBusyException}, {@link #tryAcquire()} too: waiting is not what would help.
     *
     * <p>It is a look, not a lock: whoever began to write before the lock was had, and writes still, is noticed; whoever begins
     * afterwards is not kept out. Where that matters take the dependencies as well:
     * {@code all(write(x), read(dependency), …)}. What the owner itself writes does not count, nor what it takes in the same
     * {@code all(…)}.
     *
     * <p>All writers of this process count. Those of other processes count as far as the request's own backend reaches: of their
     * locks it knows by stripe, and by node, not by key and owner. A node that has a resource to itself counts as writing it.
     *
     * @throws LockException where the backend cannot tell what other processes hold
     */
    LockRequest checkDependencies();

    /**
     * Acquires, waiting as long as the timeout allows.
     *
     * @throws LockTimeoutException when the deadline passes first
     * @throws LockInterruptedException when the thread is interrupted while it waits; the interrupt flag stays set
     * @throws LockUpgradeException when the owner only holds a read lock on the resource and asks to write
     * @throws DeadlockException when this request was chosen as the victim of a deadlock
     * @throws PotentialDeadlockException when this goes against the order of locks, and the policy is to fail
     * @throws LockLimitException when a configured limit is reached
     * @throws ResourceBusyException when somebody writes what the resource depends on, and that is to be looked at
     * @throws LockClosedException when the manager is closed, or is closed while this waits
     */
    LockHandle acquire();

    /**
     * Acquires if that is possible without waiting. Empty means only that others are in the way.
     *
     * @throws LockUpgradeException when the owner only holds a read lock on the resource and asks to write
     * @throws LockLimitException when a configured limit is reached
     * @throws ResourceBusyException when somebody writes what the resource depends on, and that is to be looked at
     * @throws LockClosedException when the manager is closed
     */
    Optional<LockHandle> tryAcquire();

    /**
     * Acquires without blocking the caller. The future completes with the handle, or exceptionally as {@link #acquire()}
     * would throw. Cancelling it while it waits, or completing it in any other way, leaves the queue and holds nothing.
     *
     * <p>When the lock can be had at once the future is already complete when it is returned. Continuations that are
     * added to a complete future run in the calling thread, and its {@code cancel()} changes nothing: it does not give the
     * hold back, only closing the handle does.
     *
     * <p>Otherwise continuations run on the manager's callback executor, never inside somebody's release. They should not
     * block it: it has 16 threads, unless the builder was given another, and they also serve listeners and all other
     * futures. For long work use {@code thenAcceptAsync} with an executor of your own.
     *
     * <p>Without {@link #owner(LockOwner)} every asynchronous acquisition is an owner of its own, because the many tasks
     * that share an event-loop thread must not share its locks.
     */
    CompletableFuture<LockHandle> acquireAsync();

    /** Acquires, runs, releases. */
    default <E extends Exception> void run(LockedAction<E> action) throws E {
        try (LockHandle held = acquire()) {
            action.run();
        }
    }

    /** Acquires, calls, releases, and answers with the result. */
    default <T extends @Nullable Object, E extends Exception> T call(LockedCall<T, E> call) throws E {
        try (LockHandle held = acquire()) {
            return call.call();
        }
    }
}
