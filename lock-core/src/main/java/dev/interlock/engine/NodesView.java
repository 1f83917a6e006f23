package dev.interlock.engine;

import dev.interlock.ResourceNames;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockStatus;
import dev.interlock.monitor.LockWaiter;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockRecord.Claim;
import dev.interlock.spi.LockRecord.Lease;
import dev.interlock.spi.SessionInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the nodes of one store said of themselves at some moment. */
final class NodesView {

    private final Leases leases;
    private final Instant now;
    private final List<SessionInfo> sessions;
    private final List<NodeReport> reports;
    private final Map<String, Map<String, LockStatus>> published = new HashMap<>();

    private NodesView(Leases leases) {
        this.leases = leases;
        this.sessions = Cluster.asking(() -> leases.store.sessions(leases.patience()));
        this.now = leases.storeTimeOrOwn();
        this.reports =
                sessions.stream().map(each -> NodeReportText.read(each, now)).toList();
        reports.forEach(each -> published.put(each.session(), each.statuses(leases.store.kind())));
    }

    /** Asks the store. */
    static NodesView of(Leases leases) {
        return new NodesView(leases);
    }

    List<SessionInfo> sessions() {
        return sessions;
    }

    List<NodeReport> reportsOfOthers() {
        return reports.stream().filter(each -> !leases.isOwn(each.session())).toList();
    }

    /** What is known of whoever holds under this lease of another node. */
    List<LockHolder> holders(String resource, Lease lease) {
        LockStatus there = published.getOrDefault(lease.session(), Map.of()).get(resource);
        return there == null || there.holders().isEmpty()
                ? List.of(leases.engine.describe.holder(resource, lease, now))
                : there.holders();
    }

    /** What this node knows of itself, and what the record and the others say. */
    LockStatus status(LockRecord record, @Nullable LockStatus own) {
        List<LockHolder> holders = new ArrayList<>(own == null ? List.of() : own.holders());
        List<LockWaiter> waiters = new ArrayList<>(own == null ? List.of() : own.waiters());
        String resource = record.key().resource();
        for (Lease each : record.leases()) {
            if (isOther(each.session())) {
                LockStatus there =
                        published.getOrDefault(each.session(), Map.of()).get(resource);
                holders.addAll(holders(resource, each));
                waiters.addAll(there == null ? List.of() : there.waiters());
            }
        }
        for (Claim each : record.claims()) {
            if (isOther(each.session())) {
                LockStatus there =
                        published.getOrDefault(each.session(), Map.of()).get(resource);
                waiters.addAll(
                        there == null || there.waiters().isEmpty()
                                ? List.of(leases.engine.describe.waiter(resource, each, now))
                                : there.waiters());
            }
        }
        return new LockStatus(resource, ResourceNames.typeOf(resource), leases.store.kind(), holders, inOrder(waiters));
    }

    /** Whether it is the session of another node, and lives. */
    private boolean isOther(String session) {
        return !leases.isOwn(session) && published.containsKey(session);
    }

    /**
     * As they will be granted: whoever came first, where a higher priority counts as having come earlier. Those of one node stay as
     * they stand there; the nodes are merged.
     */
    private List<LockWaiter> inOrder(List<LockWaiter> waiters) {
        Map<String, Deque<LockWaiter>> lines = new LinkedHashMap<>();
        waiters.forEach(each ->
                lines.computeIfAbsent(each.node(), made -> new ArrayDeque<>()).add(each));
        List<LockWaiter> inOrder = new ArrayList<>();
        while (inOrder.size() < waiters.size()) {
            Deque<LockWaiter> next = lines.values().stream()
                    .filter(line -> !line.isEmpty())
                    .max(Comparator.comparing(line -> worth(line.element())))
                    .orElseThrow();
            inOrder.add(next.remove().atPosition(inOrder.size() + 1));
        }
        return inOrder;
    }

    private Duration worth(LockWaiter waiter) {
        return waiter.waiting().plusNanos(waiter.priority() * leases.engine.settings.ageing());
    }
}
