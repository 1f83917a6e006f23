package dev.interlock.store.file;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;

/** How long a call may still take. Being interrupted does not shorten it. */
final class Patience {

    private static final long SHORTEST_PAUSE = 20_000;
    private static final long LONGEST_PAUSE = 1_000_000;

    private final Duration whole;
    private final long end;

    Patience(Duration whole) {
        this.whole = whole;
        this.end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(whole);
    }

    Duration whole() {
        return whole;
    }

    boolean isOver() {
        return left() <= 0;
    }

    private long left() {
        return end - System.nanoTime();
    }

    /** Takes the lock, unless the time is over before it is free. */
    boolean take(Lock lock) {
        return lock.tryLock() || uninterrupted(() -> lock.tryLock(left(), TimeUnit.NANOSECONDS));
    }

    /** Waits a moment before another attempt, a little longer each time. */
    void pause(int attempts) {
        long pause = Math.min(SHORTEST_PAUSE << Math.min(attempts, 6), LONGEST_PAUSE);
        uninterrupted(() -> {
            LockSupport.parkNanos(this, Math.min(pause, Math.max(0, left())));
            return true;
        });
    }

    /** Does something that an interrupt would end, again if need be, and passes the interrupt on afterwards. */
    private static boolean uninterrupted(Waiting waiting) {
        boolean interrupted = Thread.interrupted();
        try {
            for (; ; ) {
                try {
                    return waiting.once();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Something that may be interrupted. */
    private interface Waiting {
        boolean once() throws InterruptedException;
    }
}
