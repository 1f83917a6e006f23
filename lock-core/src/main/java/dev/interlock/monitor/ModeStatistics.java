package dev.interlock.monitor;

/**
 * What has happened in one mode.
 *
 * @param acquisitions holds granted, reentrant ones included
 * @param releases holds given back by their holders
 * @param timeouts requests whose deadline passed
 * @param cancellations requests that were interrupted, cancelled or chosen as the victim of a deadlock
 * @param victims those of the cancellations that ended a deadlock
 * @param refusals requests refused because of a limit, because they went against the order of locks, or because a dependency was written
 * @param contentions requests that could not be granted at once, including {@code tryAcquire} and requests with a zero
 *     timeout
 * @param expirations holds whose lease ran out
 * @param forcedReleases holds taken away by {@link LockMonitor#forceRelease}
 * @param losses holds lost because the node lost its session with the store
 * @param holders holds at this moment
 * @param waiters requests waiting at this moment
 * @param waited how long granted requests waited, those that did not wait included; how long is recorded only while
 *     statistics are on
 * @param held how long holds lasted
 */
public record ModeStatistics(
        long acquisitions,
        long releases,
        long timeouts,
        long cancellations,
        long victims,
        long refusals,
        long contentions,
        long expirations,
        long forcedReleases,
        long losses,
        int holders,
        int waiters,
        DurationSummary waited,
        DurationSummary held) {}
