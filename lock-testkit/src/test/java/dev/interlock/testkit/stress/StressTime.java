package dev.interlock.testkit.stress;

import dev.interlock.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Real time, but with a wall clock that shows monotonic time, so that a lease's end can be compared with other times. */
final class StressTime implements TimeSource, AutoCloseable {

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "stress-timer");
        thread.setDaemon(true);
        return thread;
    });

    StressTime() {
        timer.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(System.nanoTime());
    }

    static long nanos(Instant instant) {
        return Duration.between(Instant.EPOCH, instant).toNanos();
    }

    @Override
    public void parkUntil(Object blocker, long nanoTime) {
        LockSupport.parkNanos(blocker, nanoTime - System.nanoTime());
    }

    @Override
    public Scheduled schedule(long nanoTime, Runnable task) {
        Future<?> scheduled = timer.schedule(task, nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public boolean costly() {
        return true;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
