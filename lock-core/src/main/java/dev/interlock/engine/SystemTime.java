package dev.interlock.engine;

import dev.interlock.spi.TimeSource;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The system's clocks, and one timer thread that lives only while there is something to time. */
final class SystemTime implements TimeSource {

    private final ScheduledThreadPoolExecutor timer;

    SystemTime() {
        timer = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("interlock-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Instant instant() {
        return Instant.now();
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
}
