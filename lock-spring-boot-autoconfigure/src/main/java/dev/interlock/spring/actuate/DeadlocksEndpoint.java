package dev.interlock.spring.actuate;

import dev.interlock.LockStoreException;
import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.deadlock.OrderViolation;
import dev.interlock.monitor.ClusterDeadlock;
import dev.interlock.monitor.LockMonitor;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** Who waits for each other, who may one day, and who waits or holds too long. */
@Endpoint(id = "deadlocks")
final class DeadlocksEndpoint {

    private final LockMonitor monitor;

    DeadlocksEndpoint(LockMonitor monitor) {
        this.monitor = monitor;
    }

    /** The newest first; of the long waits and holds the longest. And what is missing, if a store does not answer. */
    record Deadlocks(
            List<DeadlockDescriptor> deadlocks,
            List<OrderViolationDescriptor> orderViolations,
            List<LongWaitDescriptor> longWaits,
            List<LongHoldDescriptor> longHolds,
            @Nullable String incomplete) {}

    @ReadOperation
    Deadlocks deadlocks(@Nullable Integer limit) {
        int most = Refusal.checkLimit("limit", limit, Integer.MAX_VALUE);
        try {
            return deadlocks(monitor.cluster().recent().deadlocks(), most, null);
        } catch (LockStoreException silent) {
            return deadlocks(ownReports(), most, Refusal.missing(silent));
        }
    }

    private Deadlocks deadlocks(List<ClusterDeadlock> reports, int most, @Nullable String incomplete) {
        return new Deadlocks(
                reports.stream().limit(most).map(DeadlockDescriptor::of).toList(),
                monitor.orderViolations().stream()
                        .sorted(Comparator.comparingLong(OrderViolation::id).reversed())
                        .limit(most)
                        .map(OrderViolationDescriptor::of)
                        .toList(),
                monitor.longWaits().stream()
                        .limit(most)
                        .map(LongWaitDescriptor::of)
                        .toList(),
                monitor.longHolds().stream()
                        .limit(most)
                        .map(LongHoldDescriptor::of)
                        .toList(),
                incomplete);
    }

    private List<ClusterDeadlock> ownReports() {
        List<DeadlockReport> standing = monitor.deadlocks();
        return monitor.recentDeadlocks().stream()
                .sorted(Comparator.comparingLong(DeadlockReport::id).reversed())
                .map(report -> new ClusterDeadlock(monitor.node(), standing.contains(report), report))
                .toList();
    }
}
