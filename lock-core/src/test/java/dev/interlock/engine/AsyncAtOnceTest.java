package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AsyncAtOnceTest {

    @Test
    void whatIsFreeInMemoryIsHadAtOnce() {
        try (InterlockManager locks = InterlockManager.builder().build()) {
            CompletableFuture<LockHandle> future = locks.write("door").acquireAsync();

            assertThat(future).isCompleted();
            future.join().close();
        }
    }
}
