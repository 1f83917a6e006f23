package dev.interlock.testkit.lease;

import static dev.interlock.DeadlockPolicy.BREAK;
import static dev.interlock.DeadlockPolicy.OFF;
import static dev.interlock.DeadlockPolicy.REPORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.DeadlockException;
import dev.interlock.DeadlockPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.deadlock.DeadlockParticipant;
import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import dev.interlock.monitor.ClusterDeadlock;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.SessionInfo;
import dev.interlock.testkit.Contender;
import dev.interlock.testkit.Contenders;
import dev.interlock.testkit.ManualTime;
import dev.interlock.testkit.StoreCall;
import dev.interlock.testkit.StoreFault;
import dev.interlock.testkit.StoreFaults;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Circles of waiting through several nodes, which say what they have to say when a test lets their time go on: an old report makes
 * no circle, and a true one is found whatever else there is, and told of by one node.
 */
@SuppressWarnings("FutureReturnValueIgnored") // most wait in vain, until their node is closed
@Tag("once")
class ClusterDeadlockTest extends NodesOverMemory {

    private static final Duration SECOND = Duration.ofSeconds(1);
    /** More than a node tells of itself. */
    private static final int CROWD = 600;
    /** Deadlocks at once. */
    private static final int MORE_THAN_TOLD = 11;

    private static final LockOwner ALICE = LockOwner.named("alice");
    private static final LockOwner BOB = LockOwner.named("bob");
    private static final LockOwner CAROL = LockOwner.named("carol");
    private static final LockOwner DAVE = LockOwner.named("dave");

    private final Queue<LockEvent.DeadlockDetected> told = new ConcurrentLinkedQueue<>();

    /** A node whose heartbeats are made by hand. */
    private final class Node {

        private final String name;
        private final ManualTime time = new ManualTime();
        private final StoreFaults between = new StoreFaults();
        private final InterlockManager locks;

        Node(
                String name,
                DeadlockPolicy policy,
                BiFunction<InterlockManager.Builder, LockStore, InterlockManager.Builder> use) {
            this.name = name;
            this.locks = keep(use.apply(InterlockManager.builder(), between.around(space.connect()))
                    .node(name)
                    .deadlocks(policy)
                    .writeTimeout(LONG)
                    .readTimeout(LONG)
                    .distributedTimeout(LONG)
                    .listener(ClusterDeadlockTest.this::note)
                    .stores(all ->
                            all.timeSource(time).timeToLive(Duration.ofDays(1)).publishAfter(Duration.ZERO))
                    .build());
        }

        LockHandle holds(LockOwner owner, String resource) {
            return locks.write(resource).owner(owner).acquire();
        }

        CompletableFuture<LockHandle> waits(LockOwner owner, String resource) {
            return waits(locks.write(resource).owner(owner));
        }

        CompletableFuture<LockHandle> waits(LockRequest request) {
            int before = Contenders.waiters(locks, request.resource()).size();
            CompletableFuture<LockHandle> waiting = request.acquireAsync();
            Contenders.untilWaiting(locks, request.resource(), before + 1);
            return waiting;
        }

        /** What the store has of it for others to read. */
        private String published() {
            return space.sessions().stream()
                    .filter(each -> each.node().equals(name))
                    .map(SessionInfo::published)
                    .findFirst()
                    .orElse("");
        }

        /** Which of its reports the store has. */
        private long number() {
            String text = published();
            return text.isEmpty() ? 0 : Long.parseLong(text.split(" ", 3)[1]);
        }

        String saysOfWaits() {
            return published().lines().filter(line -> line.startsWith("wait ")).collect(Collectors.joining("\n"));
        }

        /** Lets it say once, from the beginning to the end, what there is to say. */
        void reports() {
            long before = between.calls(StoreCall.BEAT);
            Contenders.until(
                    "node '" + name + "' has reported", () -> passed() && between.calls(StoreCall.BEAT) > before + 1);
        }

        /** Lets it look so often from the beginning to the end, at reports that were there before. */
        void looks(int times) {
            long before = between.calls(StoreCall.SESSIONS);
            Contenders.until(
                    "node '" + name + "' has looked",
                    () -> passed() && between.calls(StoreCall.SESSIONS) > before + times + 1);
        }

        /** Lets a moment pass. */
        boolean passed() {
            time.advance(SECOND);
            return true;
        }
    }

    private void note(LockEvent event) {
        if (event instanceof LockEvent.DeadlockDetected detected) {
            told.add(detected);
        }
    }

    private Node node(String name, DeadlockPolicy policy) {
        return new Node(name, policy, InterlockManager.Builder::store);
    }

    /** A node that shares with others only what is asked for as distributed. */
    private Node nodeWithLocksOfItsOwn(String name) {
        return new Node(name, REPORT, InterlockManager.Builder::distributedStore);
    }

    private DeadlockReport onlyReport(Node... nodes) {
        Contenders.until("a deadlock is told of", () -> letPass(nodes) && !told.isEmpty());
        for (Node each : nodes) {
            each.reports();
            each.reports();
        }
        assertThat(told).hasSize(1);
        return told.element().report();
    }

    private static boolean letPass(Node... nodes) {
        return List.of(nodes).stream().allMatch(Node::passed);
    }

    private static List<String> owners(DeadlockReport report) {
        return report.participants().stream().map(each -> each.owner().name()).toList();
    }

    // --- reports that are out of date --------------------------------------------------------------------------------

    @Test
    void aReportThatIsOutOfDateMakesNoCircle() {
        Node one = node("one", BREAK);
        Node two = node("two", BREAK);
        one.holds(ALICE, "left");
        LockHandle right = two.holds(BOB, "right");
        CompletableFuture<LockHandle> bob =
                two.waits(two.locks.write("left").owner(BOB).priority(9));
        CompletableFuture<LockHandle> carol = two.waits(CAROL, "right");
        two.reports();
        two.between.next(1, StoreFault.REFUSED, StoreCall.BEAT);
        two.between.next(1, StoreFault.HANGING, StoreCall.BEAT);
        Contenders.until("a report is on its way", () -> two.passed() && two.between.hanging() == 1);
        bob.cancel(false);
        right.close();
        LockHandle carols = Contender.resultOf(carol);

        CompletableFuture<LockHandle> alice = one.waits(ALICE, "right");
        one.looks(3);
        assertThat(told).isEmpty();

        // it says the same again, as it was made before bob went away
        long before = two.number();
        two.between.heal();
        Contenders.until("it has arrived", () -> two.number() > before);
        one.looks(3);

        assertThat(told).isEmpty();
        carols.close();
        Contender.resultOf(alice).close();
    }

    /** Whoever of them would have to give up. */
    @ParameterizedTest
    @ValueSource(ints = {1, 9})
    void thoseWhoWaitInTurnsAreInNoCircle(int priorityOfOther) {
        Node one = node("one", BREAK);
        Node two = node("two", BREAK);
        one.holds(ALICE, "left");
        two.holds(BOB, "right");

        for (int i = 0; i < 5; i++) {
            // what the other node said last is that its owner waits
            CompletableFuture<LockHandle> alice = one.waits(ALICE, "right");
            one.looks(2);
            alice.cancel(false);
            CompletableFuture<LockHandle> bob =
                    two.waits(two.locks.write("left").owner(BOB).priority(priorityOfOther));
            two.looks(2);
            bob.cancel(false);
        }

        assertThat(told).isEmpty();
    }

    // --- many, and different ones ------------------------------------------------------------------------------------

    @Test
    void aCircleIsFoundAmongMoreWaitsThanANodeTellsOf() {
        Node one = node("one", REPORT);
        Node two = node("two", REPORT);
        one.holds(ALICE, "left");
        two.holds(BOB, "right");
        for (int i = 0; i < CROWD; i++) {
            two.locks.write("left").owner(LockOwner.named("crowd-" + i)).acquireAsync();
        }
        Contenders.untilWaiting(two.locks, "left", CROWD);
        two.waits(BOB, "left");
        one.waits(ALICE, "right");

        assertThat(owners(onlyReport(one, two))).containsExactlyInAnyOrder("alice", "bob");
    }

    @Test
    void aCircleIsFoundAmongMoreHoldsThanANodeTellsOf() {
        Node one = node("one", REPORT);
        Node two = node("two", REPORT);
        one.holds(ALICE, "left");
        for (int i = 0; i <= 2 * CROWD; i++) {
            LockOwner owner = i == CROWD ? BOB : LockOwner.named("crowd-" + i);
            two.locks.read("right").owner(owner).acquire();
        }
        two.waits(BOB, "left");
        one.waits(ALICE, "right");

        assertThat(owners(onlyReport(one, two))).containsExactlyInAnyOrder("alice", "bob");
    }

    @ParameterizedTest
    @EnumSource(names = {"OFF", "REPORT"})
    void whoeverIsOnANodeThatBreaksDeadlocksGivesUp(DeadlockPolicy other) {
        Node one = node("one", other);
        Node two = node("two", BREAK);
        LockHandle left = one.holds(ALICE, "left");
        LockHandle right = two.holds(BOB, "right");
        CompletableFuture<LockHandle> bob =
                two.waits(two.locks.write("left").owner(BOB).priority(9));
        CompletableFuture<LockHandle> alice =
                one.waits(one.locks.write("right").owner(ALICE).priority(1));

        DeadlockReport report = onlyReport(one, two);

        assertThat(report.victim()).isEqualTo(BOB);
        assertThat(Contender.failureOf(bob)).isInstanceOf(DeadlockException.class);
        right.close();
        Contender.resultOf(alice).close();
        left.close();
    }

    /** Or two nodes could disagree about who came last, and both give up, or neither. */
    @Test
    void aNodeSaysTheSameOfAWaitHoweverItsClockIsSet() {
        Node one = node("one", BREAK);
        Node two = node("two", BREAK);
        two.holds(BOB, "right");
        one.waits(ALICE, "right");
        one.reports();
        String said = one.saysOfWaits();

        space.moveClock(Duration.ofMinutes(10));
        // a report goes by what the store said at the one before
        one.reports();
        one.reports();

        assertThat(said).contains("alice");
        assertThat(one.saysOfWaits()).isEqualTo(said);
    }

    @Test
    void aNodeThatLooksAwayLeavesTheReportToTheOther() {
        Node one = node("one", OFF);
        Node two = node("two", REPORT);
        one.holds(ALICE, "left");
        two.holds(BOB, "right");
        two.waits(two.locks.write("left").owner(BOB).priority(9));
        one.waits(one.locks.write("right").owner(ALICE).priority(1));

        assertThat(onlyReport(one, two).victim()).isNull();
        assertThat(two.locks.monitor().deadlocks()).hasSize(1);
    }

    @Test
    void theStripeIsNamedBesideTheKeys() {
        BiFunction<InterlockManager.Builder, LockStore, InterlockManager.Builder> striped =
                (settings, store) -> settings.store(store).type("door", door -> door.stripes(1));
        Node one = new Node("one", REPORT, striped);
        Node two = new Node("two", REPORT, striped);
        one.holds(ALICE, "door:1");
        two.holds(BOB, "gate");
        two.waits(BOB, "door:2");
        one.waits(ALICE, "gate");

        assertThat(onlyReport(one, two).describe())
                .contains("waits to WRITE 'door:2', held in WRITE mode by 'alice' on node 'one' for 'door:1',"
                        + " of the same stripe 'door:#0'")
                .contains("waits to WRITE 'gate', held in WRITE mode by 'bob' on node 'two'");
    }

    @Test
    void aCircleWithinOneNodeIsToldOnce() {
        Node one = node("one", REPORT);
        Node two = node("two", REPORT);
        one.holds(ALICE, "left");
        one.holds(BOB, "right");
        one.waits(ALICE, "right");
        one.waits(BOB, "left");
        two.waits(CAROL, "left");
        two.looks(3);
        one.looks(3);

        assertThat(owners(onlyReport(one, two))).containsExactlyInAnyOrder("alice", "bob");
    }

    // --- what stands, and what is said of it -------------------------------------------------------------------------

    @Test
    void aDeadlockStandsUntilItsCircleIsGoneThoughItsSpeakerWaitsOn() {
        Node one = node("one", REPORT);
        Node two = node("two", REPORT);
        one.holds(ALICE, "left");
        two.holds(BOB, "right");
        CompletableFuture<LockHandle> bob =
                two.waits(two.locks.write("left").owner(BOB).priority(9));
        CompletableFuture<LockHandle> alice = one.waits(ALICE, "right");
        onlyReport(one, two);
        assertThat(one.locks.monitor().deadlocks()).hasSize(1);

        bob.cancel(false);

        Contenders.until(
                "nothing hangs any more",
                () -> letPass(one, two) && one.locks.monitor().deadlocks().isEmpty());
        Contenders.until("every node says so", () -> letPass(one, two) && standing(two) == 0);
        assertThat(alice).isNotDone();
        assertThat(one.locks.monitor().recentDeadlocks()).hasSize(1);
    }

    private static long standing(Node from) {
        return from.locks.monitor().cluster().deadlocks().stream()
                .filter(ClusterDeadlock::standing)
                .count();
    }

    @Test
    void theNewestDeadlockIsToldHoweverManyWereFoundBefore() {
        ManualTime clock = new ManualTime();
        Node one = new Node(
                "one", REPORT, (settings, store) -> settings.store(store).timeSource(clock));
        Node two = node("two", REPORT);
        for (int i = 0; i < MORE_THAN_TOLD; i++) {
            crosswise(one, i).forEach(each -> each.cancel(false));
        }
        clock.advance(Duration.ofMinutes(2));
        crosswise(one, MORE_THAN_TOLD);

        one.reports();

        assertThat(one.locks.monitor().recentDeadlocks()).hasSize(MORE_THAN_TOLD + 1);
        assertThat(standing(two)).isEqualTo(1);
    }

    private static List<CompletableFuture<LockHandle>> crosswise(Node node, int number) {
        node.holds(ALICE, "left:" + number);
        node.holds(BOB, "right:" + number);
        return List.of(node.waits(ALICE, "right:" + number), node.waits(BOB, "left:" + number));
    }

    @Test
    void nothingIsSaidWhereNobodyHoldsOrWaits() {
        Node one = node("one", REPORT);
        LockHandle held = one.holds(ALICE, "left");
        one.reports();
        assertThat(one.published()).contains("left");
        held.close();

        one.reports();

        assertThat(one.published()).isEmpty();
    }

    @Test
    void theSameIsSaidAsLongAsSomebodyOnlyHolds() {
        space.freezeClock();
        Node one = node("one", REPORT);
        one.holds(ALICE, "left");
        one.locks.read("right").owner(BOB).lease(Duration.ofHours(1)).acquire();
        one.reports();
        String said = one.published();
        assertThat(said).contains("left", "right");

        for (int i = 0; i < 3; i++) {
            space.moveClock(Duration.ofMillis(7));
            one.reports();
            assertThat(one.published()).isEqualTo(said);
        }
    }

    // --- locks of one node -------------------------------------------------------------------------------------------

    @Test
    void aCircleMayRunThroughALockThatOneNodeHasForItself() {
        Node one = nodeWithLocksOfItsOwn("one");
        Node two = nodeWithLocksOfItsOwn("two");
        one.holds(ALICE, "own");
        two.locks.distributed("d").owner(BOB).acquire();
        one.locks.distributed("e").owner(CAROL).acquire();
        one.waits(CAROL, "own");
        one.waits(one.locks.distributed("d").owner(ALICE));
        two.waits(two.locks.distributed("e").owner(BOB));

        DeadlockReport report = onlyReport(one, two);

        assertThat(owners(report)).containsExactlyInAnyOrder("alice", "bob", "carol");
        assertThat(report.participants())
                .filteredOn(each -> each.owner().equals(ALICE))
                .singleElement()
                .extracting(DeadlockParticipant::holds)
                .isEqualTo(Map.of("own", LockMode.WRITE));
    }

    @Test
    void locksOfTheSameNameOnTwoNodesAreTwo() {
        Node one = nodeWithLocksOfItsOwn("one");
        Node two = nodeWithLocksOfItsOwn("two");
        one.holds(ALICE, "own");
        two.holds(DAVE, "own");
        two.locks.distributed("d").owner(BOB).acquire();
        two.waits(BOB, "own");
        one.waits(one.locks.distributed("d").owner(ALICE));

        for (int i = 0; i < 3; i++) {
            two.reports();
            one.looks(1);
        }

        assertThat(told).isEmpty();
    }

    // --- the end -----------------------------------------------------------------------------------------------------

    @Test
    void whoeverIsClosedLooksAtNothingAnyMore() {
        Node one = node("one", REPORT);
        Node two = node("two", REPORT);
        LockHandle left = one.holds(ALICE, "left");
        two.holds(BOB, "right");
        two.waits(BOB, "left");
        two.reports();
        one.waits(ALICE, "right");
        one.looks(1);

        left.close();
        closed(one.locks);

        Contenders.until("nothing is asked any more", () -> {
            long before = one.between.calls();
            one.passed();
            two.looks(3);
            return one.between.calls() == before && one.time.sleeping() == 0;
        });
        assertThat(space.sessions()).extracting(SessionInfo::node).containsExactly("two");
    }

    private void closed(LockManager manager) {
        contenders
                .start("closing", () -> {
                    manager.close();
                    return true;
                })
                .result();
    }
}
