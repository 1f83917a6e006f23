package dev.interlock.testkit.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.DeadlockException;
import dev.interlock.DeadlockPolicy;
import dev.interlock.FairnessPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockLostException;
import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.LockUpgradeException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.testkit.history.HistoryChecker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Everybody takes locks in whatever order, and circles are broken as they close: nobody is ever stuck. They wait without an end, so
 * nothing else could free them.
 */
class DeadlockChaosTest {

    private static final Duration LENGTH = Duration.ofSeconds(Boolean.getBoolean("interlock.soak") ? 60 : 3);
    private static final Duration FOR_EVER = Duration.ofDays(1);
    private static final int THREADS = 9;
    private static final int SHARED_OWNERS = 3;
    private static final int KEYS = 5;
    /** What is lost now and then; a circle among the others is not undone by that. */
    private static final String FORCED = "plain:0";

    private static final String LEASED = "striped:0";

    private final long seed = new SplittableRandom().nextLong();
    private volatile boolean stopped;

    @ParameterizedTest
    @EnumSource
    void nobodyIsEverStuck(FairnessPolicy fairness) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        try (LockManager locks = InterlockManager.builder()
                .fairness(fairness)
                .deadlocks(DeadlockPolicy.BREAK)
                .type("striped", striped -> striped.stripes(2))
                .build()) {
            List<Taker> takers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                takers.add(new Taker(locks, i, random.split()));
            }
            String stuck = run(locks, takers, random);

            assertThat(stuck).as("seed %d", seed).isNull();
            assertThat(takers).as("seed %d", seed).allSatisfy(each -> {
                assertThat(each.failure).isNull();
                assertThat(each.rounds).isPositive();
            });
            Awaitility.await()
                    .until(() -> HistoryChecker.nothingRemains(locks.monitor().count())
                            .isEmpty());
            assertThat(locks.monitor().totals().deadlocks()).isGreaterThan(100).isEqualTo(victims(locks));
        }
    }

    private @Nullable String run(LockManager locks, List<Taker> takers, SplittableRandom random)
            throws InterruptedException {
        takers.forEach(each -> each.thread.start());
        try (Watchdog watchdog = new Watchdog(locks, takers)) {
            long end = System.nanoTime() + LENGTH.toNanos();
            while (System.nanoTime() - end < 0 && watchdog.report() == null) {
                LockSupport.parkNanos(random.nextLong(5_000_000));
                locks.monitor().forceRelease(FORCED, "chaos", "a test");
            }
            stopped = true;
            for (Taker each : takers) {
                while (each.thread.isAlive() && watchdog.report() == null) {
                    each.thread.join(100);
                }
            }
            return watchdog.report();
        }
    }

    private static String resource(SplittableRandom random) {
        return (random.nextBoolean() ? "plain:" : "striped:") + random.nextInt(KEYS);
    }

    private static long victims(LockManager locks) {
        return locks.monitor().statisticsByType().stream()
                .mapToLong(each -> each.read().victims() + each.write().victims())
                .sum();
    }

    /** A thread that takes a few locks as one owner, gives them back, and begins again as another one. */
    private final class Taker implements Watchdog.Watched {

        private final LockManager locks;
        private final String name;
        private final SplittableRandom random;
        private final Thread thread;
        private final List<LockHandle> held = new ArrayList<>();
        private volatile long lastStep = System.nanoTime();
        private volatile boolean finished;
        private volatile @Nullable Throwable failure;
        private volatile int rounds;

        Taker(LockManager locks, int number, SplittableRandom random) {
            this.locks = locks;
            this.name = "taker-" + number;
            this.random = random;
            this.thread = new Thread(this::run, name);
            thread.setDaemon(true);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public @Nullable Long lastStep() {
            return finished ? null : lastStep;
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // by this thread alone
        private void run() {
            try {
                while (!stopped) {
                    round(owner());
                    rounds++;
                }
            } catch (Throwable unexpected) {
                failure = unexpected;
            } finally {
                finished = true;
            }
        }

        /** The thread itself, somebody of its own, or somebody for whom other threads act too. */
        private Optional<LockOwner> owner() {
            return switch (random.nextInt(3)) {
                case 0 -> Optional.empty();
                case 1 -> Optional.of(LockOwner.named(name + "/" + rounds));
                default -> Optional.of(LockOwner.named("shared-" + random.nextInt(SHARED_OWNERS)));
            };
        }

        private void round(Optional<LockOwner> owner) {
            try {
                for (int steps = 2 + random.nextInt(4); steps > 0; steps--) {
                    step(owner);
                    lastStep = System.nanoTime();
                }
            } catch (DeadlockException | LockUpgradeException sacrificed) {
                // whoever gives back what it holds lets the others go on
            } catch (LockLostException lost) {
                // one of several, while it waited for the others
            } finally {
                held.forEach(LockHandle::close);
                held.clear();
                lastStep = System.nanoTime();
            }
        }

        private void step(Optional<LockOwner> owner) {
            switch (random.nextInt(6)) {
                case 0 -> held.add(owner.isEmpty() ? request(owner).acquire() : granted(request(owner)));
                case 1 ->
                    held.addAll(locks.all(request(owner), request(owner), request(owner))
                            .timeout(FOR_EVER)
                            .acquire()
                            .handles());
                case 2 -> request(owner).tryAcquire().ifPresent(held::add);
                case 3 -> downgradeOne();
                default -> held.add(request(owner).acquire());
            }
        }

        /** Not for the thread itself: such a request has an owner of its own, and nobody knows that the thread waits for both. */
        private static LockHandle granted(LockRequest request) {
            try {
                return request.acquireAsync().join();
            } catch (CompletionException failed) {
                throw failed.getCause() instanceof RuntimeException known ? known : failed;
            }
        }

        private LockRequest request(Optional<LockOwner> owner) {
            String resource = resource(random);
            LockRequest request = (random.nextBoolean() ? locks.write(resource) : locks.read(resource))
                    .timeout(FOR_EVER)
                    .priority(1 + random.nextInt(10));
            if (resource.equals(LEASED) && random.nextBoolean()) {
                request = request.lease(Duration.ofNanos(1 + random.nextLong(2_000_000)));
            }
            return owner.isEmpty() ? request : request.owner(owner.get());
        }

        private void downgradeOne() {
            for (int i = 0; i < held.size(); i++) {
                if (held.get(i).mode() == LockMode.WRITE) {
                    try {
                        held.set(i, held.get(i).downgrade());
                    } catch (LockLostException lost) {
                        // to a lease, or by force
                    }
                    return;
                }
            }
        }
    }
}
