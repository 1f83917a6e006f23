package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockRequest;
import dev.interlock.spi.LockRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** All waiters of all nodes stand in one queue, and a node that has the lock keeps it for itself within bounds only. */
abstract class ClusterFairnessContract extends NodesContract {

    private static final long WORK_NANOS = 500_000;

    private final Queue<String> order = new ConcurrentLinkedQueue<>();

    ClusterFairnessContract(ClusterContract cluster) {
        super(cluster);
    }

    /** Whoever gets in says so, and goes. */
    private boolean passThrough(LockRequest request, String name) {
        try (LockHandle held = request.acquire()) {
            order.add(name);
            held.ensureHeld();
        }
        return true;
    }

    private Contender<Boolean> passing(LockRequest request, String name) {
        return contenders.start(name, () -> passThrough(request, name));
    }

    private Contender<Boolean> claiming(TestNode node, LockRequest request, String name) {
        Contender<Boolean> contender = passing(request, name);
        untilClaims(DOOR, node);
        return contender;
    }

    @Test
    void nodesAreServedInTheOrderInWhichTheyCame() {
        TestNode d = node("d", settings -> settings);
        LockHandle held = a.write(DOOR).acquire();
        List<Contender<Boolean>> waiting = List.of(
                claiming(c, c.write(DOOR), "c"), claiming(b, b.read(DOOR), "b"), claiming(d, d.write(DOOR), "d"));

        held.close();

        assertThat(waiting).allMatch(Contender::result);
        assertThat(order).containsExactly("c", "b", "d");
    }

    @Test
    void whoeverWaitsOnTheHoldersNodeFromEarlierOnGoesBeforeOtherNodes() {
        LockHandle held = a.write(DOOR).acquire();
        List<Contender<Boolean>> waiting = new ArrayList<>(lineUp(a, 20, "early"));
        waiting.add(claiming(b, b.write(DOOR), "b"));

        held.close();

        assertThat(waiting).allMatch(Contender::result);
        assertThat(new ArrayList<>(order).indexOf("b")).isEqualTo(20);
    }

    @Test
    void aBusyNodeHandsOnSoManyTimesAndNoMoreBeforeAnotherNodeHasItsTurn() {
        TestNode busy = node(
                "busy", settings -> settings.stores(stores -> stores.handOffs(5).term(Duration.ofHours(1))));
        LockHandle held = busy.write(DOOR).acquire();
        List<Contender<Boolean>> waiting = new ArrayList<>(List.of(claiming(b, b.write(DOOR), "b")));
        waiting.addAll(lineUp(busy, 20, "late"));

        held.close();

        assertThat(waiting).allMatch(Contender::result);
        assertThat(new ArrayList<>(order).indexOf("b")).isLessThanOrEqualTo(5);
    }

    @Test
    void aBusyNodeHandsOnForSoLongAndNoLongerBeforeAnotherNodeHasItsTurn() {
        TestNode busy = node(
                "busy",
                settings -> settings.stores(stores -> stores.handOffs(1_000).term(Duration.ofMillis(20))));
        AtomicBoolean done = new AtomicBoolean();
        List<Contender<Integer>> working = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String owner = "busy-" + i;
            working.add(contenders.start(owner, () -> workUntil(done, busy.write(DOOR, owner))));
        }

        assertThat(passing(b.write(DOOR), "b").result()).isTrue();

        done.set(true);
        assertThat(working).hasSize(3);
    }

    /** Lets so many wait behind one another on this node. */
    private List<Contender<Boolean>> lineUp(TestNode node, int count, String name) {
        List<Contender<Boolean>> lined = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String owner = name + "-" + i;
            lined.add(passing(node.write(DOOR, owner), owner));
            Contenders.untilWaiting(node.locks(), DOOR, i + 1);
        }
        return lined;
    }

    private int workUntil(AtomicBoolean done, LockRequest request) {
        int times = 0;
        while (!done.get()) {
            try (LockHandle held = request.acquire()) {
                LockSupport.parkNanos(WORK_NANOS);
                times += held.isHeld() ? 1 : 0;
            }
        }
        return times;
    }

    @Test
    void aWriterIsNotStarvedByReadersOfOtherNodes() {
        AtomicBoolean done = new AtomicBoolean();
        List<Contender<Integer>> reading = keepReading(done, a, c);

        for (int i = 0; i < 5; i++) {
            assertThat(passing(b.write(DOOR), "b").result()).isTrue();
        }

        done.set(true);
        assertThat(reading).allMatch(each -> each.result() > 0);
    }

    @Test
    void aWriterIsNotStarvedByReadersOfOneOtherNode() {
        AtomicBoolean done = new AtomicBoolean();
        List<Contender<Integer>> reading = keepReading(done, a);

        for (int i = 0; i < 5; i++) {
            assertThat(passing(b.write(DOOR), "b").result()).isTrue();
        }

        done.set(true);
        assertThat(reading).allMatch(each -> each.result() > 0);
    }

    @Test
    void aWriterIsNotStarvedByReadersOfOneOtherNodeOfWhomOneAlwaysReads() {
        AtomicBoolean done = new AtomicBoolean();
        Contender<Integer> reading = contenders.start("overlapping", () -> overlapUntil(done));
        Contenders.until("one reads", () -> a.locks().monitor().isLocked(DOOR));

        assertThat(passing(b.write(DOOR), "b").result()).isTrue();

        done.set(true);
        assertThat(reading.result()).isPositive();
    }

    /** Each reader goes when the next one has come, or does not come because it has to wait. */
    private int overlapUntil(AtomicBoolean done) throws InterruptedException, ExecutionException {
        int times = 1;
        LockHandle held = a.read(DOOR, "reader 0").acquire();
        while (!done.get()) {
            CompletableFuture<LockHandle> next =
                    a.read(DOOR, "reader " + times++).acquireAsync();
            try {
                next.get(300, TimeUnit.MILLISECONDS);
            } catch (TimeoutException hasToWait) {
                // for the writer, that is
            }
            held.close();
            held = Contender.resultOf(next);
        }
        held.close();
        return times;
    }

    private List<Contender<Integer>> keepReading(AtomicBoolean done, TestNode... nodes) {
        List<Contender<Integer>> reading = new ArrayList<>();
        for (TestNode each : nodes) {
            for (int i = 0; i < 3; i++) {
                String owner = "reader " + each + i;
                reading.add(contenders.start(owner, () -> workUntil(done, each.read(DOOR, owner))));
            }
        }
        return reading;
    }

    @Test
    void readersAreNotStarvedByWritersOfOtherNodes() {
        AtomicBoolean done = new AtomicBoolean();
        List<Contender<Integer>> writing = new ArrayList<>();
        for (TestNode each : List.of(a, c)) {
            for (int i = 0; i < 2; i++) {
                String owner = "writer " + each + i;
                writing.add(contenders.start(owner, () -> workUntil(done, each.write(DOOR, owner))));
            }
        }

        for (int i = 0; i < 5; i++) {
            assertThat(passing(b.read(DOOR), "b").result()).isTrue();
        }

        done.set(true);
        assertThat(writing).allMatch(each -> each.result() > 0);
    }

    @Test
    void readersOfSeveralNodesAreLetInTogether() {
        LockHandle held = a.write(DOOR).acquire();
        Contender<LockHandle> one = claimed(b, b.read(DOOR));
        Contender<LockHandle> two = claimed(c, c.read(DOOR));

        held.close();

        assertThat(List.of(one.result(), two.result())).allMatch(LockHandle::isHeld);
    }

    @Test
    void readersDoNotPassAWriterThatWaitsOnAnotherNode() {
        LockHandle held = a.read(DOOR).acquire();
        Contender<Boolean> writer = claiming(b, b.write(DOOR), "writer");

        assertThat(c.tryRead(DOOR)).isEmpty();
        Contender<Boolean> reader = claiming(c, c.read(DOOR), "reader");
        held.close();

        assertThat(writer.result()).isTrue();
        assertThat(reader.result()).isTrue();
        assertThat(order).containsExactly("writer", "reader");
    }

    @Test
    void higherPriorityOnAnotherNodeGoesFirst() {
        LockHandle held = a.write(DOOR).acquire();
        Contender<Boolean> ordinary = claiming(b, b.write(DOOR), "ordinary");
        Contender<Boolean> urgent = claiming(c, c.write(DOOR).priority(9), "urgent");

        held.close();

        assertThat(ordinary.result()).isTrue();
        assertThat(urgent.result()).isTrue();
        assertThat(order).containsExactly("urgent", "ordinary");
    }

    @Test
    void aNodeStandsWhereItsMostUrgentWaiterDoes() {
        LockHandle held = a.write(DOOR).acquire();
        List<Contender<Boolean>> waiting =
                new ArrayList<>(List.of(claiming(b, b.write(DOOR), "b"), claiming(c, c.write(DOOR), "c")));
        waiting.add(passing(c.write(DOOR, "urgent").priority(10), "urgent"));
        Contenders.until("node c stands first", () -> firstClaimant().equals("c"));

        held.close();

        assertThat(waiting).allMatch(Contender::result);
        assertThat(order).startsWith("urgent").hasSize(3);
    }

    private String firstClaimant() {
        List<LockRecord.Claim> claims = Objects.requireNonNull(record(DOOR)).claims();
        return claims.isEmpty() ? "nobody" : claims.get(0).node();
    }
}
