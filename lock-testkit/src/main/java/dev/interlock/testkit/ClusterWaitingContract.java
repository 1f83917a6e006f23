package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockInterruptedException;
import dev.interlock.LockOwner;
import dev.interlock.LockTimeoutException;
import dev.interlock.spi.LockRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Waiting costs the store next to nothing, and whoever thinks better of it leaves nothing behind. */
abstract class ClusterWaitingContract extends NodesContract {

    private static final Duration SHORT = Duration.ofMillis(200);

    ClusterWaitingContract(ClusterContract cluster) {
        super(cluster);
    }

    @Test
    void anUncontendedLockCostsOneStatementAndItsReleaseAnother() {
        for (int i = 0; i < 3; i++) {
            a.write(DOOR).acquire().close();
        }
        long updates = a.faults().calls(StoreCall.UPDATE);
        long others = a.faults().calls(StoreCall.READ);
        long guessed = a.faults().guessed();

        for (int i = 0; i < 10; i++) {
            (i % 2 == 0 ? a.write(DOOR) : a.read(DOOR)).acquire().close();
        }

        assertThat(a.faults().calls(StoreCall.UPDATE) - updates).isEqualTo(20);
        assertThat(a.faults().calls(StoreCall.READ)).isEqualTo(others);
        assertThat(a.faults().guessed() - guessed).isEqualTo(20);
    }

    @Test
    void aNewResourceCostsOneStatementToo() {
        a.write(DOOR).acquire().close();
        long updates = a.faults().calls(StoreCall.UPDATE);
        long guessed = a.faults().guessed();

        for (int i = 0; i < 10; i++) {
            a.write("new:" + i).acquire().close();
        }

        assertThat(a.faults().calls(StoreCall.UPDATE) - updates).isEqualTo(20);
        assertThat(a.faults().guessed() - guessed).isEqualTo(20);
    }

    @Test
    void whatIsHeldAlreadyCostsNothing() {
        TestNode steady = node("steady", settings -> settings.stores(stores -> stores.term(Duration.ofHours(1))));
        LockHandle held = steady.read(DOOR, "alice").acquire();
        long updates = steady.faults().calls(StoreCall.UPDATE);

        steady.read(DOOR, "alice").acquire().close();
        steady.read(DOOR, "bob").acquire().close();

        assertThat(steady.faults().calls(StoreCall.UPDATE)).isEqualTo(updates);
        held.close();
    }

    @Test
    void whoeverWaitsBehindAnotherOnTheSameNodeCostsNothing() {
        LockHandle held = a.write(DOOR).acquire();
        Contender<LockHandle> first = claimed(b, b.write(DOOR, "first"));
        long updates = b.faults().calls(StoreCall.UPDATE);

        List<CompletableFuture<LockHandle>> behind = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            behind.add(b.write(DOOR, "behind-" + i).acquireAsync());
        }
        Contenders.untilWaiting(b.locks(), DOOR, 51);

        assertThat(b.faults().calls(StoreCall.UPDATE) - updates).isLessThan(5);
        assertThat(claimants(DOOR)).containsExactly("b");
        behind.forEach(each -> each.cancel(false));
        held.close();
        first.result().close();
    }

    @Test
    void oneSessionAndOneHeartbeatKeepAllThatANodeHolds() {
        List<LockHandle> held = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            held.add(a.write("many:" + i).owner(LockOwner.named("owner-" + i)).acquire());
        }
        long beats = a.faults().calls(StoreCall.BEAT);
        long updates = a.faults().calls(StoreCall.UPDATE);

        Contenders.until("it has beaten", () -> a.faults().calls(StoreCall.BEAT) > beats);

        assertThat(a.faults().calls(StoreCall.BEAT) - beats).isLessThan(3);
        assertThat(a.faults().calls(StoreCall.UPDATE)).isEqualTo(updates);
        assertThat(storage.sessions(PATIENCE)).hasSize(1);
        assertThat(held).allMatch(LockHandle::isHeld);
    }

    @Test
    void whoeverWaitsIsLetInThoughNoHintArrives() {
        LockHandle held = a.write(DOOR).acquire();
        for (TestNode each : List.of(a, b, c)) {
            each.faults().silence();
        }
        Contender<LockHandle> waiting = claimed(b, b.write(DOOR));

        held.close();

        assertThat(waiting.result().isHeld()).isTrue();
    }

    @Test
    void whoeverTimesOutLeavesNoClaim() {
        LockHandle held = a.write(DOOR).acquire();

        Contender<LockHandle> waiting = claimed(b, b.write(DOOR).timeout(SHORT));

        assertThat(waiting.failure())
                .isInstanceOf(LockTimeoutException.class)
                .hasMessageContaining(DOOR)
                .hasMessageContaining("'a'");
        untilNobodyClaims(DOOR);
        assertThat(held.isHeld()).isTrue();
    }

    @Test
    void whoeverIsInterruptedLeavesNoClaim() {
        LockHandle held = a.write(DOOR).acquire();
        Contender<LockHandle> waiting = claimed(b, b.write(DOOR));

        waiting.interrupt();

        assertThat(waiting.failure()).isInstanceOf(LockInterruptedException.class);
        untilNobodyClaims(DOOR);
        held.close();
        assertFree(c, DOOR);
    }

    @Test
    void whoeverIsCancelledLeavesNoClaim() {
        LockHandle held = a.write(DOOR).acquire();
        CompletableFuture<LockHandle> waiting = b.write(DOOR).acquireAsync();
        untilClaims(DOOR, b);

        waiting.cancel(false);

        untilNobodyClaims(DOOR);
        held.close();
        assertFree(c, DOOR);
    }

    @Test
    void whoeverDoesNotWaitLeavesNoClaim() {
        LockHandle held = a.write(DOOR).acquire();

        assertThat(b.tryWrite(DOOR)).isEmpty();
        assertThat(b.tryRead(DOOR)).isEmpty();

        untilNobodyClaims(DOOR);
        held.close();
        assertFree(c, DOOR);
    }

    @Test
    void aClaimStaysAsLongAsSomebodyWaitsOnTheNode() {
        LockHandle held = a.write(DOOR).acquire();
        CompletableFuture<LockHandle> first = b.write(DOOR, "first").acquireAsync();
        CompletableFuture<LockHandle> second = b.write(DOOR, "second").acquireAsync();
        Contenders.untilWaiting(b.locks(), DOOR, 2);
        untilClaims(DOOR, b);

        first.cancel(false);
        held.close();

        assertThat(Contender.resultOf(second).isHeld()).isTrue();
        assertRefused(c, DOOR);
    }

    @Test
    void whatIsGrantedToOneThatHasJustGoneIsFreeAgain() {
        for (int i = 0; i < 30; i++) {
            LockHandle held = a.write(DOOR).acquire();
            CompletableFuture<LockHandle> waiting = b.write(DOOR).acquireAsync();
            untilClaims(DOOR, b);
            Contender<Boolean> cancelling = contenders.start("cancelling", () -> waiting.cancel(false));

            held.close();

            if (!cancelling.result()) {
                Contender.resultOf(waiting).close();
            }
            c.write(DOOR).acquire().close();
            untilFree(DOOR);
        }
    }

    @Test
    void nothingRemainsWhenAllIsOver() {
        List<Contender<Boolean>> working = new ArrayList<>();
        for (TestNode each : List.of(a, b, c)) {
            for (int i = 0; i < 3; i++) {
                String owner = each + "-" + i;
                working.add(contenders.start(owner, () -> worked(each, owner)));
            }
        }

        assertThat(working).allMatch(Contender::result);
        untilFree(DOOR);
        LockRecord record = record(DOOR);
        assertThat(record == null || record.isIdle()).isTrue();
        for (TestNode each : List.of(a, b, c)) {
            assertThat(each.locks().monitor().count().holds()).isZero();
            assertThat(each.locks().monitor().count().waiters()).isZero();
        }
    }

    private static boolean worked(TestNode node, String owner) {
        for (int i = 0; i < 30; i++) {
            Duration timeout = Duration.ofMillis(i % 3);
            try (LockHandle held = (i % 2 == 0 ? node.write(DOOR, owner) : node.read(DOOR, owner))
                    .timeout(timeout)
                    .acquire()) {
                held.ensureHeld();
            } catch (LockTimeoutException inVain) {
                // that is allowed
            }
        }
        return true;
    }
}
