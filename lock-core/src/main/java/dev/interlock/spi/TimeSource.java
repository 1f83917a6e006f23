package dev.interlock.spi;

import java.time.Instant;

/**
 * The one seam through which time comes into the engine. Production uses the system's clocks; tests drive it by hand.
 *
 * <p>Monotonic times are nanoseconds whose origin means nothing and may be negative: compare them by their difference.
 */
public interface TimeSource {

    /** Monotonic time. */
    long nanoTime();

    /** The wall clock, for people only; no decision rests on it. */
    Instant instant();

    /**
     * Parks the calling thread as {@code LockSupport.park} does, and at the latest unparks it at that monotonic time. May
     * return early for any reason or none.
     *
     * @param blocker what the thread waits for, for thread dumps
     */
    void parkUntil(Object blocker, long nanoTime);

    /** Runs the task at that monotonic time, or soon after. The task is short and never blocks. */
    Scheduled schedule(long nanoTime, Runnable task);

    /**
     * Whether reading the time is so dear that the engine should read it less often under load. A hand-driven clock says no,
     * so that every reading is exact.
     */
    default boolean costly() {
        return false;
    }

    /** A task that will run. */
    interface Scheduled {
        /** Forgets the task, if it has not begun. */
        void cancel();
    }
}
