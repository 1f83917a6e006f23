package dev.interlock.testkit.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import dev.interlock.optimistic.OperationTotals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations of every kind on a few resources at once: nobody is stuck, nothing is lost, and the totals add up. */
class OperationStressTest {

    private static final boolean SOAK = Boolean.getBoolean("interlock.soak");
    private static final long LENGTH = Duration.ofSeconds(SOAK ? 60 : 2).toNanos();
    private static final int THREADS = 8;

    @ParameterizedTest(name = "{0} stamps remembered")
    @ValueSource(ints = {1, 100_000})
    void nothingIsLostWhateverHappensAtOnce(int remembered) throws InterruptedException {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        try (LockManager locks = InterlockManager.builder()
                .optimistic(own -> own.kind(OperationContender.OWN)
                        .maxStamps(remembered)
                        .backOff(Duration.ofNanos(20_000), 2, Duration.ofMillis(1), 0.5))
                .build()) {
            OperationContender.Shared shared = new OperationContender.Shared(locks.optimistic());
            List<OperationContender> contenders = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                contenders.add(new OperationContender("operator-" + i, shared, random.split()));
            }

            String stuck = run(locks, contenders, shared, random);

            assertThat(stuck).as("seed %d", seed).isNull();
            assertThat(shared.violations).as("seed %d", seed).isEmpty();
            Awaitility.await()
                    .until(() -> shared.optimistic.operations().running().isEmpty());
            prove(shared, seed);
        }
    }

    private static String run(
            LockManager locks,
            List<OperationContender> contenders,
            OperationContender.Shared shared,
            SplittableRandom random)
            throws InterruptedException {
        contenders.forEach(OperationContender::start);
        try (Watchdog watchdog = new Watchdog(locks, contenders)) {
            long end = System.nanoTime() + LENGTH;
            while (System.nanoTime() - end < 0 && watchdog.report() == null) {
                LockSupport.parkNanos(random.nextLong(2_000_000));
                contenders.get(random.nextInt(THREADS)).interrupt();
                shared.optimistic.operations().trees();
            }
            shared.stopped = true;
            for (OperationContender each : contenders) {
                while (each.isRunning() && watchdog.report() == null) {
                    each.join(100);
                }
            }
            return watchdog.report();
        }
    }

    private static void prove(OperationContender.Shared shared, long seed) {
        long made = 0;
        for (OperationContender.Page each : shared.pages) {
            assertThat(each.value).as("%s, seed %d", each.name, seed).isEqualTo(each.made.get());
            made += each.made.get();
        }
        OperationTotals totals = shared.optimistic.operations().totals();
        assertThat(totals.succeeded() + shared.commits.get()).isEqualTo(made);
        assertThat(totals.succeeded() + totals.rejected() + totals.exhausted() + totals.failed())
                .isEqualTo(totals.started());
        assertThat(List.of(totals.succeeded(), totals.rejected(), totals.retried(), totals.failed()))
                .as("%s", totals)
                .allMatch(each -> each > 0);
    }
}
