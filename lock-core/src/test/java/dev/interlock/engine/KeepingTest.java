package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is kept is released in the end, whatever its timer does. */
@Timeout(60)
class KeepingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LEAST = Duration.ofSeconds(10);
    private static final LockOwner ALICE = LockOwner.named("alice");
    private static final LockOwner BOB = LockOwner.named("bob");

    private final Timer timer = new Timer();
    private final InterlockManager locks = InterlockManager.builder()
            .timeSource(timer)
            .maxLocksPerOwner(2)
            .longWait(Duration.ZERO)
            .build();

    /** Time that stands still, and a timer that does as it is told. */
    private static final class Timer implements TimeSource {

        private volatile long now;
        private final AtomicInteger refusals = new AtomicInteger();
        private volatile boolean firesAtOnce;

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
            LockSupport.park(blocker);
        }

        @Override
        public Scheduled schedule(long nanoTime, Runnable task) {
            if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new OutOfMemoryError("no thread for the timer");
            }
            if (firesAtOnce) {
                now = nanoTime;
                task.run();
            }
            return () -> {
                throw new IllegalStateException("no timer to cancel at");
            };
        }
    }

    private LockRequest job() {
        return locks.write("job").owner(ALICE).holdAtLeast(LEAST);
    }

    private void assertNothingRemains() {
        assertThat(locks.monitor().count().holds()).isZero();
        assertThat(locks.monitor().count().waiters()).isZero();
        assertThat(LincheckRuns.ownersKnownTo(locks)).isZero();
    }

    @Test
    void whatNoTimerWouldEndIsReleasedAtOnce() {
        LockHandle held = job().acquire();
        CompletableFuture<LockHandle> next = locks.write("job").owner(BOB).acquireAsync();
        timer.refusals.set(1);

        held.close();

        assertThat(next).succeedsWithin(PATIENCE);
        assertThat(held.isHeld()).isFalse();
        next.join().close();
        assertNothingRemains();
    }

    @Test
    void aTimerThatFiresAtOnceEndsIt() {
        LockHandle held = job().acquire();
        CompletableFuture<LockHandle> next = locks.write("job").owner(BOB).acquireAsync();
        timer.firesAtOnce = true;

        held.close();

        assertThat(next).succeedsWithin(PATIENCE);
        next.join().close();
        assertNothingRemains();
    }

    @Test
    void aLeaseWhoseTimerCannotBeCancelledHarmsNothing() {
        job().lease(LEAST).acquire().close();

        assertThat(LincheckRuns.ownersKnownTo(locks)).isZero();
        assertThat(locks.monitor().forceRelease("job", "operator", "test")).hasSize(1);
        assertNothingRemains();
    }

    @Test
    void aLeaseThatIsOverKeepsNothingEvenIfItsTimerIsLate() {
        LockHandle held = job().lease(LEAST.dividedBy(2)).acquire();
        timer.now = LEAST.dividedBy(2).toNanos();

        held.close();

        assertNothingRemains();
    }

    @Test
    void whatCannotBeGivenToAnybodyIsNotKept() {
        for (int i = 0; i < 5; i++) {
            timer.refusals.set(1);
            assertThat(job().lease(LEAST).acquireAsync()).failsWithin(PATIENCE);
        }
        assertNothingRemains();
    }

    @Test
    void aGrantThatComesAfterTheFutureWasCancelledIsNotKept() {
        for (int i = 0; i < 1000; i++) {
            LockHandle held = locks.write("job").owner(BOB).acquire();
            CompletableFuture<LockHandle> future = job().acquireAsync();
            CompletableFuture<Void> closing = CompletableFuture.runAsync(held::close);
            if (!future.cancel(false)) {
                ((Hold) future.join()).giveBack();
            }
            closing.join();
            LockHandle next = locks.write("job").owner(BOB).acquire();
            next.close();
            // what was granted in vain is given back by another thread, which counts it off a moment later
            while (LincheckRuns.ownersKnownTo(locks) > 0) {
                Thread.onSpinWait();
            }
        }
        assertNothingRemains();
    }
}
