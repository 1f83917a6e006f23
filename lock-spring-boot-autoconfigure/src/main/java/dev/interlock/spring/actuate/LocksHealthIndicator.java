package dev.interlock.spring.actuate;

import dev.interlock.LockManager;
import dev.interlock.monitor.LockCounts;
import dev.interlock.monitor.LockMonitor;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Whether locks can be had. A backend that can be out of reach adds what it knows here. */
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
        addWhat(health, monitor.count());
        health.withDetail("deadlocks", deadlocks)
                .withDetail("longWaits", monitor.longWaits().size());
    }

    private void addWhere(Health.Builder health) {
        health.withDetail("node", backends.node()).withDetail("backend", backends.backend());
        if (backends.distributedBackend() != null) {
            health.withDetail("distributedBackend", backends.distributedBackend());
        }
    }

    private static void addWhat(Health.Builder health, LockCounts counts) {
        health.withDetail("held", counts.holds()).withDetail("waiting", counts.waiters());
    }
}
