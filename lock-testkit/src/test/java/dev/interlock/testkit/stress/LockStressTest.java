package dev.interlock.testkit.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.FairnessPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import dev.interlock.testkit.history.HistoryChecker;
import java.time.Duration;
import java.util.SplittableRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everything at once on a few locks, and the proof by its history that nothing was broken. */
class LockStressTest {

    private static final boolean SOAK = Boolean.getBoolean("interlock.soak");
    private static final Duration LENGTH = SOAK ? Duration.ofMinutes(2) : Duration.ofSeconds(6);
    private static final Duration AGEING = Duration.ofMillis(2);

    @ParameterizedTest(name = "{0}, {1} resources remembered, {2} threads")
    @CsvSource({"STRICT, 10000, 12", "BOUNDED, 0, 12", "BOUNDED, 10000, 3"})
    void nothingIsBrokenWhateverHappensAtOnce(FairnessPolicy fairness, int remembered, int threads)
            throws InterruptedException {
        long seed = new SplittableRandom().nextLong();
        try (StressTime time = new StressTime();
                LockManager locks = InterlockManager.builder()
                        .fairness(fairness)
                        .priorityAgeing(AGEING)
                        .maxResources(remembered)
                        .timeSource(time)
                        .build()) {
            Stress stress = new Stress(locks, threads, seed);

            String stuck = stress.run(LENGTH, new SplittableRandom(seed));

            assertThat(stuck).as("seed %d", seed).isNull();
            assertThat(stress.violations).as("seed %d", seed).isEmpty();
            prove(stress, fairness);
            proveThatNothingRemains(locks, remembered);
        }
    }

    private static void prove(Stress stress, FairnessPolicy fairness) {
        HistoryChecker checker = new HistoryChecker(stress.history);
        assertThat(stress.history.holds()).isNotEmpty();
        assertThat(checker.exclusion()).as("I1").isEmpty();
        assertThat(checker.tokens()).as("I2").isEmpty();
        assertThat(checker.counters(stress.counts())).as("I4").isEmpty();
        assertThat(checker.answers(Duration.ofSeconds(20))).as("I5").isEmpty();
        assertThat(checker.claims()).as("I7").isEmpty();
        if (fairness == FairnessPolicy.STRICT) {
            assertThat(checker.order(AGEING)).as("I6").isEmpty();
        }
    }

    private static void proveThatNothingRemains(LockManager locks, int remembered) {
        Awaitility.await()
                .until(() ->
                        HistoryChecker.nothingRemains(locks.monitor().count()).isEmpty());
        for (int i = 0; i < 10 * (Stress.COUNTED + Stress.LEASED); i++) {
            // who comes later clears away what was in use when it should have been forgotten
            try (LockHandle held = locks.write("other:" + i).acquire()) {
                held.ensureHeld();
            }
        }
        if (remembered == 0) {
            assertThat(locks.monitor().count().remembered()).isZero();
        }
    }
}
