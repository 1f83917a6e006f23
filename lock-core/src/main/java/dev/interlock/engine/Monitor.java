package dev.interlock.engine;

import dev.interlock.LockOwner;
import dev.interlock.LockStoreException;
import dev.interlock.LogText;
import dev.interlock.ResourceNames;
import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.deadlock.OrderViolation;
import dev.interlock.engine.LockType.StatisticsSum;
import dev.interlock.event.LockEvent;
import dev.interlock.monitor.ClusterMonitor;
import dev.interlock.monitor.LockCounts;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockMonitor;
import dev.interlock.monitor.LockSearch;
import dev.interlock.monitor.LockStatistics;
import dev.interlock.monitor.LockStatus;
import dev.interlock.monitor.LockTotals;
import dev.interlock.monitor.LockWaiter;
import dev.interlock.monitor.LongHold;
import dev.interlock.monitor.LongWait;
import dev.interlock.monitor.TimeoutAdvice;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers from what the engine has at the moment. */
final class Monitor implements LockMonitor {

    private static final Logger log = LoggerFactory.getLogger(Monitor.class);

    private final Engine engine;
    private final Cluster cluster;

    Monitor(Engine engine) {
        this.engine = engine;
        this.cluster = new Cluster(engine);
    }

    @Override
    public String node() {
        return engine.settings.node();
    }

    @Override
    public ClusterMonitor cluster() {
        return cluster;
    }

    @Override
    public List<LockStatus> statuses() {
        return busy().map(engine.describe::status)
                .filter(status -> status.held() || status.contended())
                .sorted(Comparator.comparing(LockStatus::resource))
                .toList();
    }

    @Override
    public LockSearch.Result search(LockSearch wanted) {
        return new Search(engine, wanted).result();
    }

    @Override
    public List<LockStatus> statuses(String resource) {
        return locks(resource).stream()
                .map(engine.describe::status)
                .filter(status -> status.held() || status.contended())
                .toList();
    }

    @Override
    public boolean isLocked(String resource) {
        return locks(resource).stream().anyMatch(LocalLock::isHeld);
    }

    @Override
    public List<LockHolder> holders(String resource) {
        return locks(resource).stream()
                .flatMap(lock -> lock.holds().stream())
                .filter(hold -> hold.isOn(resource))
                .map(engine.describe::holder)
                .toList();
    }

    @Override
    public List<LockHolder> heldBy(LockOwner owner) {
        Objects.requireNonNull(owner, "the owner is null");
        return holders().filter(holder -> holder.owner().equals(owner)).toList();
    }

    @Override
    public List<LockHolder> heldLongerThan(Duration age) {
        Checks.notNegative(age, "age");
        return holders()
                .filter(holder -> holder.heldFor().compareTo(age) > 0)
                .sorted(Comparator.comparing(LockHolder::heldFor).reversed())
                .toList();
    }

    @Override
    public List<LockWaiter> waitingLongerThan(Duration age) {
        Checks.notNegative(age, "age");
        return busy().flatMap(lock -> engine.describe.waiters(lock).stream())
                .filter(waiter -> waiter.waiting().compareTo(age) > 0)
                .sorted(Comparator.comparing(LockWaiter::waiting).reversed())
                .toList();
    }

    @Override
    public LockCounts count() {
        int resources = 0;
        int holds = 0;
        int waiters = 0;
        int remembered = 0;
        long contentions = 0;
        long timeouts = 0;
        for (LockType type : engine.types()) {
            contentions += type.counted(Tally.Kind.CONTENTION);
            timeouts += type.counted(Tally.Kind.TIMEOUT);
        }
        for (LocalLock lock : engine.locks().toList()) {
            remembered++;
            int held = lock.holds().size();
            int waiting = lock.queueLength();
            holds += held;
            waiters += waiting;
            resources += held + waiting > 0 ? 1 : 0;
            contentions += lock.counted(Tally.Kind.CONTENTION);
            timeouts += lock.counted(Tally.Kind.TIMEOUT);
        }
        return new LockCounts(resources, holds, waiters, remembered, contentions, timeouts);
    }

    @Override
    public List<LockStatistics> statistics() {
        return engine.locks()
                .sorted(Comparator.comparing(lock -> lock.name))
                .map(Monitor::statisticsOf)
                .toList();
    }

    /** A lock, and what it is sorted by: that changes while it is sorted. */
    private record Busy(LocalLock lock, long contentions, long acquisitions) {

        private static final Comparator<Busy> BUSIEST_FIRST = Comparator.comparingLong(Busy::contentions)
                .thenComparingLong(Busy::acquisitions)
                .reversed()
                .thenComparing(busy -> busy.lock().name);

        static Busy of(LocalLock lock) {
            return new Busy(lock, lock.counted(Tally.Kind.CONTENTION), lock.acquisitions());
        }
    }

    @Override
    public LockStatistics.Result busiest(@Nullable String type, int limit) {
        List<Busy> found = engine.locks()
                .filter(lock -> type == null || ResourceNames.typeOf(lock.name).equals(type))
                .map(Busy::of)
                .sorted(Busy.BUSIEST_FIRST)
                .toList();
        return new LockStatistics.Result(
                found.size(),
                found.stream()
                        .limit(limit)
                        .map(each -> statisticsOf(each.lock()))
                        .toList());
    }

    @Override
    public Optional<LockStatistics> statistics(String resource) {
        return locks(resource).stream().map(Monitor::statisticsOf).findFirst();
    }

    private static LockStatistics statisticsOf(LocalLock lock) {
        StatisticsSum sum = new StatisticsSum();
        sum.add(lock);
        return sum.named(lock.name, lock.type.backend, lock.type.engine.settings.statistics());
    }

    @Override
    public List<LockStatistics> statisticsByType() {
        return named(StatisticsSum.byType(engine, LockType::addTo), engine.settings.statistics());
    }

    @Override
    public List<TimeoutAdvice> timeoutAdvice() {
        return new Advisor(engine).advice();
    }

    @Override
    public LockTotals totals() {
        return new LockTotals(
                named(StatisticsSum.byType(engine, LockType::addAllTo), false),
                engine.tables().stream().mapToLong(LockTable::forgotten).sum(),
                engine.cleaned(),
                engine.deadlocks.count(),
                newest(orderViolations()),
                engine.longs.waitsTold(),
                engine.longs.holdsTold());
    }

    private static long newest(List<OrderViolation> violations) {
        return violations.isEmpty() ? 0 : violations.get(violations.size() - 1).id();
    }

    private static List<LockStatistics> named(Map<LockType, StatisticsSum> sums, boolean timed) {
        return sums.entrySet().stream()
                .map(each -> each.getValue().named(each.getKey().name, each.getKey().backend, timed))
                .sorted(Comparator.comparing(LockStatistics::name))
                .toList();
    }

    @Override
    public void resetStatistics() {
        engine.types().forEach(LockType::resetStatistics);
        engine.locks().forEach(LocalLock::resetStatistics);
    }

    @Override
    public void resetStatistics(String resource) {
        locks(resource).forEach(LocalLock::resetStatistics);
    }

    @Override
    public List<LockEvent> history() {
        return engine.events.history();
    }

    @Override
    public List<LockEvent> history(String resource) {
        Objects.requireNonNull(resource, "the resource name is null");
        return history().stream()
                .filter(event -> event.resource().equals(resource))
                .toList();
    }

    @Override
    public List<DeadlockReport> deadlocks() {
        return engine.deadlocks.standing();
    }

    @Override
    public List<DeadlockReport> recentDeadlocks() {
        return engine.deadlocks.recent();
    }

    @Override
    public List<OrderViolation> orderViolations() {
        return engine.orders.recent();
    }

    @Override
    public List<LongWait> longWaits() {
        return engine.longs.standing();
    }

    @Override
    public List<LongHold> longHolds() {
        return engine.longs.standingHolds();
    }

    @Override
    public List<LockHolder> forceRelease(String resource, Predicate<LockHolder> which, String who, String why) {
        requireText(who, "who releases '" + resource + "' by force must be said");
        requireText(why, "why '" + resource + "' is released by force must be said");
        Eviction eviction = new Eviction(engine, who, why);
        locks(resource).forEach(lock -> eviction.from(lock, lock.lastToken(), hold -> hold.isOn(resource), which));
        List<LockHolder> evicted = eviction.evicted();
        try {
            evicted.addAll(cluster.evictElsewhere(resource, which, who, why));
        } catch (LockStoreException failure) {
            throw new LockStoreException(
                    "'" + resource + "' was taken from " + evicted.size() + " holders of this node, but "
                            + failure.getMessage(),
                    null,
                    failure);
        } finally {
            log.warn(
                    "'{}' released '{}' by force from {} holders: {}",
                    LogText.of(who),
                    LogText.of(resource),
                    evicted.size(),
                    LogText.of(why));
        }
        return evicted;
    }

    private static void requireText(@Nullable String text, String message) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException(message);
        }
    }

    private List<LocalLock> locks(String resource) {
        Objects.requireNonNull(resource, "the resource name is null");
        return engine.locks(resource);
    }

    private Stream<LocalLock> busy() {
        return engine.locks().filter(lock -> lock.isHeld() || lock.queueLength() > 0);
    }

    private Stream<LockHolder> holders() {
        return busy().flatMap(lock -> engine.describe.holders(lock).stream());
    }
}
