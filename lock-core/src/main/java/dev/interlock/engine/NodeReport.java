package dev.interlock.engine;

import dev.interlock.DeadlockPolicy;
import dev.interlock.LockMode;
import dev.interlock.monitor.ClusterDeadlock;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockStatus;
import dev.interlock.monitor.LockWaiter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a node says of itself with its heartbeats: who has held or waited for a moment, and the holds of all who have waited for one.
 * Times are those of the store, which all nodes understand.
 *
 * @param session of which this is said
 * @param node the node whose session it is
 * @param number rises with each report
 * @param heard the number of the last report that the store was known to have when this one was made
 * @param policy what the node does about deadlocks
 * @param holds who holds what
 * @param waits who waits for what
 * @param deadlocks those that stand, or were found a moment ago, by this node
 */
record NodeReport(
        String session,
        String node,
        long number,
        long heard,
        DeadlockPolicy policy,
        List<Held> holds,
        List<Awaited> waits,
        List<ClusterDeadlock> deadlocks) {

    /**
     * A hold.
     *
     * @param holder as it is shown
     * @param lock the name of the lock, which may stand for several resources
     * @param everywhere whether the lock is the same for all nodes that use the store
     * @param id distinguishes the holds of a node, at all times
     */
    record Held(LockHolder holder, String lock, boolean everywhere, String id) {

        /** Zero if nobody owns it any more. */
        int owner() {
            return holder.ownerId();
        }

        LockMode mode() {
            return holder.mode();
        }
    }

    /**
     * A wait.
     *
     * @param waiter as it is shown
     * @param lock the name of the lock, which may stand for several resources
     * @param everywhere whether the lock is the same for all nodes that use the store
     * @param id distinguishes the waits of a node, at all times
     */
    record Awaited(LockWaiter waiter, String lock, boolean everywhere, String id) {

        int owner() {
            return waiter.ownerId();
        }

        LockMode mode() {
            return waiter.mode();
        }
    }

    /** Whether somebody waits for what other nodes may hold. */
    boolean awaitsOthers() {
        return waits.stream().anyMatch(Awaited::everywhere);
    }

    /** What can be shown of the locks that all nodes share, by their names. */
    Map<String, LockStatus> statuses(String backend) {
        Map<String, List<LockHolder>> holders = new LinkedHashMap<>();
        Map<String, List<LockWaiter>> waiters = new LinkedHashMap<>();
        for (Held each : holds) {
            if (each.everywhere()) {
                holders.computeIfAbsent(each.lock(), made -> new ArrayList<>()).add(each.holder());
            }
        }
        for (Awaited each : waits) {
            if (each.everywhere()) {
                waiters.computeIfAbsent(each.lock(), made -> new ArrayList<>()).add(each.waiter());
            }
        }
        Map<String, LockStatus> statuses = new LinkedHashMap<>();
        holders.forEach((lock, held) ->
                statuses.put(lock, Describe.status(lock, backend, held, waiters.getOrDefault(lock, List.of()))));
        waiters.forEach((lock, waiting) ->
                statuses.computeIfAbsent(lock, made -> Describe.status(lock, backend, List.of(), waiting)));
        return statuses;
    }
}
