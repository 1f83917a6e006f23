package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockHandle;
import dev.interlock.LockOwner;
import dev.interlock.LockTimeoutException;
import dev.interlock.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EvictionTest {

    private static final LockOwner ALICE = LockOwner.named("alice");
    private static final int MANY = 50;

    private final List<LockHandle> later = new ArrayList<>();
    private final InterlockManager locks =
            InterlockManager.builder().timeSource(new Interrupting()).build();
    private volatile boolean armed;

    /** Lets another thread of the owner in as soon as holds are taken away. */
    private final class Interrupting implements TimeSource {

        @Override
        public long nanoTime() {
            if (armed && takesAway()) {
                armed = false;
                CompletableFuture.runAsync(EvictionTest.this::takeMore).join();
            }
            return 0;
        }

        private boolean takesAway() {
            return StackWalker.getInstance()
                    .walk(frames ->
                            frames.anyMatch(frame -> frame.getMethodName().equals("from")
                                    && frame.getClassName().endsWith("Eviction")));
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH;
        }

        @Override
        public void parkUntil(Object blocker, long nanoTime) {
            LockSupport.park(blocker);
        }

        @Override
        public Scheduled schedule(long nanoTime, Runnable task) {
            return () -> {};
        }
    }

    private void takeMore() {
        for (int i = 0; i < MANY; i++) {
            later.add(locks.write("later", i).owner(ALICE).acquire());
        }
        later.add(locks.read("shared").owner(ALICE).acquire());
    }

    @Test
    void whatAnotherThreadOfTheOwnerTakesMeanwhileStays() {
        locks.write("door").acquire();
        for (int i = 0; i < MANY; i++) {
            locks.write("later", i).run(() -> {});
        }
        LockHandle before = locks.read("shared").owner(ALICE).acquire();
        armed = true;

        assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> locks.write("door")
                .owner(ALICE)
                .timeout(Duration.ZERO)
                .releaseHeldOnTimeout(true)
                .acquire());

        assertThat(before.isHeld()).isFalse();
        assertThat(later).hasSize(MANY + 1).allMatch(LockHandle::isHeld);
    }
}
