package dev.interlock.spring.metrics;

import dev.interlock.LockMode;
import dev.interlock.monitor.LockMonitor;
import dev.interlock.monitor.LockStatistics;
import dev.interlock.monitor.LockTotals;
import dev.interlock.monitor.ModeStatistics;
import io.micrometer.core.instrument.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One look at the totals serves all meters that are read soon afterwards: those of one scrape. */
final class Totals {

    static final Duration FRESH = Duration.ofMillis(100);

    private final LockMonitor monitor;
    private final Clock clock;
    private final String backend;
    private volatile @Nullable Look latest;

    Totals(LockMonitor monitor, Clock clock, String backend) {
        this.monitor = monitor;
        this.clock = clock;
        this.backend = backend;
    }

    /** What was seen, and when. */
    private record Look(long at, LockTotals all, Map<MeteredType, LockStatistics> types) {}

    LockTotals all() {
        return look().all();
    }

    Optional<ModeStatistics> of(MeteredType type, LockMode mode) {
        return Optional.ofNullable(look().types().get(type)).map(each -> each.of(mode));
    }

    Set<MeteredType> types() {
        return look().types().keySet();
    }

    /** Looks again, however recent the last look is. */
    Set<MeteredType> typesByNow() {
        return lookAgain().types().keySet();
    }

    private Look look() {
        Look known = latest;
        return known != null && clock.monotonicTime() - known.at() < FRESH.toNanos() ? known : lookAgain();
    }

    private Look lookAgain() {
        long now = clock.monotonicTime();
        LockTotals all = monitor.totals();
        Look fresh = new Look(
                now,
                all,
                all.types().stream()
                        .filter(this::isWorthMeters)
                        .collect(Collectors.toUnmodifiableMap(MeteredType::of, Function.identity())));
        latest = fresh;
        return fresh;
    }

    /** A type that settings name is in each backend of the manager from the start, and in most never used but in one. */
    private boolean isWorthMeters(LockStatistics type) {
        return type.backend().equals(backend) || isUsed(type.read()) || isUsed(type.write());
    }

    private static boolean isUsed(ModeStatistics mode) {
        return mode.acquisitions() + mode.contentions() + mode.refusals() + mode.timeouts() + mode.waiters() > 0;
    }
}
