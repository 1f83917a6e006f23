package dev.interlock.testkit.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.OperationResult;
import dev.interlock.optimistic.OptimisticLocks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Neither the less important nor the long operations starve, whatever goes on at the same resource in other threads. */
class StarvingOperationsTest {

    private static final int ROUNDS = Boolean.getBoolean("interlock.soak") ? 20_000 : 300;
    private static final int THREADS = 3;
    private static final int IN_A_ROW = 10;
    private static final String PAGE = "page:1";

    private final LockManager locks = InterlockManager.builder()
            .optimistic(own -> own.backOff(Duration.ofNanos(1_000), 2, Duration.ofNanos(100_000), 0.5))
            .build();
    private final OptimisticLocks optimistic = locks.optimistic();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicInteger others = new AtomicInteger();
    private final List<CompletableFuture<Void>> stream = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        stopped.set(true);
        for (CompletableFuture<Void> each : stream) {
            each.get(1, TimeUnit.MINUTES);
        }
        locks.close();
    }

    /** Others do this one after the other, until the end. */
    private void stream(OperationKind kind) {
        for (int i = 0; i < THREADS; i++) {
            stream.add(CompletableFuture.runAsync(() -> goOn(kind), work -> {
                Thread thread = new Thread(work, "stream");
                thread.setDaemon(true);
                thread.start();
            }));
        }
    }

    private void goOn(OperationKind kind) {
        while (!stopped.get()) {
            optimistic.on(PAGE).kind(kind).attempt(current -> {
                LockSupport.parkNanos(1_000);
                return others::incrementAndGet;
            });
            LockSupport.parkNanos(1_000);
        }
    }

    @Test
    void theUsualGetThroughAStreamOfTheMostImportant() {
        stream(OperationKind.STRUCTURAL);
        int through = 0;
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while ((through < ROUNDS / 10 || turnedAway() < ROUNDS) && System.nanoTime() - end < 0) {
            OperationResult<Boolean> result = optimistic.attempt(PAGE, current -> {
                LockSupport.parkNanos(1_000);
                return () -> true;
            });
            through += result.isSuccess() ? 1 : 0;
        }

        assertThat(others).hasPositiveValue();
        assertThat(turnedAway()).isGreaterThanOrEqualTo(ROUNDS);
        assertThat(through).isGreaterThanOrEqualTo(ROUNDS / 10);
    }

    @Test
    void aLongImportantOneGetsThroughAStreamOfTheLeastImportant() {
        stream(OperationKind.LOW);
        for (int round = 0; round < ROUNDS / 10; round++) {
            List<Long> overtaken = new ArrayList<>();
            OperationResult<Boolean> result = optimistic
                    .on(PAGE)
                    .kind(OperationKind.STRUCTURAL)
                    .attempt(current -> {
                        long away = turnedAway();
                        while (turnedAway() - away < 5 * IN_A_ROW) {
                            LockSupport.parkNanos(1_000);
                        }
                        overtaken.add(optimistic.stamp(PAGE).version() - current.version());
                        return () -> true;
                    });

            assertThat(result.isSuccess()).as("overtaken %s", overtaken).isTrue();
            // three turns; one that was given before; and at each look somebody who is just beginning a change
            long times = overtaken.stream().mapToLong(each -> each).sum();
            assertThat(times).as("overtaken %s", overtaken).isLessThanOrEqualTo(3 + 1 + overtaken.size());
        }
        assertThat(others).hasPositiveValue();
    }

    private long turnedAway() {
        return optimistic.operations().totals().rejected();
    }
}
