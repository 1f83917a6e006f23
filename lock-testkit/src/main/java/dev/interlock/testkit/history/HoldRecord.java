package dev.interlock.testkit.history;

import dev.interlock.LockMode;

/**
 * One hold as its contender saw it. Times are those of {@link System#nanoTime()}, which processes on one Linux host share.
 * Each is read on the side that can only make the hold look shorter than it was.
 *
 * @param resource what was held
 * @param mode how it was held
 * @param owner who held; holds of one owner never conflict
 * @param token the fencing token
 * @param priority the priority of the request
 * @param reentrant whether the owner held the resource already when it asked, so that it did not have to line up
 * @param requested when it was asked for, read before asking
 * @param queued when the request was known to wait in the queue; {@link #NEVER} if that was never seen
 * @param acquired when it was acquired, read after the acquisition had returned
 * @param released when it was released, read before the release was called
 * @param leaseEnds when its lease ended; {@link #NEVER} without a lease
 */
public record HoldRecord(
        String resource,
        LockMode mode,
        String owner,
        long token,
        int priority,
        boolean reentrant,
        long requested,
        long queued,
        long acquired,
        long released,
        long leaseEnds) {

    /** A time that does not come. */
    public static final long NEVER = Long.MAX_VALUE;

    /** A hold without a lease, of ordinary priority, that its owner did not have to wait for. */
    public static HoldRecord of(
            String resource, LockMode mode, String owner, long token, long requested, long acquired, long released) {
        return new HoldRecord(resource, mode, owner, token, 5, false, requested, NEVER, acquired, released, NEVER);
    }

    /** The same with this priority, known to have been in the queue at that time. */
    public HoldRecord queuedAt(long time, int itsPriority) {
        return new HoldRecord(
                resource, mode, owner, token, itsPriority, reentrant, requested, time, acquired, released, leaseEnds);
    }

    /** The same, lost by then at the latest. */
    public HoldRecord lostAt(long time) {
        return new HoldRecord(
                resource,
                mode,
                owner,
                token,
                priority,
                reentrant,
                requested,
                queued,
                acquired,
                released,
                Math.min(leaseEnds, time));
    }

    /** When it was over, as far as anybody can hold its owner to it. */
    public long end() {
        return Math.min(released, leaseEnds);
    }

    boolean conflictsWith(HoldRecord other) {
        return !owner.equals(other.owner) && (mode == LockMode.WRITE || other.mode == LockMode.WRITE);
    }
}
