package dev.interlock.testkit.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.FairnessPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockRequest;
import dev.interlock.engine.InterlockManager;
import dev.interlock.monitor.LockHolder;
import dev.interlock.testkit.history.History;
import dev.interlock.testkit.history.HistoryChecker;
import dev.interlock.testkit.history.HoldRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many close early at once, and the history shows that nobody got in while anything was kept. */
class KeepingStressTest {

    private static final long LENGTH =
            Duration.ofSeconds(Boolean.getBoolean("interlock.soak") ? 60 : 3).toNanos();
    private static final int THREADS = 6;
    private static final int RESOURCES = 2;

    private final History history = new History();
    private final long end = System.nanoTime() + LENGTH;

    @ParameterizedTest
    @EnumSource
    void nobodyGetsInWhileAnythingIsKept(FairnessPolicy fairness) throws Exception {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        try (StressTime time = new StressTime();
                LockManager locks = InterlockManager.builder()
                        .fairness(fairness)
                        .maxResources(0)
                        .timeSource(time)
                        .build()) {
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                threads.add(started("contender-" + i, locks, random.split()));
            }
            for (CompletableFuture<Void> each : threads) {
                each.get(2, TimeUnit.MINUTES);
            }

            HistoryChecker checker = new HistoryChecker(history);
            assertThat(history.holds()).as("seed %d", seed).hasSizeGreaterThan(100);
            assertThat(checker.exclusion()).as("seed %d", seed).isEmpty();
            assertThat(checker.tokens()).as("seed %d", seed).isEmpty();
            Awaitility.await()
                    .until(() -> HistoryChecker.nothingRemains(locks.monitor().count())
                            .isEmpty());
        }
    }

    private CompletableFuture<Void> started(String name, LockManager locks, SplittableRandom random) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(name, locks, random, done), name);
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private void run(String name, LockManager locks, SplittableRandom random, CompletableFuture<Void> done) {
        try {
            for (int round = 0; System.nanoTime() - end < 0; round++) {
                String resource = "job:" + random.nextInt(RESOURCES);
                if (random.nextInt(50) == 0) {
                    force(locks, resource);
                } else {
                    // every round is an owner of its own here, for its earlier holds must keep it out as well
                    hold(locks, resource, name + "/" + round, random);
                }
            }
            done.complete(null);
        } catch (Throwable failure) {
            done.completeExceptionally(failure);
        }
    }

    private void hold(LockManager locks, String resource, String owner, SplittableRandom random) throws Exception {
        LockMode mode = random.nextInt(3) == 0 ? LockMode.READ : LockMode.WRITE;
        long least = random.nextInt(5) == 0 ? 0 : random.nextLong(600_000);
        LockRequest plain = mode == LockMode.READ ? locks.read(resource) : locks.write(resource);
        LockRequest request = plain.holdAtLeast(Duration.ofNanos(least)).timeout(Duration.ofMinutes(1));
        long requested = System.nanoTime();
        LockHandle held = taken(request, random.nextInt(3));
        if (held == null) {
            return;
        }
        long acquired = System.nanoTime();
        LockSupport.parkNanos(random.nextLong(50_000));
        if (mode == LockMode.WRITE && random.nextInt(4) == 0) {
            request.owner(held.owner()).acquire().close();
        }
        long kept = StressTime.nanos(held.acquiredAt()) + least;
        history.held(HoldRecord.of(
                resource, mode, owner, held.fencingToken(), requested, acquired, Math.max(System.nanoTime(), kept)));
        held.close();
    }

    private static LockHandle taken(LockRequest request, int how) throws Exception {
        return switch (how) {
            case 0 -> request.acquire();
            case 1 -> request.tryAcquire().orElse(null);
            default -> request.acquireAsync().get(1, TimeUnit.MINUTES);
        };
    }

    private void force(LockManager locks, String resource) {
        long notBefore = System.nanoTime();
        for (LockHolder each : locks.monitor().forceRelease(resource, "stress", "a test")) {
            history.lost(resource, each.fencingToken(), notBefore);
        }
    }
}
