package dev.interlock.engine;

import dev.interlock.monitor.ClusterDeadlock;
import dev.interlock.monitor.ClusterMonitor;
import dev.interlock.monitor.ClusterNode;
import dev.interlock.monitor.LockSearch;
import dev.interlock.monitor.LockStatus;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Asks the stores once for all who want to know within a second, however many look at pages. */
final class RecentCluster implements ClusterMonitor {

    private final Engine engine;
    private final Cluster exact;
    private final Map<Leases, Lately<NodesView>> views = new ConcurrentHashMap<>();
    private final Lately<List<LockStatus>> everything;

    RecentCluster(Engine engine, Cluster exact) {
        this.engine = engine;
        this.exact = exact;
        this.everything = new Lately<>(
                engine.clock, () -> exact.everything(leases -> view(leases).anew()));
    }

    private Lately<NodesView> view(Leases leases) {
        return views.computeIfAbsent(leases, each -> new Lately<>(engine.clock, () -> NodesView.of(each)));
    }

    @Override
    public List<ClusterNode> nodes() {
        return exact.nodes(leases -> view(leases).get());
    }

    @Override
    public LockSearch.Result search(LockSearch wanted) {
        return exact.reachesOthers() ? Cluster.result(everything.get(), wanted) : exact.search(wanted);
    }

    @Override
    public List<ClusterDeadlock> deadlocks() {
        return exact.deadlocks(leases -> view(leases).get());
    }

    @Override
    public List<LockStatus> statuses(String resource) {
        return exact.statuses(resource);
    }

    @Override
    public ClusterMonitor recent() {
        return this;
    }

    /** Whoever has changed something wants to see it. */
    void forget() {
        everything.forget();
        views.values().forEach(Lately::forget);
    }
}
