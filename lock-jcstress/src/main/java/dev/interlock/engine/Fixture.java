package dev.interlock.engine;

import dev.interlock.FairnessPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockOwner;
import dev.interlock.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** A manager in which nothing happens but what the actors do: time stands still unless they move it. */
final class Fixture {

    static final String RESOURCE = "r";
    static final Duration LEASE = Duration.ofNanos(100);

    final Clock clock = new Clock();
    final InterlockManager locks;

    Fixture() {
        this(FairnessPolicy.STRICT, 1000);
    }

    Fixture(FairnessPolicy fairness, int remembered) {
        locks = InterlockManager.builder()
                .fairness(fairness)
                .maxResources(remembered)
                .historySize(0)
                .statistics(false)
                .timeSource(clock)
                .callbackExecutor(Runnable::run)
                .build();
    }

    /** Owners have names here, for one thread may play several parts. */
    LockHandle write(String owner) {
        return locks.write(RESOURCE).owner(LockOwner.named(owner)).acquire();
    }

    LockHandle leased() {
        return locks.write(RESOURCE)
                .owner(LockOwner.named("leased"))
                .lease(LEASE)
                .acquire();
    }

    LockHandle read(String owner) {
        return locks.read(RESOURCE).owner(LockOwner.named(owner)).acquire();
    }

    boolean tryWrite(String owner) {
        return locks.write(RESOURCE).owner(LockOwner.named(owner)).tryAcquire().isPresent();
    }

    CompletableFuture<LockHandle> writeLater() {
        return locks.write(RESOURCE).acquireAsync();
    }

    int holds() {
        return locks.monitor().count().holds();
    }

    /** Time that moves by hand, and at most one timer, that fires by hand. */
    static final class Clock implements TimeSource {

        private volatile long now;
        private volatile Runnable timer = () -> {};

        void moveBeyondLease() {
            now = LEASE.toNanos();
        }

        void fire() {
            timer.run();
        }

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
            Thread.onSpinWait();
        }

        @Override
        public Scheduled schedule(long nanoTime, Runnable task) {
            if (nanoTime - now <= LEASE.toNanos()) {
                timer = task;
            }
            return () -> {};
        }
    }
}
