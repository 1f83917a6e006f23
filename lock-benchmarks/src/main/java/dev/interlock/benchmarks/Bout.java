package dev.interlock.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What two processes got of one lock. */
final class Bout {

    private final Peer.Report first;
    private final Peer.Report second;
    private final Duration length;
    private final long end;
    private final List<Grant> grants = new ArrayList<>();

    private record Grant(Turn turn, boolean toFirst) {}

    Bout(Peer.Report first, Peer.Report second, Duration length, long end) {
        this.first = first;
        this.second = second;
        this.length = length;
        this.end = end;
        first.turns().forEach(turn -> grants.add(new Grant(turn, true)));
        second.turns().forEach(turn -> grants.add(new Grant(turn, false)));
        grants.sort(Comparator.comparingLong(grant -> grant.turn.granted()));
    }

    double rate() {
        return rate(first) + rate(second);
    }

    double lesserRate() {
        return Math.min(rate(first), rate(second));
    }

    double greaterRate() {
        return Math.max(rate(first), rate(second));
    }

    double lesserShare() {
        return lesserRate() / rate();
    }

    /** Only what was granted in time; those who waited then get their turns later. */
    private double rate(Peer.Report report) {
        long inTime =
                report.turns().stream().filter(turn -> turn.granted() < end).count();
        return inTime * 1e9 / length.toNanos();
    }

    /** In nanoseconds; the waits that were granted late count, too. */
    double waited(double part) {
        return Timing.percentile(turns().mapToLong(Turn::waited).toArray(), part);
    }

    double held() {
        return Timing.percentile(turns().mapToLong(Turn::held).toArray(), 0.5);
    }

    double statementsEach() {
        return (first.statements() + second.statements()) / (double) grants.size();
    }

    /** How many grants went to the other process than the one before. */
    double crossing() {
        long crossing = 0;
        for (int i = 1; i < grants.size(); i++) {
            if (grants.get(i).toFirst != grants.get(i - 1).toFirst) {
                crossing++;
            }
        }
        return crossing / (double) Math.max(1, grants.size() - 1);
    }

    /** How often a lock was granted before the one who had it began to give it back. */
    long overlaps() {
        long overlaps = 0;
        for (int i = 1; i < grants.size(); i++) {
            if (grants.get(i).turn.granted() < grants.get(i - 1).turn.released()) {
                overlaps++;
            }
        }
        return overlaps;
    }

    private Stream<Turn> turns() {
        return grants.stream().map(Grant::turn);
    }
}
