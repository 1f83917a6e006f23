package dev.interlock.spring.metrics;

import dev.interlock.monitor.ModeStatistics;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Something that is counted for each type and mode.
 *
 * @param name the name of the meter
 * @param outcome how requests ended that are counted here, where the meter tells that
 * @param unit what is counted
 * @param description the meter in words
 * @param count the count
 */
record TypeCounter(
        String name, @Nullable String outcome, String unit, String description, ToLongFunction<ModeStatistics> count) {

    static final List<TypeCounter> ALL = List.of(
            counter("acquisitions", "Holds granted, reentrant ones included", ModeStatistics::acquisitions),
            counter("releases", "Holds given back by their holders", ModeStatistics::releases),
            counter("contentions", "Requests that could not be granted at once", ModeStatistics::contentions),
            counter("timeouts", "Requests whose deadline passed", ModeStatistics::timeouts),
            failure("timeout", ModeStatistics::timeouts),
            failure("cancelled", each -> each.cancellations() - each.victims()),
            failure("deadlock", ModeStatistics::victims),
            failure("refused", ModeStatistics::refusals),
            lost("expired", "Holds whose lease ran out", ModeStatistics::expirations),
            lost(
                    "lost",
                    "Holds that ended before their holders gave them back",
                    each -> each.expirations() + each.forcedReleases() + each.losses()));

    private static TypeCounter counter(String name, String description, ToLongFunction<ModeStatistics> count) {
        return new TypeCounter(name, null, name, description, count);
    }

    private static TypeCounter failure(String outcome, ToLongFunction<ModeStatistics> count) {
        return new TypeCounter(
                "failures", outcome, "failures", "Requests that were not granted, by how they ended", count);
    }

    private static TypeCounter lost(String name, String description, ToLongFunction<ModeStatistics> count) {
        return new TypeCounter(name, null, "holds", description, count);
    }
}
