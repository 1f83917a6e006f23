package dev.interlock.testkit.lease;

import dev.interlock.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Time that goes on by a millisecond whenever somebody looks at it, so that no two looks show the same. Nothing falls due by it. */
final class TickingTime implements TimeSource {

    private final AtomicLong now = new AtomicLong();

    @Override
    public long nanoTime() {
        return now.addAndGet(1_000_000);
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(now.get());
    }

    @Override
    public void parkUntil(Object blocker, long nanoTime) {
        LockSupport.parkNanos(blocker, 1_000_000);
    }

    @Override
    public Scheduled schedule(long nanoTime, Runnable task) {
        return () -> {};
    }

    void advance(Duration by) {
        now.addAndGet(by.toNanos());
    }
}
