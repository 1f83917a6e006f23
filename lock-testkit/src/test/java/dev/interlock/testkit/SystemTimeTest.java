package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.LockTimeoutException;
import dev.interlock.engine.InterlockManager;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That the clocks of the system drive the engine as the hand-driven one does. */
@Timeout(30)
class SystemTimeTest {

    private static final LockOwner OTHER = LockOwner.named("other");
    private static final Duration BRIEF = Duration.ofMillis(5);

    private final LockManager locks = InterlockManager.builder().build();

    @AfterEach
    void closeManager() {
        locks.close();
    }

    @Test
    void aWaitEndsAtItsDeadline() {
        locks.write("door").owner(OTHER).acquire();

        assertThatExceptionOfType(LockTimeoutException.class)
                .isThrownBy(() -> locks.write("door").timeout(BRIEF).acquire())
                .satisfies(late -> assertThat(late.elapsed().orElseThrow()).isGreaterThanOrEqualTo(BRIEF));
    }

    @Test
    void aWaitWithoutAThreadEndsAtItsDeadline() {
        locks.write("door").owner(OTHER).acquire();

        assertThat(Contender.failureOf(locks.write("door").timeout(BRIEF).acquireAsync()))
                .isInstanceOf(LockTimeoutException.class);
    }

    @Test
    void aLeaseRunsOut() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        LockHandle held = locks.write("door").owner(OTHER).lease(BRIEF).acquire();
        held.onLost(told::countDown);

        try (LockHandle next = locks.write("door").acquire()) {
            assertThat(next.fencingToken()).isGreaterThan(held.fencingToken());
            assertThat(held.isHeld()).isFalse();
        }
        told.await();
    }

    @Test
    void theShortestLeaseRunsOutToo() {
        for (int i = 0; i < 500; i++) {
            locks.write("door").owner(OTHER).lease(Duration.ofNanos(1)).acquire();
            locks.write("door").acquire().close();
        }
        assertThat(locks.monitor().count().holds()).isZero();
    }

    @Test
    void closingAfterAMillionAcquisitionsLeavesExactCounts() {
        for (int i = 0; i < 1_000_000; i++) {
            locks.write("door").acquire().close();
        }

        assertThat(locks.monitor().statistics("door")).hasValueSatisfying(door -> {
            assertThat(door.write().acquisitions()).isEqualTo(1_000_000);
            assertThat(door.write().releases()).isEqualTo(1_000_000);
        });
    }
}
