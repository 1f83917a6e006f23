package dev.interlock.spring.actuate;

import dev.interlock.LockManager;
import dev.interlock.LockStoreException;
import dev.interlock.monitor.ClusterNode;
import dev.interlock.monitor.LockCounts;
import dev.interlock.monitor.LockMonitor;
import java.util.List;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Whether locks can be had: the manager is open, and its stores can be reached. */
final class LocksHealthIndicator extends AbstractHealthIndicator {

    private final LockManager locks;
    private final Backends backends;
    private final boolean downOnDeadlock;

    LocksHealthIndicator(LockManager locks, Backends backends, boolean downOnDeadlock) {
        super("the locks could not be looked at");
        this.locks = locks;
        this.backends = backends;
        this.downOnDeadlock = downOnDeadlock;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        LockMonitor monitor = locks.monitor();
        int deadlocks = monitor.deadlocks().size();
        boolean closed = locks.isClosed();
        if (closed || (downOnDeadlock && deadlocks > 0)) {
            health.down();
        } else {
            health.up();
        }
        if (closed) {
            health.withDetail("closed", true);
        }
        addWhere(health);
        if (!closed) {
            addNodes(health, monitor);
        }
        addWhat(health, monitor.count());
        health.withDetail("deadlocks", deadlocks)
                .withDetail("longWaits", monitor.longWaits().size())
                .withDetail("longHolds", monitor.longHolds().size());
    }

    private void addWhere(Health.Builder health) {
        health.withDetail("node", backends.node()).withDetail("backend", backends.backend());
        if (backends.distributedBackend() != null) {
            health.withDetail("distributedBackend", backends.distributedBackend());
        }
    }

    /** Asks the stores, and so shows whether they can be reached. */
    private static void addNodes(Health.Builder health, LockMonitor monitor) {
        try {
            List<ClusterNode> nodes = monitor.cluster().recent().nodes();
            if (nodes.stream().anyMatch(node -> !node.session().isEmpty())) {
                health.withDetail(
                        "nodes",
                        nodes.stream()
                                .map(ClusterNode::name)
                                .distinct()
                                .sorted()
                                .toList());
            }
        } catch (LockStoreException unreachable) {
            health.down(unreachable);
        }
    }

    private static void addWhat(Health.Builder health, LockCounts counts) {
        health.withDetail("held", counts.holds()).withDetail("waiting", counts.waiters());
    }
}
