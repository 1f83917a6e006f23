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
    private volatile @Nullable Look latest;

    Totals(LockMonitor monitor, Clock clock) {
        this.monitor = monitor;
        this.clock = clock;
    }

    /** What was seen, and when. */
    private record Look(long at, LockTotals all, Map<String, LockStatistics> types) {}

    LockTotals all() {
        return look().all();
    }

    Optional<ModeStatistics> of(String type, LockMode mode) {
        return Optional.ofNullable(look().types().get(type)).map(each -> each.of(mode));
    }

    Set<String> types() {
        return look().types().keySet();
    }

    /** Looks again, however recent the last look is. */
    Set<String> typesByNow() {
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
                all.types().stream().collect(Collectors.toUnmodifiableMap(LockStatistics::name, Function.identity())));
        latest = fresh;
        return fresh;
    }
}
