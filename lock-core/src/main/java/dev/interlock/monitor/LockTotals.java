package dev.interlock.monitor;

import java.util.List;

/**
 * What has happened since the manager was made. Nothing here ever falls but the holders and waiters of the moment: that is
 * what meters need, and statistics that begin anew cannot give.
 *
 * @param types the counts by type; for times look at the statistics
 * @param forgotten idle resources that were forgotten to make room
 * @param cleaned records of idle resources, and leases of nodes that are no more, that were cleared away in stores
 * @param deadlocks deadlocks that were reported or broken
 * @param nearMisses requests that went against the order in which locks are taken, each told once
 * @param longWaits requests that were reported because they waited too long
 * @param longHolds holds that were reported because they lasted too long
 */
public record LockTotals(
        List<LockStatistics> types,
        long forgotten,
        long cleaned,
        long deadlocks,
        long nearMisses,
        long longWaits,
        long longHolds) {

    /** Copies what could change. */
    public LockTotals {
        types = List.copyOf(types);
    }
}
