package dev.interlock.monitor;

import java.time.Duration;

/**
 * How long something took. Percentiles are exact to within an eighth of their value.
 *
 * @param count how many are summed up; under load holds are sampled, and each sample stands for several
 * @param min the shortest
 * @param mean the mean
 * @param max the longest
 * @param p50 the median
 * @param p95 longer than 95 of 100
 * @param p99 longer than 99 of 100
 */
public record DurationSummary(
        long count, Duration min, Duration mean, Duration max, Duration p50, Duration p95, Duration p99) {

    /** Of nothing at all. */
    public static final DurationSummary NONE = new DurationSummary(
            0, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
}
