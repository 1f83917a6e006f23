package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.LockHandle;
import dev.interlock.LockLostException;
import dev.interlock.LockMode;
import dev.interlock.event.LockEvent;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockStatistics;
import dev.interlock.spi.SessionInfo;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Whoever loses a lock is told, and can do no more harm with it. */
abstract class ClusterLossContract extends NodesContract {

    private static final Duration SHORT = Duration.ofMillis(300);

    private final Queue<String> told = new ConcurrentLinkedQueue<>();

    ClusterLossContract(ClusterContract cluster) {
        super(cluster);
    }

    private LockHandle telling(LockHandle held, String name) {
        held.onLost(() -> told.add(name));
        return held;
    }

    private static void untilLost(LockHandle held) {
        Contenders.until("the hold is lost", () -> !held.isHeld());
    }

    // --- sessions --------------------------------------------------------------------------------------------------

    @Test
    void aNodeThatDoesNotReachTheStoreKnowsThatItLostBeforeAnotherHolds() {
        assumeTrue(cluster.endsWithoutBeats(), "a store whose sessions end when they do not beat");
        TestNode stopped = node("stopped", settings -> settings.stores(all -> all.timeToLive(Duration.ofSeconds(1))));
        LockHandle held = telling(stopped.write(DOOR).acquire(), "holder");
        Contender<Boolean> next = contenders.start("next", () -> {
            try (LockHandle later = b.write(DOOR).acquire()) {
                return later.isHeld() && held.isHeld();
            }
        });
        untilClaims(DOOR, b);

        stopped.faults().always(StoreFault.HANGING);

        assertThat(next.result()).as("both held").isFalse();
        Contenders.until("the holder is told", () -> told.size() == 1);
        Contenders.until(
                "the loss is heard of",
                () -> stopped.heard(LockEvent.Lost.class).size() == 1);
        assertThat(losses(stopped)).isEqualTo(1);
    }

    private static long losses(TestNode on) {
        return on.locks().monitor().totals().types().stream()
                .mapToLong(ClusterLossContract::losses)
                .sum();
    }

    private static long losses(LockStatistics of) {
        return of.of(LockMode.READ).losses() + of.of(LockMode.WRITE).losses();
    }

    @Test
    void everyHolderOfANodeThatLostItsSessionIsTold() {
        LockHandle writing = telling(a.write("gate", "alice").acquire(), "alice");
        LockHandle reading = telling(a.read(DOOR, "bob").acquire(), "bob");
        LockHandle alsoReading = telling(a.read(DOOR, "carol").acquire(), "carol");
        LockHandle elsewhere = telling(b.read(DOOR).acquire(), "b");

        expireSessionOf(a);

        List.of(writing, reading, alsoReading).forEach(ClusterLossContract::untilLost);
        Contenders.until("all three are told", () -> told.size() == 3);
        Contenders.until(
                "the losses are heard of", () -> a.heard(LockEvent.Lost.class).size() == 3);
        assertThat(told).containsExactlyInAnyOrder("alice", "bob", "carol");
        assertThat(losses(a)).isEqualTo(3);
        assertThat(elsewhere.isHeld()).isTrue();
        assertThat(losses(b)).isZero();
        assertThatThrownBy(writing::ensureHeld)
                .isInstanceOf(LockLostException.class)
                .hasMessageContaining("gate");
    }

    @Test
    void aLateReleaseOrExtensionChangesNothing() {
        LockHandle held = a.write(DOOR).lease(TestNode.LONG).acquire();
        expireSessionOf(a);
        LockHandle next = b.write(DOOR).acquire();
        untilLost(held);

        assertThatThrownBy(() -> held.extend(TestNode.LONG)).isInstanceOf(LockLostException.class);
        held.close();

        assertThat(held.isHeld()).isFalse();
        assertThat(next.isHeld()).isTrue();
        assertRefused(c, DOOR);
        assertRefused(a, DOOR);
    }

    @Test
    void aNodeThatReturnsStartsAnew() {
        LockHandle held = a.write(DOOR).acquire();
        List<String> before = sessionsOf(a);
        expireSessionOf(a);
        untilLost(held);

        LockHandle again = a.write(DOOR, "another").acquire();

        assertThat(again.isHeld()).isTrue();
        assertThat(again.fencingToken()).isGreaterThan(held.fencingToken());
        assertThat(sessionsOf(a)).hasSize(1).doesNotContainAnyElementsOf(before);
        assertRefused(b, DOOR);
    }

    private List<String> sessionsOf(TestNode node) {
        return storage.sessions(PATIENCE).stream()
                .filter(each -> each.node().equals(node.name()))
                .map(SessionInfo::id)
                .toList();
    }

    @Test
    void whoeverWaitsOnTheNodeThatLostItsSessionHasItsTurnAllTheSame() {
        LockHandle held = a.write(DOOR, "alice").acquire();
        Contender<LockHandle> waiting =
                contenders.start("waiting", () -> a.write(DOOR, "bob").acquire());
        Contenders.untilWaiting(a.locks(), DOOR, 1);

        expireSessionOf(a);

        assertThat(waiting.result().isHeld()).isTrue();
        assertThat(held.isHeld()).isFalse();
    }

    @Test
    void whoeverWaitsForAnotherNodeHasItsTurnThoughItsSessionEndedMeanwhile() {
        assumeTrue(cluster.endsWithoutBeats(), "a store whose sessions end when they do not beat");
        TestNode stumbling =
                node("stumbling", settings -> settings.stores(all -> all.timeToLive(Duration.ofSeconds(1))));
        LockHandle held = a.write(DOOR).acquire();
        Contender<LockHandle> waiting = claimed(stumbling, stumbling.write(DOOR));
        List<String> before = sessionsOf(stumbling);

        stumbling.faults().always(StoreFault.REFUSED, StoreCall.BEAT);
        Contenders.until("the session has ended", () -> !sessionsOf(stumbling).containsAll(before));
        stumbling.faults().heal();
        held.close();

        assertThat(waiting.result().isHeld()).isTrue();
        assertThat(sessionsOf(stumbling)).isNotEqualTo(before);
        assertRefused(c, DOOR);
    }

    @Test
    void aClaimOfADeadNodeKeepsNobodyOut() {
        LockHandle held = a.write(DOOR).acquire();
        Contender<LockHandle> waiting = claimed(b, b.write(DOOR));
        b.faults().always(StoreFault.HANGING);
        expireSessionOf(b);

        held.close();

        LockHandle next = c.write(DOOR).acquire();
        assertThat(next.isHeld()).isTrue();
        assertThat(waiting.isDone()).isFalse();
    }

    // --- leases ----------------------------------------------------------------------------------------------------

    @Test
    void aLeaseEndsForOthersThoughTheSessionOfTheStoppedNodeLives() {
        TestNode stopped = node("stopped", settings -> settings.stores(all -> all.timeToLive(Duration.ofMinutes(10))));
        LockHandle held = telling(stopped.write(DOOR).lease(SHORT).acquire(), "holder");
        stopped.faults().always(StoreFault.HANGING);

        LockHandle next = b.write(DOOR).acquire();

        assertThat(held.isHeld()).isFalse();
        assertThat(next.isHeld()).isTrue();
        Contenders.until("the holder is told", () -> told.size() == 1);
        assertThat(sessionsOf(stopped)).hasSize(1);
    }

    @Test
    void aLeaseEndsOnTimeWhileItsNodeLives() {
        LockHandle held = telling(a.write(DOOR).lease(SHORT).acquire(), "holder");

        LockHandle next = b.write(DOOR).acquire();

        assertThat(held.isHeld()).isFalse();
        assertThat(next.fencingToken()).isGreaterThan(held.fencingToken());
        Contenders.until("the holder is told", () -> told.size() == 1);
        Contenders.until(
                "the end is heard of", () -> a.heard(LockEvent.Expired.class).size() == 1);
    }

    @Test
    void aLeaseThatWasExtendedLastsForOthersToo() {
        LockHandle held = a.write(DOOR).lease(SHORT).acquire();
        held.extend(TestNode.LONG);
        LockHandle witness = c.write("witness").lease(SHORT.multipliedBy(2)).acquire();

        assertThat(b.write("witness").acquire().isHeld()).isTrue();

        assertThat(witness.isHeld()).isFalse();
        assertThat(held.isHeld()).isTrue();
        assertRefused(b, DOOR);
    }

    @Test
    void aLeaseThatWasShortenedEndsEarlierForOthersToo() {
        LockHandle held = a.write(DOOR).lease(TestNode.LONG).acquire();

        held.extend(SHORT);

        assertThat(b.write(DOOR).acquire().isHeld()).isTrue();
        assertThat(held.isHeld()).isFalse();
    }

    @Test
    void aHoldWithoutALeaseOutlastsOneThatHasOneOnTheSameNode() {
        LockHandle lasting = a.read(DOOR, "alice").acquire();
        LockHandle ending = a.read(DOOR, "bob").lease(SHORT).acquire();
        untilLost(ending);

        assertThat(lasting.isHeld()).isTrue();
        assertThat(b.tryWrite(DOOR)).isEmpty();
        lasting.close();
        assertFree(b, DOOR);
    }

    // --- by force --------------------------------------------------------------------------------------------------

    @Test
    void aHoldIsTakenAwayFromAnotherNode() {
        LockHandle held = telling(a.write(DOOR, "alice").acquire(), "alice");

        List<LockHolder> evicted = b.locks().monitor().forceRelease(DOOR, "operator", "stuck");

        assertThat(evicted).singleElement().satisfies(each -> {
            assertThat(each.node()).isEqualTo("a");
            assertThat(each.owner().name()).isEqualTo("alice");
        });
        untilLost(held);
        Contenders.until("alice is told", () -> told.contains("alice"));
        Contenders.until(
                "it is heard of", () -> a.heard(LockEvent.ForceReleased.class).size() == 1);
        LockEvent.ForceReleased event = a.heard(LockEvent.ForceReleased.class).get(0);
        assertThat(event.who()).isEqualTo("operator");
        assertThat(event.why()).isEqualTo("stuck");
        assertThatThrownBy(held::ensureHeld)
                .isInstanceOf(LockLostException.class)
                .hasMessageContaining("operator")
                .hasMessageContaining("stuck");
    }

    @Test
    void aHolderHearsThatItWasTurnedOutThoughNoHintArrives() {
        a.faults().silence();
        LockHandle held = a.write(DOOR, "alice").acquire();

        b.locks().monitor().forceRelease(DOOR, "operator", "stuck");

        untilLost(held);
        assertThatThrownBy(held::ensureHeld)
                .isInstanceOf(LockLostException.class)
                .hasMessageContaining("operator")
                .hasMessageContaining("stuck");
    }

    @Test
    void whatWasTakenAwayIsFreeForOthersAndHasAHigherToken() {
        LockHandle held = a.write(DOOR).acquire();
        Contender<LockHandle> waiting = claimed(c, c.write(DOOR));

        b.locks().monitor().forceRelease(DOOR, "operator", "stuck");

        LockHandle next = waiting.result();
        assertThat(next.fencingToken()).isGreaterThan(held.fencingToken());
        untilLost(held);
        held.close();
        assertThat(next.isHeld()).isTrue();
        assertRefused(a, DOOR);
        assertRefused(b, DOOR);
    }

    @Test
    void readersOfAllNodesAreTurnedOut() {
        List<LockHandle> readers = List.of(
                telling(a.read(DOOR).acquire(), "a"),
                telling(b.read(DOOR).acquire(), "b"),
                telling(c.read(DOOR).acquire(), "c"));

        List<LockHolder> evicted = b.locks().monitor().forceRelease(DOOR, "operator", "stuck");

        assertThat(evicted).extracting(LockHolder::node).containsExactlyInAnyOrder("a", "b", "c");
        readers.forEach(ClusterLossContract::untilLost);
        Contenders.until("all are told", () -> told.size() == 3);
        assertFree(c, DOOR);
    }

    @Test
    void aNodeThatWasTurnedOutKeepsWhatElseItHolds() {
        LockHandle held = a.write(DOOR).acquire();
        LockHandle other = a.write("gate").acquire();

        b.locks().monitor().forceRelease(DOOR, "operator", "stuck");

        untilLost(held);
        assertThat(other.isHeld()).isTrue();
        assertRefused(b, "gate");
    }
}
