package dev.interlock.testkit.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.FairnessPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.engine.InterlockManager;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One release and one request meet, over and over, each time a little earlier or later. Either the release must see the
 * waiter, or the waiter must see that the lock is free.
 */
class HandOverStressTest {

    private static final Duration LENGTH = Duration.ofSeconds(Boolean.getBoolean("interlock.soak") ? 60 : 2);
    private static final int OFFSETS = 97;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final long began = System.nanoTime();
    private volatile LockHandle toRelease;
    private volatile int released;
    private volatile boolean over;
    private Thread releaser;

    @BeforeEach
    void startReleaser() {
        releaser = new Thread(this::release, "releaser");
        releaser.start();
    }

    @AfterEach
    void stopReleaser() throws InterruptedException {
        over = true;
        releaser.join();
    }

    private void release() {
        LockHandle last = null;
        int count = 0;
        while (!over) {
            LockHandle next = toRelease;
            if (next != last) {
                spin(count % 31);
                next.close();
                last = next;
                released = ++count;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(FairnessPolicy.class)
    void aWaiterWithoutAThreadIsNeverForgotten(FairnessPolicy fairness) {
        try (LockManager locks = manager(fairness)) {
            for (int round = 1; goesOn(); round++) {
                toRelease = by("holder", locks).acquire();
                spin(round % OFFSETS);
                CompletableFuture<LockHandle> asked = by("waiter", locks).acquireAsync();
                awaitRelease(round);

                assertThat(asked.isDone())
                        .as("after %d rounds: %s", round, locks.monitor().statuses())
                        .isTrue();
                asked.join().close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(FairnessPolicy.class)
    void aThreadThatParksIsNeverForgotten(FairnessPolicy fairness) {
        try (LockManager locks = manager(fairness)) {
            for (int round = 1; goesOn(); round++) {
                toRelease = by("holder", locks).acquire();
                spin(round % OFFSETS);
                by("waiter", locks).timeout(PATIENCE).acquire().close();
                awaitRelease(round);
            }
        }
    }

    private boolean goesOn() {
        return System.nanoTime() - began < LENGTH.toNanos();
    }

    private static LockManager manager(FairnessPolicy fairness) {
        return InterlockManager.builder()
                .fairness(fairness)
                .callbackExecutor(Runnable::run)
                .build();
    }

    private static LockRequest by(String owner, LockManager locks) {
        return locks.write("baton").owner(LockOwner.named(owner));
    }

    @SuppressWarnings("ThreadPriorityCheck") // there may be only one processor
    private void awaitRelease(int round) {
        for (int looks = 0; released < round; looks++) {
            if (looks < 10_000) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }
}
