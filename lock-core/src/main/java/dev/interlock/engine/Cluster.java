package dev.interlock.engine;

import dev.interlock.LockStoreException;
import dev.interlock.ResourceNames;
import dev.interlock.monitor.ClusterDeadlock;
import dev.interlock.monitor.ClusterMonitor;
import dev.interlock.monitor.ClusterNode;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockSearch;
import dev.interlock.monitor.LockStatus;
import dev.interlock.monitor.LockWaiter;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockRecord.Claim;
import dev.interlock.spi.LockRecord.Lease;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.ScannableStore;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.StoreException;
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
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts together what this node knows itself, what the records say, and what the other nodes publish. */
final class Cluster implements ClusterMonitor {

    private static final int MOST = 10_000;

    private static final Comparator<LockStatus> WORST_FIRST = Comparator.comparingInt(
                    (LockStatus status) -> status.waiters().size())
            .reversed()
            .thenComparing(Comparator.comparing(Cluster::age).reversed())
            .thenComparing(LockStatus::resource);

    private final Engine engine;

    Cluster(Engine engine) {
        this.engine = engine;
    }

    private static Duration age(LockStatus status) {
        return status.holders().stream()
                .map(LockHolder::heldFor)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    // --- nodes -----------------------------------------------------------------------------------------------------

    @Override
    public List<ClusterNode> nodes() {
        List<ClusterNode> nodes = new ArrayList<>();
        for (LockTable table : engine.tables()) {
            Leases leases = table.leases;
            if (leases != null) {
                asking(() -> leases.store.sessions(leases.patience())).forEach(each -> nodes.add(node(leases, each)));
            }
        }
        if (nodes.stream().noneMatch(ClusterNode::self)) {
            nodes.add(new ClusterNode(
                    engine.settings.node(), "", engine.tables().get(0).backend(), engine.clock.instant(), true));
        }
        return List.copyOf(nodes);
    }

    private static ClusterNode node(Leases leases, SessionInfo session) {
        NodeSession own = leases.sessionIfAny();
        return new ClusterNode(
                session.node(),
                session.id(),
                leases.store.kind(),
                session.since(),
                own != null && own.id.equals(session.id()));
    }

    private static <R> R asking(Supplier<R> question) {
        try {
            return question.get();
        } catch (StoreException failure) {
            throw new LockStoreException(
                    "what other nodes hold cannot be seen: " + failure.getMessage(), null, failure);
        }
    }

    // --- locks -----------------------------------------------------------------------------------------------------

    @Override
    public LockSearch.Result search(LockSearch wanted) {
        if (engine.tables().stream().allMatch(table -> table.leases == null)) {
            return new Search(engine, wanted).result(); // describes no more than are wanted
        }
        List<LockStatus> found = new ArrayList<>();
        for (LockTable table : engine.tables()) {
            Leases leases = table.leases;
            found.addAll(leases == null ? local(table) : shared(table, leases));
        }
        List<LockStatus> matching = found.stream()
                .filter(status -> matches(status, wanted))
                .sorted(WORST_FIRST)
                .toList();
        return new LockSearch.Result(
                matching.size(), matching.stream().limit(wanted.limit()).toList());
    }

    private List<LockStatus> local(LockTable table) {
        return table.locks().stream()
                .filter(lock -> lock.isHeld() || lock.queueLength() > 0)
                .map(engine.describe::status)
                .filter(status -> status.held() || status.contended())
                .toList();
    }

    private List<LockStatus> shared(LockTable table, Leases leases) {
        List<LockRecord> records = leases.store instanceof ScannableStore scannable
                ? asking(() -> scannable.busy(MOST, leases.patience()))
                : List.of();
        View view = new View(leases);
        Map<String, LockStatus> own =
                local(table).stream().collect(Collectors.toMap(LockStatus::resource, Function.identity()));
        Map<String, LockStatus> all = new LinkedHashMap<>(own);
        for (LockRecord each : records) {
            String resource = each.key().resource();
            all.put(resource, view.status(each, own.get(resource)));
        }
        return all.values().stream()
                .filter(status -> status.held() || status.contended())
                .toList();
    }

    private static boolean matches(LockStatus status, LockSearch wanted) {
        return (status.held() || !wanted.held())
                && (status.contended() || !wanted.contended())
                && (wanted.type() == null || status.type().equals(wanted.type()))
                && (wanted.owner() == null || concerns(status, wanted.owner()));
    }

    private static boolean concerns(LockStatus status, String owner) {
        return status.holders().stream().anyMatch(each -> each.owner().name().equals(owner))
                || status.waiters().stream()
                        .anyMatch(each -> each.owner().name().equals(owner));
    }

    @Override
    public Optional<LockStatus> status(String resource) {
        Objects.requireNonNull(resource, "the resource name is null");
        String name = engine.lockName(resource);
        return engine.tables().stream()
                .flatMap(table -> status(table, name).stream())
                .filter(status -> status.held() || status.contended())
                .findFirst();
    }

    private Optional<LockStatus> status(LockTable table, String name) {
        LocalLock lock = table.find(name);
        LockStatus own = lock == null || lock.isRetired() ? null : engine.describe.status(lock);
        Leases leases = table.leases;
        if (leases == null) {
            return Optional.ofNullable(own);
        }
        LockRecord found = asking(() -> leases.read(new RecordKey(name)));
        return found == null ? Optional.ofNullable(own) : Optional.of(new View(leases).status(found, own));
    }

    /** What the other nodes of one store say of themselves. */
    private final class View {

        private final Leases leases;
        private final Instant now;
        private final Map<String, Map<String, LockStatus>> published = new HashMap<>();

        View(Leases leases) {
            this.leases = leases;
            List<SessionInfo> sessions = asking(() -> leases.store.sessions(leases.patience()));
            Instant known = leases.storeTimeRoughly();
            this.now = known == null ? engine.clock.instant() : known;
            for (SessionInfo each : sessions) {
                published.put(each.id(), NodeReportText.read(each, now).statuses(leases.store.kind()));
            }
        }

        LockStatus status(LockRecord record, @Nullable LockStatus own) {
            NodeSession mine = leases.sessionIfAny();
            String self = mine == null ? "" : mine.id;
            List<LockHolder> holders = new ArrayList<>(own == null ? List.of() : own.holders());
            List<LockWaiter> waiters = new ArrayList<>(own == null ? List.of() : own.waiters());
            String resource = record.key().resource();
            for (Lease each : record.leases()) {
                if (!each.session().equals(self) && published.containsKey(each.session())) {
                    LockStatus there = published.get(each.session()).get(resource);
                    holders.addAll(
                            there == null || there.holders().isEmpty()
                                    ? List.of(engine.describe.holder(resource, each, now))
                                    : there.holders());
                    waiters.addAll(there == null ? List.of() : there.waiters());
                }
            }
            for (Claim each : record.claims()) {
                if (!each.session().equals(self) && published.containsKey(each.session())) {
                    LockStatus there = published.get(each.session()).get(resource);
                    waiters.addAll(
                            there == null || there.waiters().isEmpty()
                                    ? List.of(engine.describe.waiter(resource, each, now))
                                    : there.waiters());
                }
            }
            return new LockStatus(
                    resource, ResourceNames.typeOf(resource), leases.store.kind(), holders, inOrder(waiters));
        }

        /**
         * As they will be granted: whoever came first, where a higher priority counts as having come earlier. Those of one node stay as
         * they stand there; the nodes are merged.
         */
        private List<LockWaiter> inOrder(List<LockWaiter> waiters) {
            Map<String, Deque<LockWaiter>> lines = new LinkedHashMap<>();
            waiters.forEach(each -> lines.computeIfAbsent(each.node(), made -> new ArrayDeque<>())
                    .add(each));
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
            return waiter.waiting().plusNanos(waiter.priority() * engine.settings.ageing());
        }
    }

    @Override
    public List<ClusterDeadlock> deadlocks() {
        List<ClusterDeadlock> all = new ArrayList<>(engine.deadlocks.found());
        for (LockTable table : engine.tables()) {
            Leases leases = table.leases;
            if (leases != null) {
                NodeSession own = leases.sessionIfAny();
                asking(leases::reports).stream()
                        .filter(each -> own == null || !each.session().equals(own.id))
                        .forEach(each -> all.addAll(each.deadlocks()));
            }
        }
        return all.stream()
                .distinct()
                .sorted(Comparator.comparing(
                        (ClusterDeadlock each) -> each.report().detectedAt(), Comparator.reverseOrder()))
                .toList();
    }

    // --- force -----------------------------------------------------------------------------------------------------

    /** Takes the resource away from the other nodes; answers what can be said of those who lost it. */
    List<LockHolder> evictElsewhere(String resource, String who, String why) {
        List<LockHolder> evicted = new ArrayList<>();
        String name = engine.lockName(resource);
        for (LockTable table : engine.tables()) {
            if (table.leases != null) {
                evicted.addAll(evictElsewhere(table.leases, name, who, why));
            }
        }
        return evicted;
    }

    private List<LockHolder> evictElsewhere(Leases leases, String name, String who, String why) {
        NodeSession mine = leases.sessionIfAny();
        String self = mine == null ? "" : mine.id;
        return asking(() -> {
            LockRecord found = leases.read(new RecordKey(name));
            if (found == null
                    || found.leases().stream().allMatch(each -> each.session().equals(self))) {
                return List.<LockHolder>of();
            }
            View view = new View(leases);
            List<Lease> lost = leases.evict(found, self, Leases.evicted(name, who, why));
            return view.status(new LockRecord(found.key(), 0, found.token(), lost, List.of()), null)
                    .holders();
        });
    }
}
