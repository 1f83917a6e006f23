package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.LockTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Idle resources are forgotten, and nothing is lost by it. */
@Timeout(120)
class ForgettingTest {

    private static final LockOwner OTHER = LockOwner.named("other");

    @Test
    @DisplayName("way 12: a million keys, with timeouts and exceptions, leave nothing behind")
    void aMillionKeysLeaveNothingBehind() {
        LockManager locks =
                InterlockManager.builder().maxResources(0).historySize(0).build();
        for (int i = 0; i < 1_000_000; i++) {
            use(locks, "key:" + i, i % 100);
        }

        assertThat(locks.monitor().count().remembered()).isZero();
        assertThat(locks.monitor().statisticsByType())
                .singleElement()
                .satisfies(keys -> assertThat(keys.write().timeouts()).isEqualTo(10_000));
    }

    private static void use(LockManager locks, String key, int kind) {
        try (LockHandle held = locks.write(key).acquire()) {
            if (kind == 0) {
                assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> locks.write(key)
                        .owner(OTHER)
                        .timeout(Duration.ZERO)
                        .acquire());
            } else if (kind == 1) {
                locks.read(key).owner(OTHER).acquireAsync().cancel(false);
            } else if (kind == 2) {
                locks.monitor().forceRelease(key, "test", "test");
            }
        }
    }

    @Test
    @DisplayName("way 12: no more idle resources are remembered than the limit")
    void noMoreAreRememberedThanTheLimit() {
        LockManager locks =
                InterlockManager.builder().maxResources(1000).historySize(0).build();
        for (int i = 0; i < 100_000; i++) {
            use(locks, "key:" + i, i % 100);
        }

        assertThat(locks.monitor().count().remembered()).isBetween(1, 1000);
    }

    @Test
    void aRequestThatIsRefusedLeavesNothingBehind() {
        InterlockManager.Builder settings = InterlockManager.builder().maxResources(0);
        LockManager locks = settings.maxLocksPerOwner(1).build();
        LockHandle held = locks.write("held").acquire();
        for (int i = 0; i < 100; i++) {
            String key = "key:" + i;
            assertThatExceptionOfType(RuntimeException.class)
                    .isThrownBy(() -> locks.write(key).acquire());
        }
        held.close();
        locks.write("other").acquire().close();

        assertThat(locks.monitor().count().remembered()).isLessThan(100);
    }

    @Test
    @DisplayName("way 13: forgetting never makes two locks for one key")
    void thereIsNeverMoreThanOneLockForAKey() throws Exception {
        LockManager locks = InterlockManager.builder().maxResources(0).build();
        AtomicIntegerArray inside = new AtomicIntegerArray(4);
        List<CompletableFuture<Long>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            CompletableFuture<Long> end = new CompletableFuture<>();
            threads.add(end);
            int seed = i;
            new Thread(() -> end.complete(contend(locks, inside, seed)), "contender-" + i).start();
        }

        for (CompletableFuture<Long> each : threads) {
            assertThat(each.get(100, TimeUnit.SECONDS)).isZero();
        }
        assertThat(locks.monitor().count().holds()).isZero();
    }

    private static long contend(LockManager locks, AtomicIntegerArray inside, int seed) {
        long meetings = 0;
        long[] token = new long[inside.length()];
        for (int i = 0; i < 100_000; i++) {
            int key = (i + seed) % inside.length();
            try (LockHandle held = locks.write("key", key).acquire()) {
                meetings += inside.incrementAndGet(key) == 1 ? 0 : 1;
                meetings += held.fencingToken() > token[key] ? 0 : 1;
                token[key] = held.fencingToken();
                inside.decrementAndGet(key);
            }
        }
        return meetings;
    }
}
