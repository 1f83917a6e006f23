package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.DeadlockException;
import dev.interlock.DeadlockPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.deadlock.DeadlockParticipant;
import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.event.LockEvent;
import dev.interlock.monitor.ClusterDeadlock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever waits for each other on several nodes is found out. */
@SuppressWarnings("NullAway.Init") // each test says first what its nodes do about deadlocks
abstract class ClusterDeadlockContract extends NodesContract {

    private TestNode one;
    private TestNode two;
    private TestNode three;

    ClusterDeadlockContract(ClusterContract cluster) {
        super(cluster);
    }

    private void nodesThat(DeadlockPolicy policy) {
        one = node("one", policy);
        two = node("two", policy);
        three = node("three", policy);
    }

    private TestNode node(String name, DeadlockPolicy policy) {
        return node(name, settings -> settings.deadlocks(policy)
                .stores(stores -> stores.publishAfter(Duration.ofMillis(100))));
    }

    private Contender<LockHandle> waiting(TestNode node, LockRequest request) {
        int before = node.queued(request.resource());
        Contender<LockHandle> contender =
                contenders.start("waiting for " + request.resource() + " on " + node, request::acquire);
        Contenders.until("it waits on node '" + node + "'", () -> node.queued(request.resource()) > before);
        return contender;
    }

    private List<LockEvent.DeadlockDetected> told() {
        return Stream.of(one, two, three).flatMap(each -> told(each).stream()).toList();
    }

    private static List<LockEvent.DeadlockDetected> told(TestNode node) {
        return node.heard(LockEvent.DeadlockDetected.class);
    }

    /** Waits until every node has looked often enough to find whatever there is. */
    private void untilAllHaveLooked(int times, TestNode... nodes) {
        for (TestNode each : nodes) {
            long before = each.faults().calls(StoreCall.SESSIONS);
            Contenders.until(
                    "node '" + each + "' has looked", () -> each.faults().calls(StoreCall.SESSIONS) >= before + times);
        }
    }

    @Test
    void twoNodesThatWaitForEachOtherAreReportedOnce() {
        nodesThat(DeadlockPolicy.REPORT);
        LockHandle left = one.write("left", "alice").acquire();
        LockHandle right = two.write("right", "bob").acquire();
        Contender<LockHandle> alice =
                waiting(one, one.write("right", "alice").metadata(LockRequest.METHOD, "Desk.swap"));
        Contender<LockHandle> bob = waiting(two, two.read("left", "bob").timeout(TestNode.LONG));

        Contenders.until("it is told of", () -> !told().isEmpty());

        DeadlockReport report = told().get(0).report();
        assertThat(report.victim()).isNull();
        assertThat(report.participants()).hasSize(2);
        DeadlockParticipant ofOne = participant(report, "one");
        assertThat(ofOne.owner().name()).isEqualTo("alice");
        assertThat(ofOne.method()).isEqualTo("Desk.swap");
        assertThat(ofOne.waitsFor()).isEqualTo("right");
        assertThat(ofOne.mode()).isEqualTo(LockMode.WRITE);
        assertThat(ofOne.holds()).isEqualTo(Map.of("left", LockMode.WRITE));
        assertThat(ofOne.blockedBy()).isEqualTo("held in WRITE mode by 'bob' on node 'two'");
        assertThat(participant(report, "two").holds()).isEqualTo(Map.of("right", LockMode.WRITE));
        untilAllHaveLooked(3, one, two);
        assertThat(told()).hasSize(1);
        assertThat(standing()).hasSize(1);
        Contenders.until(
                "it is seen from a node that has no part in it",
                () -> seenFromThree().size() == 1);
        ClusterDeadlock seen = seenFromThree().get(0);
        assertThat(Stream.of(one, two, three).filter(each -> !told(each).isEmpty()))
                .extracting(TestNode::name)
                .containsExactly(seen.foundBy());
        assertThat(seen.report().participants())
                .extracting(each -> each.owner().name())
                .containsExactlyInAnyOrder("alice", "bob");

        left.close();
        bob.result().close();
        right.close();
        alice.result().close();
        assertThat(standing()).isEmpty();
        Contenders.until("it is seen to have ended", () -> seenFromThree().isEmpty());
    }

    private List<ClusterDeadlock> seenFromThree() {
        return three.locks().monitor().cluster().deadlocks().stream()
                .filter(ClusterDeadlock::standing)
                .toList();
    }

    private static DeadlockParticipant participant(DeadlockReport report, String node) {
        return report.participants().stream()
                .filter(each -> each.node().equals(node))
                .findFirst()
                .orElseThrow();
    }

    private List<DeadlockReport> standing() {
        return Stream.of(one, two, three)
                .flatMap(each -> each.locks().monitor().deadlocks().stream())
                .toList();
    }

    @Test
    void oneOfFiveOwnersOnThreeNodesGivesUpAndTheOthersGoOn() {
        nodesThat(DeadlockPolicy.BREAK);
        List<TestNode> places = List.of(one, two, three, one, two);
        List<LockHandle> held = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            held.add(places.get(i)
                    .locks()
                    .write("fork:" + i)
                    .owner(LockOwner.named("owner-" + i))
                    .acquire());
        }
        List<Contender<LockHandle>> waiting = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            String next = "fork:" + (i + 1) % places.size();
            TestNode place = places.get(i);
            String name = "owner-" + i;
            LockRequest request = i % 2 == 0 ? place.write(next, name) : place.read(next, name);
            waiting.add(waiting(place, i == 2 ? request.priority(2) : request));
        }

        Throwable failure = waiting.get(2).failure();

        assertThat(failure).isInstanceOf(DeadlockException.class);
        DeadlockReport report = ((DeadlockException) failure).report();
        assertThat(report.participants())
                .extracting(each -> each.owner().name())
                .containsExactlyInAnyOrder("owner-0", "owner-1", "owner-2", "owner-3", "owner-4");
        assertThat(report.victim()).isEqualTo(LockOwner.named("owner-2"));
        held.get(2).close();
        for (int i : new int[] {1, 0, 4, 3}) {
            waiting.get(i).result().close();
            held.get(i).close();
        }
        assertThat(told()).hasSize(1);
    }

    @Test
    void aReaderBehindAWriterThatWaitsForAReaderIsPartOfTheCircle() {
        nodesThat(DeadlockPolicy.REPORT);
        LockHandle page = one.read("page", "reader").acquire();
        LockHandle index = three.write("index", "latecomer").acquire();
        Contender<LockHandle> writer = claimed(two, two.write("page", "writer"));
        Contender<LockHandle> latecomer = waiting(three, three.read("page", "latecomer"));
        Contender<LockHandle> reader = waiting(one, one.write("index", "reader"));

        Contenders.until("it is told of", () -> !told().isEmpty());

        assertThat(told()).singleElement().satisfies(event -> assertThat(
                        event.report().participants())
                .extracting(each -> each.owner().name())
                .containsExactlyInAnyOrder("reader", "latecomer", "writer"));
        page.close();
        writer.result().close();
        latecomer.result().close();
        index.close();
        reader.result().close();
    }

    @Test
    void whoeverWaitsForSomebodyWhoWaitsIsNoDeadlock() {
        nodesThat(DeadlockPolicy.BREAK);
        LockHandle first = one.write("first", "alice").acquire();
        LockHandle second = two.write("second", "bob").acquire();
        Contender<LockHandle> bob = waiting(two, two.write("first", "bob"));
        Contender<LockHandle> carol = waiting(three, three.write("second", "carol"));
        Contender<LockHandle> dave = waiting(one, one.read("second", "dave"));

        untilAllHaveLooked(3, one, two, three);

        assertThat(told()).isEmpty();
        first.close();
        bob.result().close();
        second.close();
        carol.result().close();
        dave.result().close();
    }
}
