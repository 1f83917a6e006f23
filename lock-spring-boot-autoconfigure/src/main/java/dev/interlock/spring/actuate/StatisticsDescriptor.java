package dev.interlock.spring.actuate;

import dev.interlock.ResourceNames;
import dev.interlock.monitor.DurationSummary;
import dev.interlock.monitor.LockStatistics;
import dev.interlock.monitor.ModeStatistics;

/** Statistics as people read them. */
final class StatisticsDescriptor {

    private StatisticsDescriptor() {}

    /** Those of all resources of a type. */
    record OfType(String type, String backend, Mode read, Mode write) {

        static OfType of(LockStatistics statistics) {
            return new OfType(
                    statistics.name(), statistics.backend(), Mode.of(statistics.read()), Mode.of(statistics.write()));
        }
    }

    /** Those of one resource. */
    record OfResource(String resource, String type, String backend, Mode read, Mode write) {

        static OfResource of(LockStatistics statistics) {
            return new OfResource(
                    statistics.name(),
                    ResourceNames.typeOf(statistics.name()),
                    statistics.backend(),
                    Mode.of(statistics.read()),
                    Mode.of(statistics.write()));
        }
    }

    /** What has happened in one mode. */
    record Mode(
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
            Times waited,
            Times held) {

        static Mode of(ModeStatistics statistics) {
            return new Mode(
                    statistics.acquisitions(),
                    statistics.releases(),
                    statistics.timeouts(),
                    statistics.cancellations(),
                    statistics.victims(),
                    statistics.refusals(),
                    statistics.contentions(),
                    statistics.expirations(),
                    statistics.forcedReleases(),
                    statistics.losses(),
                    statistics.holders(),
                    statistics.waiters(),
                    Times.of(statistics.waited()),
                    Times.of(statistics.held()));
        }
    }

    /** How long something took. */
    record Times(long count, double minMs, double meanMs, double maxMs, double p50Ms, double p95Ms, double p99Ms) {

        static Times of(DurationSummary summary) {
            return new Times(
                    summary.count(),
                    Texts.millis(summary.min()),
                    Texts.millis(summary.mean()),
                    Texts.millis(summary.max()),
                    Texts.millis(summary.p50()),
                    Texts.millis(summary.p95()),
                    Texts.millis(summary.p99()));
        }
    }
}
