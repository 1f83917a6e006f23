package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockHandle;
import dev.interlock.LockOwner;
import dev.interlock.event.LockEvent;
import dev.interlock.spi.TimeSource;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The walks that look for what takes too long: when they are made, and that they keep nobody alive. */
@Timeout(30)
class LongWatchTest {

    private final Walks time = new Walks();

    /** Time that is always now, and tasks that run when the test says so. */
    private static final class Walks implements TimeSource {

        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private long now;
        private boolean refuses;

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(now);
        }

        @Override
        public void parkUntil(Object blocker, long nanoTime) {
            LockSupport.parkNanos(blocker, 1_000_000);
        }

        @Override
        public Scheduled schedule(long nanoTime, Runnable task) {
            if (refuses) {
                throw new IllegalStateException("no timer");
            }
            tasks.add(task);
            return () -> tasks.remove(task);
        }

        void next(Duration later) {
            now += later.toNanos();
            tasks.remove().run();
        }
    }

    private InterlockManager manager() {
        return InterlockManager.builder()
                .timeSource(time)
                .callbackExecutor(Runnable::run)
                .longWait(Duration.ofMinutes(4))
                .build();
    }

    private static List<LockEvent> longHolds(InterlockManager locks) {
        return locks.monitor().history().stream()
                .filter(LockEvent.LongHold.class::isInstance)
                .toList();
    }

    @Test
    void oneWalkFollowsTheOtherFromTheFirstLockToTheEnd() {
        InterlockManager locks = manager();
        assertThat(time.tasks).isEmpty();

        locks.write("door").acquire();
        locks.write("gate").acquire();
        for (int i = 0; i < 5; i++) {
            assertThat(time.tasks).hasSize(1);
            assertThat(longHolds(locks)).hasSize(i < 4 ? 0 : 2);
            time.next(Duration.ofMinutes(1));
        }
        locks.close();

        assertThat(time.tasks).isEmpty();
    }

    @Test
    void aManagerThatNobodyClosedIsForgottenAllTheSame() {
        WeakReference<InterlockManager> gone = used();

        await().atMost(20, TimeUnit.SECONDS).until(() -> {
            System.gc();
            return gone.get() == null;
        });
        await().atMost(20, TimeUnit.SECONDS).until(() -> {
            System.gc();
            time.next(Duration.ofMinutes(1));
            return time.tasks.isEmpty();
        });
    }

    private WeakReference<InterlockManager> used() {
        InterlockManager locks = manager();
        locks.write("door").owner(LockOwner.named("alice")).acquire();
        return new WeakReference<>(locks);
    }

    @Test
    void withoutATimerLocksWorkAsEver() {
        time.refuses = true;
        try (InterlockManager locks = manager();
                LockHandle held = locks.write("door").acquire()) {
            assertThat(held.isHeld()).isTrue();
        }
    }

    @Test
    void whatIsKeptForNobodyIsNobodysLongHold() {
        InterlockManager locks = manager();
        locks.write("door").holdAtLeast(Duration.ofHours(1)).acquire().close();
        Runnable walk = time.tasks.remove();
        time.now += Duration.ofMinutes(30).toNanos();
        walk.run();

        assertThat(longHolds(locks)).isEmpty();
    }
}
