package dev.interlock.testkit.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockRequest;
import dev.interlock.engine.InterlockManager;
import dev.interlock.testkit.Contender;
import dev.interlock.testkit.Contenders;
import dev.interlock.testkit.StoreCall;
import dev.interlock.testkit.StoreFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Nobody sleeps on although he could go on, and nothing stands in a record for nobody. */
class LeftBehindTest extends NodesOverMemory {

    private static final int THREADS = 8;

    @Test
    void aClaimIsTakenBackThoughItsWaiterWentWhileNobodyCouldLookAfterIt() {
        InterlockManager a = faultyNode(settings -> settings);
        InterlockManager b = node("b");
        InterlockManager c = node("c");
        b.write(DOOR).acquire();
        CompletableFuture<LockHandle> waiting = a.write(DOOR).acquireAsync();
        untilClaimed("a", DOOR);
        faults.always(StoreFault.HANGING, StoreCall.UPDATE);
        List<CompletableFuture<LockHandle>> others = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            others.add(a.write("other " + i).acquireAsync());
        }
        Contenders.until("whoever looks after claims hangs", () -> faults.hanging() == THREADS);
        waiting.cancel(false);
        long called = faults.calls(StoreCall.SESSIONS);
        long looked = faults.calls(StoreCall.READ);
        expireSessionOf("b");
        Contenders.until(
                "node a looks, and sees that the holder is dead",
                () -> faults.calls(StoreCall.SESSIONS) > called && faults.calls(StoreCall.READ) > looked);
        faults.heal();

        assertThat(contenders.start("c", () -> c.write(DOOR).acquire()).result().isHeld())
                .isTrue();
        Contenders.until("nobody claims it", () -> claims(DOOR).isEmpty());
        others.forEach(each -> assertThat(Contender.resultOf(each).isHeld()).isTrue());
    }

    /** A lock that nobody needs is forgotten at once: a waiter who comes in that moment must be seen. */
    @Test
    void whoeverLinesUpWhileTheLockIsAboutToBeForgottenIsSeen() {
        InterlockManager a = faultyNode(settings -> settings.maxResources(0));
        long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        for (int i = 0; System.nanoTime() - end < 0; i++) {
            String resource = "door " + i % 3;
            LockHandle held = a.write(resource).acquire();
            CompletableFuture<LockHandle> first = a.write(resource).acquireAsync();
            Contender<Boolean> second = contenders.start("second", () -> entered(a.write(resource)));
            held.close();
            Contender.resultOf(first).close();
            assertThat(second.result()).isTrue();
        }
    }

    private static boolean entered(LockRequest request) {
        try (LockHandle held = request.acquire()) {
            return held.isHeld();
        }
    }
}
