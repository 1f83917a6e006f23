package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CallbackExecutorTest {

    @Test
    void aGrantIsDeliveredAlthoughTheExecutorRefuses() {
        try (LockManager locks = refusing()) {
            LockHandle first = locks.write("a").acquire();
            CompletableFuture<LockHandle> second = locks.write("a").acquireAsync();

            first.close();

            assertThat(second).succeedsWithin(PATIENCE);
            second.join().close();
            assertThat(locks.monitor().count().holds()).isZero();
        }
    }

    @Test
    void aTimeoutIsDeliveredAlthoughTheExecutorRefuses() {
        try (LockManager locks = refusing();
                LockHandle held = locks.write("a").acquire()) {
            CompletableFuture<LockHandle> late =
                    locks.write("a").timeout(Duration.ofMillis(1)).acquireAsync();

            assertThat(late).failsWithin(PATIENCE).withThrowableThat().withCauseInstanceOf(LockTimeoutException.class);
            assertThat(locks.monitor().count().waiters()).isZero();
        }
    }

    @Test
    void aContinuationThatBlocksDoesNotKeepTheReleaserWaiting() {
        CountDownLatch released = new CountDownLatch(1);
        try (LockManager locks = InterlockManager.builder().build()) {
            LockHandle first = locks.write("a").acquire();
            CompletableFuture<Void> continued = locks.write("a").acquireAsync().thenAccept(second -> {
                await(released);
                second.close();
            });

            first.close();
            released.countDown();

            assertThat(continued).succeedsWithin(PATIENCE);
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static LockManager refusing() {
        return InterlockManager.builder()
                .callbackExecutor(work -> {
                    throw new RejectedExecutionException("full");
                })
                .build();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
