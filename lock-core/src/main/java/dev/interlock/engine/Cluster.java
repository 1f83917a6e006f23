package dev.interlock.engine;

import dev.interlock.LockStoreException;
import dev.interlock.monitor.ClusterDeadlock;
import dev.interlock.monitor.ClusterMonitor;
import dev.interlock.monitor.ClusterNode;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockSearch;
import dev.interlock.monitor.LockStatus;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockRecord.Lease;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.ScannableStore;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Puts together what this node knows itself, what the records say, and what the other nodes publish. */
final class Cluster implements ClusterMonitor {

    private static final int MOST = 10_000;

    private static final Comparator<LockStatus> WORST_FIRST = Comparator.comparingInt(
                    (LockStatus status) -> status.waiters().size())
            .reversed()
            .thenComparing(Comparator.comparing(Cluster::age).reversed())
            .thenComparing(LockStatus::resource);

    private final Engine engine;
    private final RecentCluster recent;

    Cluster(Engine engine) {
        this.engine = engine;
        this.recent = new RecentCluster(engine, this);
    }

    @Override
    public RecentCluster recent() {
        return recent;
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
        return nodes(NodesView::of);
    }

    List<ClusterNode> nodes(Function<Leases, NodesView> views) {
        List<ClusterNode> nodes = new ArrayList<>();
        for (LockTable table : engine.tables()) {
            Leases leases = table.leases;
            if (leases != null) {
                views.apply(leases).sessions().forEach(each -> nodes.add(node(leases, each)));
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

    static <R> R asking(Supplier<R> question) {
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
        return reachesOthers()
                ? result(everything(NodesView::of), wanted)
                : new Search(engine, wanted).result(); // describes no more than are wanted
    }

    boolean reachesOthers() {
        return engine.tables().stream().anyMatch(table -> table.leases != null);
    }

    /** All that somebody holds or waits for, the worst first. */
    List<LockStatus> everything(Function<Leases, NodesView> views) {
        List<LockStatus> found = new ArrayList<>();
        for (LockTable table : engine.tables()) {
            Leases leases = table.leases;
            found.addAll(leases == null ? local(table) : shared(table, leases, views));
        }
        found.sort(WORST_FIRST);
        return found;
    }

    static LockSearch.Result result(List<LockStatus> everything, LockSearch wanted) {
        List<LockStatus> matching =
                everything.stream().filter(status -> matches(status, wanted)).toList();
        return LockSearch.Result.of(matching, wanted.limit());
    }

    private List<LockStatus> local(LockTable table) {
        return table.locks().stream()
                .filter(lock -> lock.isHeld() || lock.queueLength() > 0)
                .map(engine.describe::status)
                .filter(status -> status.held() || status.contended())
                .toList();
    }

    private List<LockStatus> shared(LockTable table, Leases leases, Function<Leases, NodesView> views) {
        List<LockRecord> records = leases.store instanceof ScannableStore scannable
                ? asking(() -> scannable.busy(MOST, leases.patience()))
                : List.of();
        NodesView view = views.apply(leases);
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
    public List<LockStatus> statuses(String resource) {
        Objects.requireNonNull(resource, "the resource name is null");
        String name = engine.lockName(resource);
        return engine.tables().stream()
                .flatMap(table -> status(table, name).stream())
                .filter(status -> status.held() || status.contended())
                .toList();
    }

    private Optional<LockStatus> status(LockTable table, String name) {
        LocalLock lock = table.find(name);
        LockStatus own = lock == null || lock.isRetired() ? null : engine.describe.status(lock);
        Leases leases = table.leases;
        if (leases == null) {
            return Optional.ofNullable(own);
        }
        LockRecord found = asking(() -> leases.read(new RecordKey(name)));
        return found == null
                ? Optional.ofNullable(own)
                : Optional.of(NodesView.of(leases).status(found, own));
    }

    @Override
    public List<ClusterDeadlock> deadlocks() {
        return deadlocks(NodesView::of);
    }

    List<ClusterDeadlock> deadlocks(Function<Leases, NodesView> views) {
        List<ClusterDeadlock> all = new ArrayList<>(engine.deadlocks.found());
        for (LockTable table : engine.tables()) {
            if (table.leases != null) {
                views.apply(table.leases).reportsOfOthers().forEach(each -> all.addAll(each.deadlocks()));
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
    List<LockHolder> evictElsewhere(String resource, Predicate<LockHolder> which, String who, String why) {
        List<LockHolder> evicted = new ArrayList<>();
        String name = engine.lockName(resource);
        try {
            for (LockTable table : engine.tables()) {
                if (table.leases != null) {
                    evicted.addAll(evictElsewhere(table.leases, name, which, Leases.evicted(name, who, why)));
                }
            }
        } finally {
            recent.forget();
        }
        return evicted;
    }

    private static List<LockHolder> evictElsewhere(
            Leases leases, String name, Predicate<LockHolder> which, String notice) {
        return asking(() -> {
            LockRecord found = leases.read(new RecordKey(name));
            if (found == null || found.leases().stream().allMatch(leases::isOwn)) {
                return List.<LockHolder>of();
            }
            NodesView view = NodesView.of(leases);
            Predicate<Lease> concerned = each ->
                    !leases.isOwn(each) && view.holders(name, each).stream().anyMatch(which);
            return leases.evict(found, concerned, notice).stream()
                    .flatMap(each -> view.holders(name, each).stream())
                    .toList();
        });
    }
}
