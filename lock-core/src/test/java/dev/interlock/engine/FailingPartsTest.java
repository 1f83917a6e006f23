package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.DeadlockPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.LockUpgradeException;
import dev.interlock.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a part that somebody else made fails, no hold stays with nobody and no count drifts. */
@Timeout(60)
class FailingPartsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofHours(1);
    private static final LockOwner AGENT = LockOwner.named("agent");
    private static final LockOwner OTHER = LockOwner.named("other");

    /** The system's time, whose timer may refuse. */
    private static final class Refusing implements TimeSource {

        private final AtomicBoolean refusing = new AtomicBoolean();

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
            if (refusing.get()) {
                throw new OutOfMemoryError("no thread for the timer");
            }
            return () -> {
                if (refusing.get()) {
                    throw new IllegalStateException("no timer to cancel at");
                }
            };
        }
    }

    private record Nameless(int number) implements LockOwner {
        @Override
        public String name() {
            throw new IllegalStateException("no name");
        }
    }

    private static void assertNothingRemains(LockManager locks) {
        assertThat(locks.monitor().count().holds()).isZero();
        assertThat(locks.monitor().count().waiters()).isZero();
    }

    @Test
    void aHoldWhoseLeaseCannotBeginIsGivenBack() {
        Refusing time = new Refusing();
        try (LockManager locks =
                InterlockManager.builder().timeSource(time).maxLocksPerOwner(2).build()) {
            LockRequest leased = locks.write("a").lease(LONG);
            time.refusing.set(true);

            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(leased::acquire).isInstanceOf(OutOfMemoryError.class);
                assertThatThrownBy(leased::tryAcquire).isInstanceOf(OutOfMemoryError.class);
                assertThat(leased.acquireAsync()).failsWithin(PATIENCE);
            }

            assertNothingRemains(locks);
            time.refusing.set(false);
            leased.acquire().close();
        }
    }

    @Test
    void aWaiterWhoseLeaseCannotBeginLetsTheNextOneIn() {
        Refusing time = new Refusing();
        try (LockManager locks = InterlockManager.builder().timeSource(time).build()) {
            LockHandle held = locks.write("a").acquire();
            CompletableFuture<LockHandle> leased = locks.write("a").lease(LONG).acquireAsync();
            CompletableFuture<LockHandle> plain = locks.write("a").acquireAsync();
            time.refusing.set(true);

            held.close();

            assertThat(leased).failsWithin(PATIENCE);
            assertThat(plain).succeedsWithin(PATIENCE);
            plain.join().close();
            assertNothingRemains(locks);
        }
    }

    @Test
    void aTimerThatCannotBeCancelledKeepsNobodyWaiting() {
        Refusing time = new Refusing();
        try (LockManager locks = InterlockManager.builder().timeSource(time).build()) {
            LockHandle leased = locks.write("a").lease(LONG).acquire();
            CompletableFuture<LockHandle> next = locks.write("a").acquireAsync();
            time.refusing.set(true);

            leased.close();
            time.refusing.set(false);

            assertThat(next).succeedsWithin(PATIENCE);
            next.join().close();
            assertNothingRemains(locks);
        }
    }

    @Test
    void anExecutorThatThrowsAnErrorHarmsNobody() {
        AtomicBoolean failing = new AtomicBoolean(true);
        List<Object> heard = new ArrayList<>();
        try (LockManager locks = InterlockManager.builder()
                .listener(heard::add)
                .callbackExecutor(work -> {
                    if (failing.get()) {
                        throw new OutOfMemoryError("no thread for the callback");
                    }
                    work.run();
                })
                .build()) {
            LockHandle held = locks.write("a").acquire();
            CompletableFuture<LockHandle> next = locks.write("a").acquireAsync();
            held.close();

            assertThat(next).succeedsWithin(PATIENCE);
            failing.set(false);
            next.join().close();
            assertThat(heard).isNotEmpty();
            assertNothingRemains(locks);
        }
    }

    @Test
    void anOwnerWhoseNameCannotBeToldBreaksNoSearchForDeadlocks() {
        try (LockManager locks = InterlockManager.builder().build()) {
            LockHandle one = locks.write("a").owner(new Nameless(1)).acquire();
            LockHandle other = locks.write("b").owner(new Nameless(2)).acquire();
            CompletableFuture<LockHandle> first =
                    locks.write("b").owner(new Nameless(1)).acquireAsync();
            CompletableFuture<LockHandle> second =
                    locks.write("a").owner(new Nameless(2)).acquireAsync();

            assertThat(first.cancel(false)).isTrue();
            one.close();

            assertThat(second).succeedsWithin(PATIENCE);
            second.join().close();
            other.close();
            assertNothingRemains(locks);
        }
    }

    @Test
    void aVictimIsToldWithoutAnyLockOfTheEngineHeld() throws Exception {
        try (LockManager locks = InterlockManager.builder()
                .deadlocks(DeadlockPolicy.BREAK)
                .callbackExecutor(Runnable::run)
                .build()) {
            LockHandle a = locks.write("a").owner(AGENT).acquire();
            LockHandle b = locks.write("b").owner(OTHER).acquire();
            CompletableFuture<Boolean> looked = new CompletableFuture<>();
            CompletableFuture<LockHandle> victim = locks.write("b")
                    .owner(AGENT)
                    .priority(1)
                    .timeout(LONG)
                    .acquireAsync()
                    .whenComplete((held, failure) -> looked.complete(canLook(locks)));

            CompletableFuture<LockHandle> winner =
                    locks.write("a").owner(OTHER).timeout(LONG).acquireAsync();

            assertThat(victim).failsWithin(PATIENCE);
            assertThat(looked.get(10, TimeUnit.SECONDS)).isTrue();
            a.close();
            assertThat(winner).succeedsWithin(PATIENCE);
            winner.join().close();
            b.close();
            assertNothingRemains(locks);
        }
    }

    /** Whether another thread gets answers while this one waits for it. */
    private static boolean canLook(LockManager locks) {
        CompletableFuture<Boolean> looked = new CompletableFuture<>();
        new Thread(() -> {
                    locks.monitor().status("a");
                    locks.monitor().status("b");
                    locks.monitor().recentDeadlocks();
                    looked.complete(true);
                })
                .start();
        return looked.completeOnTimeout(false, 5, TimeUnit.SECONDS).join();
    }

    @Test
    void anOwnerThatWaitsTwiceForAResourceComesInAgainOnceItHolds() {
        try (LockManager locks = InterlockManager.builder().build()) {
            LockHandle held = locks.write("a").owner(OTHER).acquire();
            CompletableFuture<LockHandle> one = locks.write("a").owner(AGENT).acquireAsync();
            CompletableFuture<LockHandle> same = locks.write("a").owner(AGENT).acquireAsync();

            held.close();

            assertThat(one).succeedsWithin(PATIENCE);
            assertThat(same).succeedsWithin(PATIENCE);
            one.join().close();
            same.join().close();
            assertNothingRemains(locks);
        }
    }

    @Test
    void anOwnerThatWaitsToReadAndToWriteIsRefusedTheUpgradeOnceItReads() {
        try (LockManager locks = InterlockManager.builder().build()) {
            LockHandle held = locks.write("a").owner(OTHER).acquire();
            CompletableFuture<LockHandle> reads = locks.read("a").owner(AGENT).acquireAsync();
            CompletableFuture<LockHandle> writes = locks.write("a").owner(AGENT).acquireAsync();

            held.close();

            assertThat(reads).succeedsWithin(PATIENCE);
            assertThat(writes)
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(LockUpgradeException.class);
            reads.join().close();
            assertNothingRemains(locks);
        }
    }

    @Test
    void aForcedReleaseOfOneKeySparesTheOthersOfItsStripe() {
        try (LockManager locks =
                InterlockManager.builder().type("s", type -> type.stripes(1)).build()) {
            LockHandle one = locks.read("s:1").owner(AGENT).acquire();
            LockHandle two = locks.read("s:2").owner(OTHER).acquire();

            assertThat(locks.monitor().holders("s:2")).hasSize(1);
            assertThat(locks.monitor().forceRelease("s:2", "operator", "test")).hasSize(1);

            assertThat(one.isHeld()).isTrue();
            assertThat(two.isHeld()).isFalse();
            assertThat(locks.monitor().forceRelease("s:#0", "operator", "test")).hasSize(1);
            assertThat(one.isHeld()).isFalse();
        }
    }

    @Test
    void withoutStatisticsNoTimesAreMadeUp() {
        try (LockManager locks = InterlockManager.builder().statistics(false).build()) {
            locks.write("a").acquire().close();

            assertThat(locks.monitor().statistics("a").orElseThrow().write().acquisitions())
                    .isEqualTo(1);
            assertThat(locks.monitor()
                            .statistics("a")
                            .orElseThrow()
                            .write()
                            .waited()
                            .count())
                    .isZero();
        }
    }
}
