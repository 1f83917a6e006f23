package dev.interlock.jmx;

import dev.interlock.LockException;
import dev.interlock.LockManager;
import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.deadlock.OrderViolation;
import dev.interlock.monitor.LockMonitor;
import dev.interlock.monitor.LockSearch;
import dev.interlock.monitor.LockTotals;
import dev.interlock.monitor.LongHold;
import dev.interlock.monitor.LongWait;
import dev.interlock.optimistic.OperationTotals;
import dev.interlock.optimistic.Operations;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.StandardMBean;
import org.jspecify.annotations.Nullable;

/** Answers JMX from the monitor. */
final class ManagedLocks extends StandardMBean implements LockManagerMXBean {

    private static final int MOST = 100;

    /** A console shows them beside the fields to fill in. */
    private static final Map<String, List<String>> PARAMETERS = Map.of(
            "findLocks", List.of("limit"),
            "findLock", List.of("resource"),
            "forceRelease", List.of("resource", "who", "why"));

    private static final Map<String, String> DESCRIPTIONS = Map.of(
            "Locks", "What is held or awaited on this node",
            "RunningOperations", "Optimistic operations under way on this node",
            "findLocks", "What is held or awaited on all nodes",
            "findLock", "Who holds one resource, or waits for it, on all nodes",
            "forceRelease", "Takes a resource away from everyone who holds it; their threads go on");

    private final LockMonitor monitor;
    private final Operations operations;

    ManagedLocks(LockManager locks) {
        super(LockManagerMXBean.class, true);
        this.monitor = locks.monitor();
        this.operations = locks.operations();
    }

    // --- attributes ------------------------------------------------------------------------------------------------

    @Override
    public String getNode() {
        return monitor.node();
    }

    @Override
    public int getResources() {
        return monitor.count().resources();
    }

    @Override
    public int getHolds() {
        return monitor.count().holds();
    }

    @Override
    public int getWaiters() {
        return monitor.count().waiters();
    }

    @Override
    public List<Lock> getLocks() {
        return shown(monitor.search(anything(MOST)));
    }

    @Override
    public List<String> getDeadlocks() {
        return monitor.deadlocks().stream().map(DeadlockReport::describe).toList();
    }

    @Override
    public long getDeadlockCount() {
        return totals().deadlocks();
    }

    @Override
    public List<String> getNearMisses() {
        return monitor.orderViolations().stream().map(OrderViolation::describe).toList();
    }

    @Override
    public long getNearMissCount() {
        return totals().nearMisses();
    }

    @Override
    public List<String> getLongWaits() {
        return monitor.longWaits().stream().map(LongWait::describe).toList();
    }

    @Override
    public long getLongWaitCount() {
        return totals().longWaits();
    }

    @Override
    public List<String> getLongHolds() {
        return monitor.longHolds().stream().map(LongHold::describe).toList();
    }

    @Override
    public long getLongHoldCount() {
        return totals().longHolds();
    }

    @Override
    public List<String> getRunningOperations() {
        return operations.running().stream().limit(MOST).map(Shown::text).toList();
    }

    @Override
    public Map<String, Long> getOperationTotals() {
        OperationTotals all = operations.totals();
        return new TreeMap<>(Map.of(
                "started", all.started(),
                "succeeded", all.succeeded(),
                "conflicts", all.conflicts(),
                "retried", all.retried(),
                "rejected", all.rejected(),
                "exhausted", all.exhausted(),
                "failed", all.failed()));
    }

    private LockTotals totals() {
        return monitor.totals();
    }

    // --- operations ------------------------------------------------------------------------------------------------

    @Override
    public List<Lock> findLocks(int limit) {
        return answer(() -> shown(monitor.cluster().search(anything(limit))));
    }

    @Override
    public @Nullable Lock findLock(String resource) {
        return answer(() -> monitor.cluster().status(resource))
                .map(Shown.OfLock::new)
                .orElse(null);
    }

    @Override
    public List<Holder> forceRelease(String resource, String who, String why) {
        String caller = Caller.name().orElse(who);
        return answer(() -> monitor.forceRelease(resource, caller, why)).stream()
                .<Holder>map(Shown.OfHolder::new)
                .toList();
    }

    /** A console has no class of ours with which it could read an exception. */
    private static <T> T answer(Supplier<T> question) {
        try {
            return question.get();
        } catch (LockException failure) {
            throw new IllegalStateException(failure.getMessage());
        }
    }

    private static LockSearch anything(int limit) {
        return new LockSearch(null, null, false, false, limit);
    }

    private static List<Lock> shown(LockSearch.Result found) {
        return found.first().stream().<Lock>map(Shown.OfLock::new).toList();
    }

    // --- in words --------------------------------------------------------------------------------------------------

    @Override
    protected String getDescription(MBeanInfo info) {
        return "The locks of node '" + monitor.node() + "'";
    }

    @Override
    protected String getDescription(MBeanFeatureInfo feature) {
        return DESCRIPTIONS.getOrDefault(feature.getName(), feature.getDescription());
    }

    @Override
    protected String getParameterName(MBeanOperationInfo operation, MBeanParameterInfo parameter, int sequence) {
        return PARAMETERS.getOrDefault(operation.getName(), List.of()).get(sequence);
    }

    @Override
    protected int getImpact(MBeanOperationInfo operation) {
        return operation.getName().equals("forceRelease") ? MBeanOperationInfo.ACTION : MBeanOperationInfo.INFO;
    }
}
