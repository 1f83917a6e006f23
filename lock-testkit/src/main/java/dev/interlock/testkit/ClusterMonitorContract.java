package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.LockHandle;
import dev.interlock.LockMode;
import dev.interlock.LockStoreException;
import dev.interlock.monitor.ClusterNode;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockSearch;
import dev.interlock.monitor.LockStatus;
import dev.interlock.monitor.LockWaiter;
import dev.interlock.spi.ScannableStore;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Any node sees who holds and who waits on all nodes. */
abstract class ClusterMonitorContract extends NodesContract {

    private static final LockSearch ALL = new LockSearch(null, null, false, false, 100);

    ClusterMonitorContract(ClusterContract cluster) {
        super(cluster);
    }

    private static Optional<LockStatus> seenFrom(TestNode node) {
        return node.locks().monitor().cluster().status(DOOR);
    }

    @Test
    void everyNodeSeesWhoHoldsOnAnother() {
        LockHandle held = a.write(DOOR, "alice").acquire();

        for (TestNode each : List.of(a, b, c)) {
            LockStatus status = seenFrom(each).orElseThrow();
            assertThat(status.resource()).isEqualTo(DOOR);
            assertThat(status.backend()).isEqualTo(storage.kind());
            assertThat(status.waiters()).isEmpty();
            assertThat(status.holders()).singleElement().satisfies(holder -> {
                assertThat(holder.node()).isEqualTo("a");
                assertThat(holder.owner().name()).isEqualTo("alice");
                assertThat(holder.mode()).isEqualTo(LockMode.WRITE);
            });
        }
        held.close();
    }

    @Test
    void everyNodeSeesWhoWaitsOnAnother() {
        LockHandle held = a.write(DOOR, "alice").acquire();
        Contender<LockHandle> waiting = claimed(b, b.write(DOOR, "bob"));
        Contender<LockHandle> alsoWaiting = claimed(c, c.read(DOOR, "carol"));

        for (TestNode each : List.of(a, b, c)) {
            Contenders.until("node '" + each + "' sees both wait", () -> seenFrom(each)
                    .map(LockStatus::waiters)
                    .filter(waiters -> waiters.size() == 2)
                    .isPresent());
            LockStatus status = seenFrom(each).orElseThrow();
            assertThat(status.waiters()).extracting(LockWaiter::node).containsExactly("b", "c");
            assertThat(status.waiters())
                    .extracting(waiter -> waiter.owner().name())
                    .containsExactly("bob", "carol");
            assertThat(status.holders()).extracting(LockHolder::node).containsExactly("a");
        }
        held.close();
        waiting.result().close();
        alsoWaiting.result().close();
    }

    @Test
    void everyNodeSeesTheReadersOfAll() {
        List<LockHandle> readers = List.of(
                a.read(DOOR, "alice").acquire(),
                b.read(DOOR, "bob").acquire(),
                c.read(DOOR, "carol").acquire());

        for (TestNode each : List.of(a, b, c)) {
            assertThat(seenFrom(each).orElseThrow().holders())
                    .extracting(holder -> holder.owner().name())
                    .containsExactlyInAnyOrder("alice", "bob", "carol");
        }
        readers.forEach(LockHandle::close);
    }

    @Test
    void whoeverWaitsOrHoldsForSomeTimeIsSeenEachByItself() {
        LockHandle held = a.read(DOOR, "alice").reason("inventory").acquire();
        LockHandle alsoHeld = a.read(DOOR, "bob").acquire();
        Contender<LockHandle> waiting = claimed(b, b.write(DOOR, "carol"));
        Contender<LockHandle> alsoWaiting =
                contenders.start("dave", () -> b.write(DOOR, "dave").acquire());

        Contenders.until("node c sees all four", () -> seenFrom(c)
                .filter(status ->
                        status.holders().size() == 2 && status.waiters().size() == 2)
                .isPresent());
        LockStatus status = seenFrom(c).orElseThrow();
        assertThat(status.holders())
                .extracting(holder -> holder.owner().name())
                .containsExactlyInAnyOrder("alice", "bob");
        assertThat(status.holders()).extracting(LockHolder::reason).contains("inventory");
        assertThat(status.waiters()).extracting(waiter -> waiter.owner().name()).containsExactly("carol", "dave");
        held.close();
        alsoHeld.close();
        waiting.result().close();
        alsoWaiting.result().close();
    }

    @Test
    void whatIsFreeIsNotSeen() {
        a.write(DOOR).acquire().close();

        assertThat(seenFrom(b)).isEmpty();
        assertThat(b.locks().monitor().cluster().search(ALL).total()).isZero();
    }

    @Test
    void whatIsLookedForIsFoundOnAllNodes() {
        assumeTrue(storage instanceof ScannableStore, "a store that can list its records");
        LockHandle one = a.write("account:1", "alice").acquire();
        LockHandle two = b.write("account:2", "bob").acquire();
        LockHandle three = c.write("job:1", "alice").acquire();

        assertThat(found(ALL)).containsExactlyInAnyOrder("account:1", "account:2", "job:1");
        assertThat(found(new LockSearch("account", null, false, false, 100)))
                .containsExactlyInAnyOrder("account:1", "account:2");
        assertThat(found(new LockSearch(null, "alice", true, false, 100)))
                .containsExactlyInAnyOrder("account:1", "job:1");
        assertThat(found(new LockSearch(null, null, false, true, 100))).isEmpty();
        List.of(one, two, three).forEach(LockHandle::close);
    }

    private List<String> found(LockSearch wanted) {
        return b.locks().monitor().cluster().search(wanted).first().stream()
                .map(LockStatus::resource)
                .toList();
    }

    @Test
    void ownersOfAnotherNodeAreToldApartOnceItHasSaidWhoTheyAre() {
        LockHandle one = a.write("account:1", "alice").acquire();
        LockHandle two = a.write("account:2", "alice").acquire();
        LockHandle three = a.write("account:3", "bob").acquire();

        for (String each : List.of("account:1", "account:2", "account:3")) {
            Contenders.until("node b knows who holds '" + each + "'", () -> ownerOf(each) > 0);
        }
        assertThat(ownerOf("account:1")).isEqualTo(ownerOf("account:2")).isNotEqualTo(ownerOf("account:3"));
        List.of(one, two, three).forEach(LockHandle::close);
    }

    private int ownerOf(String resource) {
        return b.locks().monitor().cluster().status(resource).orElseThrow().holders().stream()
                .mapToInt(LockHolder::ownerId)
                .sum();
    }

    @Test
    void aForcedReleaseMaySpareAnotherNode() {
        LockHandle hers = a.read(DOOR, "alice").acquire();
        LockHandle his = b.read(DOOR, "bob").acquire();

        assertThat(c.locks()
                        .monitor()
                        .forceRelease(DOOR, holder -> holder.node().equals("a"), "operator", "stuck"))
                .extracting(LockHolder::node)
                .containsExactly("a");

        Contenders.until("alice has lost it", () -> !hers.isHeld());
        assertThat(seenFrom(c).orElseThrow().holders())
                .extracting(LockHolder::node)
                .containsExactly("b");
        assertThat(his.isHeld()).isTrue();
        his.close();
    }

    @Test
    void everyNodeSeesTheOthers() {
        for (TestNode each : List.of(a, b, c)) {
            each.write("own:" + each).acquire().close();
        }

        List<ClusterNode> nodes = b.locks().monitor().cluster().nodes();

        assertThat(nodes).extracting(ClusterNode::name).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(nodes)
                .filteredOn(ClusterNode::self)
                .extracting(ClusterNode::name)
                .containsExactly("b");
    }

    @Test
    void aStoreThatDoesNotAnswerIsSaidNotToAnswer() {
        a.write(DOOR).acquire();
        b.faults().always(StoreFault.REFUSED);

        assertThatThrownBy(() -> b.locks().monitor().cluster().search(ALL))
                .isInstanceOf(LockStoreException.class)
                .hasMessageContaining("a test refused");
        assertThat(b.locks().monitor().statuses()).isEmpty();
    }
}
