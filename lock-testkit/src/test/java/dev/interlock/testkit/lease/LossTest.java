package dev.interlock.testkit.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockLostException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.monitor.LockStatus;
import dev.interlock.testkit.Contender;
import dev.interlock.testkit.Contenders;
import dev.interlock.testkit.ManualTime;
import dev.interlock.testkit.StoreCall;
import dev.interlock.testkit.StoreFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Who has lost a lease hears of it in time, and nobody is given what is lost already. */
class LossTest extends NodesOverMemory {

    private static final int THREADS = 8;

    @Test
    void whatWasLostBeforeTheCallerHeardOfItIsNotHandedOut() {
        Queue<Runnable> callbacks = new ConcurrentLinkedQueue<>();
        InterlockManager a = faultyNode(settings ->
                settings.callbackExecutor(callbacks::add).stores(all -> all.timeToLive(Duration.ofMillis(600))));
        InterlockManager b = node("b");
        LockHandle held = a.write(DOOR).acquire();
        CompletableFuture<LockHandle> future = a.write(DOOR).acquireAsync();
        held.close();
        Contenders.until("it is granted", () -> !callbacks.isEmpty());

        expireSessionOf("a");
        LockHandle next = b.write(DOOR).acquire();
        Contenders.until("node a knows that it is lost", () -> !isHeldOn(a, "a"));
        for (Runnable each = callbacks.poll(); each != null; each = callbacks.poll()) {
            each.run();
        }

        assertThat(Contender.failureOf(future))
                .isInstanceOf(LockLostException.class)
                .hasMessageContaining(DOOR);
        assertThat(next.isHeld()).isTrue();
    }

    private static boolean isHeldOn(InterlockManager manager, String node) {
        return manager.monitor().status(DOOR).stream()
                .map(LockStatus::holders)
                .flatMap(holders -> holders.stream())
                .anyMatch(each -> each.node().equals(node));
    }

    @Test
    void whatTheStoreSaysIsGoneIsNotHeldAnyMoreThoughNobodySaysWhy() throws Exception {
        AtomicBoolean silent = new AtomicBoolean();
        CountDownLatch over = new CountDownLatch(1);
        InterlockManager a = node(
                "a",
                Between.around(space.connect(), (method, patience, call) -> {
                    if (silent.get() && method.equals("beat")) {
                        over.await();
                    }
                    return call.make();
                }),
                settings -> settings);
        InterlockManager b = node("b");
        LockHandle held = a.write(DOOR).acquire();
        silent.set(true);
        try {
            b.monitor().forceRelease(DOOR, "somebody", "it is stuck");

            Contenders.until("it is not held any more", () -> !held.isHeld());
        } finally {
            over.countDown();
        }
    }

    @Test
    void whoeverHasLostItIsToldSoonThoughNobodySaysWhy() throws Exception {
        InterlockManager a = faultyNode(settings -> settings);
        InterlockManager b = node("b");
        LockHandle held = a.write(DOOR).acquire();
        CountDownLatch told = new CountDownLatch(1);
        held.onLost(told::countDown);
        faults.always(StoreFault.HANGING, StoreCall.BEAT);

        b.monitor().forceRelease(DOOR, "somebody", "it is stuck");

        // long before a call of the store is given up
        assertThat(told.await(3, TimeUnit.SECONDS)).isTrue();
    }

    /** The session of node a ends by a clock that is moved by hand, and in the store it does not end at all. */
    @Test
    void holdersAreToldBeforeAnotherCanHoldThoughEveryCallHangs() throws Exception {
        ManualTime time = new ManualTime();
        space.freezeClock();
        InterlockManager a = faultyNode(
                settings -> settings.stores(all -> all.timeSource(time).timeToLive(Duration.ofSeconds(30))));
        InterlockManager b = node("b");
        LockHandle held = a.write(DOOR).acquire();
        CountDownLatch told = new CountDownLatch(1);
        held.onLost(told::countDown);
        faults.always(StoreFault.HANGING);
        List<CompletableFuture<LockHandle>> others = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            others.add(a.write("other " + i).acquireAsync());
        }
        Contenders.until("whoever looks after leases hangs", () -> faults.hanging() == THREADS);
        time.advance(Duration.ofSeconds(1));
        Contenders.until("the heartbeat hangs, too", () -> faults.hanging() > THREADS);

        time.advance(Duration.ofSeconds(28));

        assertThat(held.isHeld()).isFalse();
        // long before a call of the store is given up
        assertThat(told.await(3, TimeUnit.SECONDS)).isTrue();
        assertThat(others).noneMatch(CompletableFuture::isDone);
        assertThat(b.write(DOOR).tryAcquire()).isEmpty();
        faults.heal();
    }
}
