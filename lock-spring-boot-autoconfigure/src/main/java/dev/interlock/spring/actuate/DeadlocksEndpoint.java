package dev.interlock.spring.actuate;

import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.deadlock.OrderViolation;
import dev.interlock.monitor.LockMonitor;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** Who waits for each other, who may one day, and who waits or holds too long. */
@Endpoint(id = "deadlocks")
final class DeadlocksEndpoint {

    private final LockMonitor monitor;

    DeadlocksEndpoint(LockMonitor monitor) {
        this.monitor = monitor;
    }

    /** The newest first; of the long waits and holds the longest. */
    record Deadlocks(
            List<DeadlockDescriptor> deadlocks,
            List<OrderViolationDescriptor> orderViolations,
            List<LongWaitDescriptor> longWaits,
            List<LongHoldDescriptor> longHolds) {}

    @ReadOperation
    Deadlocks deadlocks() {
        return new Deadlocks(
                reports(),
                monitor.orderViolations().stream()
                        .sorted(Comparator.comparingLong(OrderViolation::id).reversed())
                        .map(OrderViolationDescriptor::of)
                        .toList(),
                monitor.longWaits().stream().map(LongWaitDescriptor::of).toList(),
                monitor.longHolds().stream().map(LongHoldDescriptor::of).toList());
    }

    private List<DeadlockDescriptor> reports() {
        Set<Long> standing =
                monitor.deadlocks().stream().map(DeadlockReport::id).collect(Collectors.toSet());
        return monitor.recentDeadlocks().stream()
                .sorted(Comparator.comparingLong(DeadlockReport::id).reversed())
                .map(report -> DeadlockDescriptor.of(report, standing.contains(report.id())))
                .toList();
    }
}
