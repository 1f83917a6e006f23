package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.MultiLockHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** One writer on all nodes, or readers on any. */
abstract class ClusterExclusionContract extends NodesContract {

    private static final int TIMES = 40;

    ClusterExclusionContract(ClusterContract cluster) {
        super(cluster);
    }

    /** Counts without any protection of its own. */
    private static final class Counter {
        private long value;
    }

    @Test
    void aWriterKeepsOutEverybodyOnOtherNodes() {
        LockHandle held = a.write(DOOR).acquire();

        assertRefused(b, DOOR);
        assertRefused(c, DOOR);

        held.close();
        assertFree(b, DOOR);
    }

    @Test
    void whoeverWaitsOnAnotherNodeIsLetInWhenTheWriterHasGone() {
        LockHandle held = a.write(DOOR).acquire();
        Contender<LockHandle> waiting = claimed(b, b.write(DOOR));

        held.close();

        LockHandle next = waiting.result();
        assertThat(next.isHeld()).isTrue();
        assertRefused(a, DOOR);
        next.close();
    }

    @Test
    void readersOnSeveralNodesShare() {
        LockHandle one = a.read(DOOR).acquire();
        LockHandle two = b.read(DOOR).acquire();
        LockHandle three = c.read(DOOR).acquire();

        assertThat(List.of(one, two, three)).allMatch(LockHandle::isHeld);
        assertThat(a.tryWrite(DOOR)).isEmpty();
        assertThat(c.tryWrite(DOOR)).isEmpty();

        one.close();
        two.close();
        assertThat(a.tryWrite(DOOR)).isEmpty();
        three.close();
        assertFree(a, DOOR);
    }

    @Test
    void aWriterWaitsForTheReadersOfAllNodes() {
        LockHandle one = a.read(DOOR).acquire();
        LockHandle two = b.read(DOOR).acquire();
        Contender<LockHandle> writer = claimed(c, c.write(DOOR));

        one.close();
        assertThat(writer.isDone()).isFalse();
        two.close();

        assertThat(writer.result().isHeld()).isTrue();
    }

    @Test
    void whatWasGivenBackIsFreeAtOnceForOthers() {
        List<TestNode> nodes = List.of(a, b, c);
        for (int i = 0; i < TIMES; i++) {
            TestNode node = nodes.get(i % 3);
            LockHandle held = (i % 2 == 0 ? node.tryWrite(DOOR) : node.tryRead(DOOR)).orElseThrow();
            held.close();
        }
    }

    @Test
    void ownersOfTheSameNameOnDifferentNodesAreDifferent() {
        LockHandle held = a.write(DOOR, "alice").acquire();

        assertThat(b.write(DOOR, "alice").tryAcquire()).isEmpty();

        assertThat(a.write(DOOR, "alice").tryAcquire()).isPresent();
        held.close();
    }

    @Test
    void anOwnerThatHoldsComesInAgainThoughOthersWaitElsewhere() {
        LockHandle outer = a.write(DOOR, "alice").acquire();
        Contender<LockHandle> waiting = claimed(b, b.write(DOOR));

        LockHandle inner = a.read(DOOR, "alice").acquire();
        outer.close();
        assertThat(waiting.isDone()).isFalse();
        inner.close();

        assertThat(waiting.result().isHeld()).isTrue();
    }

    @Test
    void resourcesWhoseNamesAreAlikeAreDifferent() {
        LockHandle held = a.write("Job").acquire();

        assertFree(b, "job");
        assertRefused(b, "Job");
        held.close();
    }

    @Test
    void aWriterThatBecomesAReaderLetsReadersOfOtherNodesIn() {
        LockHandle held = a.write(DOOR).acquire();
        Contender<LockHandle> reader = claimed(b, b.read(DOOR));

        LockHandle downgraded = held.downgrade();

        LockHandle reading = reader.result();
        assertThat(downgraded.isHeld()).isTrue();
        assertThat(reading.isHeld()).isTrue();
        assertThat(c.tryWrite(DOOR)).isEmpty();
        reading.close();
        assertThat(c.tryWrite(DOOR)).isEmpty();
        downgraded.close();
        // whoever looks after a waiter's claim at that moment gives the lease back afterwards
        untilFree(DOOR);
        assertFree(c, DOOR);
    }

    @Test
    void aWriterThatBecomesAReaderLetsNoWriterInBetween() {
        LockHandle held = a.write(DOOR).acquire();
        Contender<LockHandle> writer = claimed(b, b.write(DOOR));

        LockHandle downgraded = held.downgrade();

        assertThat(downgraded.isHeld()).isTrue();
        assertThat(writer.isDone()).isFalse();
        downgraded.close();
        assertThat(writer.result().isHeld()).isTrue();
    }

    @Test
    void severalLocksAreTakenOnEachNodeInTheSameOrder() {
        Counter counter = new Counter();
        List<Contender<Boolean>> working = new ArrayList<>();
        for (TestNode each : List.of(a, b, c)) {
            LockManager locks = each.locks();
            working.add(contenders.start("several on " + each, () -> {
                for (int i = 0; i < TIMES; i++) {
                    String first = i % 2 == 0 ? "left" : "right";
                    String second = i % 2 == 0 ? "right" : "left";
                    try (MultiLockHandle held =
                            locks.all(locks.write(first), locks.write(second)).acquire()) {
                        counter.value++;
                    }
                }
                return true;
            }));
        }

        assertThat(working).allMatch(Contender::result);
        assertThat(counter.value).isEqualTo(3L * TIMES);
    }

    @Test
    void nothingThatIsCountedUnderAWriterIsLost() {
        Counter counter = new Counter();
        List<Contender<Boolean>> working = new ArrayList<>();
        for (TestNode each : List.of(a, b, c)) {
            for (int i = 0; i < 2; i++) {
                String owner = each + "-" + i;
                working.add(contenders.start(owner, () -> increment(each, owner, counter)));
            }
            working.add(contenders.start("reader on " + each, () -> look(each, counter)));
        }

        assertThat(working).allMatch(Contender::result);
        assertThat(counter.value).isEqualTo(6L * TIMES);
    }

    private static boolean increment(TestNode node, String owner, Counter counter) {
        for (int i = 0; i < TIMES; i++) {
            try (LockHandle held = node.write(DOOR, owner).acquire()) {
                long value = counter.value;
                LockSupport.parkNanos(1_000);
                counter.value = value + 1;
                held.ensureHeld();
            }
        }
        return true;
    }

    private static boolean look(TestNode node, Counter counter) {
        boolean unchanged = true;
        for (int i = 0; i < TIMES; i++) {
            try (LockHandle held = node.read(DOOR, "reader").acquire()) {
                long before = counter.value;
                LockSupport.parkNanos(1_000);
                unchanged &= before == counter.value;
                held.ensureHeld();
            }
        }
        return unchanged;
    }
}
