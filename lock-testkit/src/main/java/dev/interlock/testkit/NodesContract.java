package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockRequest;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.SessionStart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What the parts of the contract of clusters have in common: three nodes, and somebody who looks into the storage. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class NodesContract {

    static final String DOOR = "door";
    static final Duration PATIENCE = Duration.ofSeconds(20);

    final ClusterContract cluster;
    final Contenders contenders = new Contenders();
    private final List<TestNode> nodes = new ArrayList<>();

    LockStore storage;
    TestNode a;
    TestNode b;
    TestNode c;

    NodesContract(ClusterContract cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void makeThreeNodes() {
        cluster.clear();
        storage = cluster.open();
        a = node("a", settings -> settings);
        b = node("b", settings -> settings);
        c = node("c", settings -> settings);
    }

    @AfterEach
    void closeEverything() {
        nodes.forEach(each -> each.faults().heal());
        contenders.close();
        for (TestNode each : nodes) {
            contenders.start("closing " + each, () -> closed(each.locks())).result();
        }
        storage.close();
    }

    private static boolean closed(LockManager manager) {
        manager.close();
        return true;
    }

    final TestNode node(String name, UnaryOperator<InterlockManager.Builder> settings) {
        StoreFaults faults = new StoreFaults();
        Queue<LockEvent> events = new ConcurrentLinkedQueue<>();
        InterlockManager.Builder builder = cluster.builder().node(name).listener(events::add);
        LockManager locks =
                settings.apply(builder.store(faults.around(cluster.open()))).build();
        TestNode node = new TestNode(name, locks, faults, events);
        nodes.add(node);
        return node;
    }

    // --- waiting ---------------------------------------------------------------------------------------------------

    /** Lets a thread acquire this, and waits until it has its place in the queue and its node's claim is known everywhere. */
    final Contender<LockHandle> claimed(TestNode node, LockRequest request) {
        int before = node.queued(request.resource());
        Contender<LockHandle> contender = contenders.start("contender on " + node, request::acquire);
        untilClaims(request.resource(), node);
        Contenders.until("it waits on node '" + node + "'", () -> node.queued(request.resource()) > before);
        return contender;
    }

    /** Waits until this node has a claim to the resource. */
    final void untilClaims(String resource, TestNode node) {
        Contenders.until("node '" + node + "' claims '" + resource + "'", () -> claimants(resource)
                .contains(node.name()));
    }

    final void untilNobodyClaims(String resource) {
        Contenders.until(
                "nobody claims '" + resource + "'", () -> claimants(resource).isEmpty());
    }

    /** Waits until nobody claims the resource but those whose session has ended, whom the next change forgets. */
    final void untilNobodyAliveClaims(String resource) {
        Contenders.until("nobody alive claims '" + resource + "'", () -> {
            LockRecord record = record(resource);
            List<String> alive =
                    storage.sessions(PATIENCE).stream().map(SessionInfo::id).toList();
            return record == null
                    || record.claims().stream().map(LockRecord.Claim::session).noneMatch(alive::contains);
        });
    }

    /** Waits until nobody on any node holds the resource or waits for it. */
    final void untilFree(String resource) {
        Contenders.until("'" + resource + "' is free", () -> {
            LockRecord record = record(resource);
            return record == null || record.isIdle();
        });
    }

    final List<String> claimants(String resource) {
        LockRecord record = record(resource);
        return record == null
                ? List.of()
                : record.claims().stream().map(LockRecord.Claim::node).toList();
    }

    final @Nullable LockRecord record(String resource) {
        List<LockRecord> found = storage.read(List.of(new RecordKey(resource)), PATIENCE);
        return found.isEmpty() ? null : found.get(0);
    }

    final void expireSessionOf(TestNode node) {
        storage.sessions(PATIENCE).stream()
                .filter(each -> each.node().equals(node.name()))
                .forEach(each -> cluster.expire(new SessionStart(each.id(), each.since())));
    }

    static void assertRefused(TestNode node, String resource) {
        assertThat(node.tryWrite(resource)).as("a writer on %s", node).isEmpty();
        assertThat(node.tryRead(resource)).as("a reader on %s", node).isEmpty();
    }

    static void assertFree(TestNode node, String resource) {
        LockHandle held = node.tryWrite(resource).orElseThrow();
        assertThat(held.isHeld()).isTrue();
        held.close();
    }
}
