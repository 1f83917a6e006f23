package dev.interlock.engine;

import dev.interlock.spi.TimeSource;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/**
 * A clock for model checking, which sees only the threads that it started: time stands still until somebody would sleep to
 * a deadline that is near, and then it is that time already. So a timed wait gives up as soon as it would sleep, whatever
 * the others have come to by then. Timers never fire.
 */
final class JumpingTime implements TimeSource {

    private static final long FAR = Long.MAX_VALUE >> 3;

    private volatile long now;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(now);
    }

    @Override
    public void parkUntil(Object blocker, long nanoTime) {
        if (nanoTime - now > FAR) {
            LockSupport.park(blocker);
        } else {
            now = nanoTime;
        }
    }

    @Override
    public Scheduled schedule(long nanoTime, Runnable task) {
        return () -> {};
    }
}
