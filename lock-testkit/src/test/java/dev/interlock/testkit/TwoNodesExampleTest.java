package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/testing.md shows. */
@Timeout(30)
class TwoNodesExampleTest {

    private final SharedMemoryStore space = new SharedMemoryStore();
    private final StoreFaults faults = new StoreFaults();
    private final LockManager here = InterlockManager.builder()
            .node("here")
            .stores(stores -> stores.timeToLive(Duration.ofSeconds(1)))
            .store(faults.around(space.connect()))
            .build();
    private final LockManager there =
            InterlockManager.builder().node("there").store(space.connect()).build();

    @AfterEach
    void close() {
        faults.heal();
        here.close();
        there.close();
    }

    @Test
    void theOtherNodeIsKeptOut() {
        LockHandle held = here.write("account:42").acquire();
        assertThat(there.write("account:42").tryAcquire()).isEmpty();

        held.close();
        assertThat(there.write("account:42").tryAcquire()).isPresent();
    }

    @Test
    void aNodeThatLosesTheStoreIsToldBeforeAnotherMayWrite() throws InterruptedException {
        LockHandle held = here.write("account:42").acquire();
        CountDownLatch told = new CountDownLatch(1);
        held.onLost(told::countDown);

        faults.always(StoreFault.HANGING);

        LockHandle next = there.write("account:42").acquire();
        assertThat(held.isHeld()).isFalse();
        assertThat(next.fencingToken()).isGreaterThan(held.fencingToken());
        assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aNodeIsExpiredByHand() throws InterruptedException {
        LockHandle held = here.write("account:42").acquire();
        CountDownLatch told = new CountDownLatch(1);
        held.onLost(told::countDown);

        space.sessions().forEach(session -> space.expire(session.id()));

        assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(held.isHeld()).isFalse();
    }
}
