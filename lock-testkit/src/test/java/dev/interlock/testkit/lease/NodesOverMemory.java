package dev.interlock.testkit.lease;

import dev.interlock.LockHandle;
import dev.interlock.LockRequest;
import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.SessionInfo;
import dev.interlock.testkit.Contender;
import dev.interlock.testkit.Contenders;
import dev.interlock.testkit.SharedMemoryStore;
import dev.interlock.testkit.StoreFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Nodes that meet in memory, and what goes wrong between one of them and the store. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class NodesOverMemory {

    static final String DOOR = "door";
    /** Nobody waits in vain for so long. */
    static final Duration LONG = Duration.ofMinutes(10);

    final SharedMemoryStore space = new SharedMemoryStore();
    final StoreFaults faults = new StoreFaults();
    final Contenders contenders = new Contenders();
    private final List<InterlockManager> made = new ArrayList<>();

    @AfterEach
    void closeEverything() {
        faults.heal();
        contenders.close();
        for (InterlockManager each : made) {
            contenders.start("closing", () -> closed(each)).result();
        }
    }

    private static boolean closed(InterlockManager manager) {
        manager.close();
        return true;
    }

    final InterlockManager node(String name) {
        return node(name, space.connect(), settings -> settings);
    }

    /** The node whose calls go wrong as {@link #faults} says. */
    final InterlockManager faultyNode(UnaryOperator<InterlockManager.Builder> settings) {
        return node("a", faults.around(space.connect()), settings);
    }

    final InterlockManager node(String name, LockStore store, UnaryOperator<InterlockManager.Builder> settings) {
        return keep(settings.apply(InterlockManager.builder()
                        .node(name)
                        .writeTimeout(LONG)
                        .readTimeout(LONG)
                        .store(store))
                .build());
    }

    /** It is closed in the end. */
    final InterlockManager keep(InterlockManager manager) {
        made.add(manager);
        return manager;
    }

    /** Lets a thread acquire this, and waits until its node's claim stands in the record. */
    final Contender<LockHandle> claimed(String node, LockRequest request) {
        Contender<LockHandle> contender = contenders.start("contender on " + node, request::acquire);
        untilClaimed(node, request.resource());
        return contender;
    }

    final void untilClaimed(String node, String resource) {
        Contenders.until("node '" + node + "' claims '" + resource + "'", () -> claims(resource).stream()
                .anyMatch(each -> each.node().equals(node)));
    }

    final List<LockRecord.Claim> claims(String resource) {
        return space.record(resource).map(LockRecord::claims).orElse(List.of());
    }

    final List<LockRecord.Lease> leases(String resource) {
        return space.record(resource).map(LockRecord::leases).orElse(List.of());
    }

    /** Waits until nothing of anybody's stands in the record. */
    final void untilIdle(String resource) {
        Contenders.until(
                "nothing stands in the record of '" + resource + "'",
                () -> space.record(resource).map(LockRecord::isIdle).orElse(true));
    }

    final void expireSessionOf(String node) {
        space.sessions().stream()
                .filter(each -> each.node().equals(node))
                .map(SessionInfo::id)
                .forEach(space::expire);
    }
}
