package dev.interlock.spring.actuate;

import dev.interlock.monitor.LockMonitor;
import dev.interlock.monitor.LockStatistics;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** What has happened to locks, by type and by resource. */
@Endpoint(id = "lockstats", defaultAccess = Access.READ_ONLY)
final class LockStatsEndpoint {

    private static final int MOST = 100;

    private static final Comparator<LockStatistics> BUSIEST_FIRST = Comparator.comparingLong(
                    LockStatsEndpoint::contentions)
            .thenComparingLong(LockStatsEndpoint::acquisitions)
            .reversed()
            .thenComparing(LockStatistics::name);

    private final LockMonitor monitor;
    private final LockAudit audit;

    LockStatsEndpoint(LockMonitor monitor, LockAudit audit) {
        this.monitor = monitor;
        this.audit = audit;
    }

    /** The busiest types of so many, what would suit them, and the busiest resources of so many that are remembered. */
    record Statistics(
            int totalTypes,
            List<StatisticsDescriptor.OfType> types,
            List<AdviceDescriptor> advice,
            int remembered,
            List<StatisticsDescriptor.OfResource> resources) {}

    /** Who let statistics begin anew; the resource is null where it was all of them. */
    record Reset(@Nullable String resource, String who) {}

    @ReadOperation
    Object statistics(@Nullable String resource, @Nullable String type, @Nullable Integer limit) {
        if (resource == null) {
            return all(type, Refusal.checkLimit("limit", limit, MOST));
        }
        if (type != null || limit != null) {
            throw Refusal.badRequest("resource names one resource; leave type and limit out");
        }
        return StatisticsDescriptor.OfResource.of(one(resource));
    }

    private Statistics all(@Nullable String type, int limit) {
        List<LockStatistics> types = monitor.statisticsByType().stream()
                .filter(each -> type == null || each.name().equals(type))
                .toList();
        List<LockStatistics> busiest = types.stream()
                .sorted(BUSIEST_FIRST)
                .limit(limit)
                .sorted(Comparator.comparing(LockStatistics::name))
                .toList();
        LockStatistics.Result resources = monitor.busiest(type, limit);
        return new Statistics(
                types.size(),
                busiest.stream().map(StatisticsDescriptor.OfType::of).toList(),
                adviceFor(busiest),
                resources.total(),
                resources.first().stream()
                        .map(StatisticsDescriptor.OfResource::of)
                        .toList());
    }

    private List<AdviceDescriptor> adviceFor(List<LockStatistics> types) {
        Set<String> names = types.stream().map(LockStatistics::name).collect(Collectors.toSet());
        return monitor.timeoutAdvice().stream()
                .filter(each -> names.contains(each.type()))
                .map(AdviceDescriptor::of)
                .toList();
    }

    private LockStatistics one(String resource) {
        return monitor.statistics(Refusal.checkResource(resource))
                .orElseThrow(() -> Refusal.notFound("there are no statistics of '" + resource + "'"));
    }

    @DeleteOperation
    Reset reset(@Nullable String resource) {
        return reset(null, resource);
    }

    Reset reset(@Nullable String principal, @Nullable String resource) {
        if (resource == null) {
            monitor.resetStatistics();
        } else {
            monitor.resetStatistics(one(resource).name());
        }
        String who = LockAudit.who(principal);
        audit.statisticsReset(who, resource);
        return new Reset(resource, who);
    }

    private static long contentions(LockStatistics statistics) {
        return statistics.read().contentions() + statistics.write().contentions();
    }

    private static long acquisitions(LockStatistics statistics) {
        return statistics.read().acquisitions() + statistics.write().acquisitions();
    }
}
