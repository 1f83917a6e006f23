package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.optimistic.OptimisticLocks;
import dev.interlock.optimistic.VersionStamp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A counter that nothing but its stamp protects: each takes the stamp, reads, and writes one more if nobody was faster. */
class StampedCounterTest {

    private static final int THREADS = 3;
    private static final int ROUNDS = Boolean.getBoolean("interlock.soak") ? 1_000_000 : 20_000;
    private static final String RESOURCE = "page:1";

    private int value;

    @Test
    void itComesToAsMuchAsWasCommitted() throws Exception {
        try (InterlockManager locks = InterlockManager.builder().build()) {
            List<CompletableFuture<Integer>> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                threads.add(CompletableFuture.supplyAsync(
                        () -> count(locks.optimistic()), StampedCounterTest::inThreadOfItsOwn));
            }
            int committed = 0;
            for (CompletableFuture<Integer> each : threads) {
                committed += each.get(1, TimeUnit.MINUTES);
            }

            assertThat(committed).isGreaterThanOrEqualTo(ROUNDS);
            assertThat(value).isEqualTo(committed);
            assertThat(locks.optimistic().stamp(RESOURCE).version()).isEqualTo(committed);
        }
    }

    private static void inThreadOfItsOwn(Runnable work) {
        Thread thread = new Thread(work, "counting");
        thread.setDaemon(true);
        thread.start();
    }

    /** Answers how often it succeeded. */
    private int count(OptimisticLocks optimistic) {
        int committed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            VersionStamp before = optimistic.stamp(RESOURCE);
            int next = value + 1;
            committed += optimistic.commit(before, () -> value = next).isPresent() ? 1 : 0;
        }
        return committed;
    }
}
