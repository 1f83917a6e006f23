package dev.interlock.engine;

import dev.interlock.LockMode;
import dev.interlock.engine.LockType.StatisticsSum;
import dev.interlock.engine.TimeoutRule.Suggestion;
import dev.interlock.monitor.ModeStatistics;
import dev.interlock.monitor.TimeoutAdvice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says which timeouts and leases would suit what has been seen since statistics began. */
final class Advisor {

    private static final String NOT_TIMED =
            "statistics are off, so nothing is known of how long requests wait and holds"
                    + " last; turn them on with statistics(true), or interlock.statistics.enabled=true in Spring Boot";

    private final Engine engine;

    Advisor(Engine engine) {
        this.engine = engine;
    }

    /** For each type and mode in which something was asked for. */
    List<TimeoutAdvice> advice() {
        List<TimeoutAdvice> all = new ArrayList<>();
        StatisticsSum.byType(engine, LockType::addTo).forEach((type, sum) -> {
            for (LockMode mode : LockMode.values()) {
                if (sum.wasAskedFor(mode == LockMode.WRITE)) {
                    all.add(advice(type, mode, sum));
                }
            }
        });
        all.sort(Comparator.comparing(TimeoutAdvice::type)
                .thenComparing(TimeoutAdvice::backend)
                .thenComparing(TimeoutAdvice::mode));
        return all;
    }

    private TimeoutAdvice advice(LockType type, LockMode mode, StatisticsSum sum) {
        boolean write = mode == LockMode.WRITE;
        boolean timed = engine.settings.statistics();
        ModeStatistics statistics = sum.statistics(write, timed);
        long present = type.timeout(write);
        long lease = Options.READ.lease(type);
        Observed seen = sum.observed(write);
        Suggestion timeout = timed ? TimeoutRule.timeout(seen, present) : Suggestion.none(NOT_TIMED);
        Suggestion forHolds = timed ? TimeoutRule.lease(seen.holds(), statistics.expirations(), lease) : timeout;
        return new TimeoutAdvice(
                type.name,
                mode,
                type.backend,
                Duration.ofNanos(present),
                type.bounds() != null,
                unlessZero(lease),
                statistics.acquisitions(),
                statistics.timeouts(),
                statistics.waited(),
                statistics.held(),
                unlessZero(timeout.nanos()),
                unlessZero(forHolds.nanos()),
                timed ? timeout.reason() + " " + forHolds.reason() : timeout.reason());
    }

    private static @Nullable Duration unlessZero(long nanos) {
        return nanos == 0 ? null : Duration.ofNanos(nanos);
    }
}
