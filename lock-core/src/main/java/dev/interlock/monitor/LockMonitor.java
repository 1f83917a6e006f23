package dev.interlock.monitor;

import dev.interlock.LockOwner;
import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.deadlock.OrderViolation;
import dev.interlock.event.LockEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the locks of a manager without disturbing them. Every answer is a snapshot of this node; nothing here blocks or slows
 * an acquisition. For what other nodes hold see {@link #cluster()}.
 */
public interface LockMonitor {

    /** What this process is called in reports. */
    String node();

    /** The same for all nodes that share locks with this one. */
    ClusterMonitor cluster();

    /** Every resource that somebody holds or waits for. */
    List<LockStatus> statuses();

    /** Some of them. Only what is answered is described, so this costs little however many there are. */
    LockSearch.Result search(LockSearch wanted);

    /** This resource, if somebody holds it or waits for it. */
    default Optional<LockStatus> status(String resource) {
        return statuses(resource).stream().findFirst();
    }

    /** The same of each backend that has a lock of this name: plain and distributed locks may live in different ones. */
    List<LockStatus> statuses(String resource);

    /** Whether somebody holds it. */
    boolean isLocked(String resource);

    /** Who holds it. */
    List<LockHolder> holders(String resource);

    /** What this owner holds, what is kept of it after it was closed included. */
    List<LockHolder> heldBy(LockOwner owner);

    /** Holds older than this. */
    List<LockHolder> heldLongerThan(Duration age);

    /** Requests that have waited longer than this. */
    List<LockWaiter> waitingLongerThan(Duration age);

    /** How much is going on. */
    LockCounts count();

    /** Statistics of every remembered resource. */
    List<LockStatistics> statistics();

    /**
     * Statistics of the busiest remembered resources. Only those that are answered are summed up, so this costs little however many
     * there are.
     *
     * @param type those of this type; null for any
     * @param limit at most so many
     */
    LockStatistics.Result busiest(@Nullable String type, int limit);

    /** Statistics of this resource, if it is remembered. */
    Optional<LockStatistics> statistics(String resource);

    /** Statistics by type; they include resources that have been forgotten. */
    List<LockStatistics> statisticsByType();

    /** Which timeouts and leases would suit what is in the statistics, by type and mode, and why. */
    List<TimeoutAdvice> timeoutAdvice();

    /** What has happened since the manager was made, however often statistics began anew. */
    LockTotals totals();

    /** Begins all statistics anew. */
    void resetStatistics();

    /** Begins the statistics of this resource anew. */
    void resetStatistics(String resource);

    /** What happened recently, oldest first. Under heavy load plain acquisitions and releases are sampled. */
    List<LockEvent> history();

    /** What happened recently to this resource, oldest first. */
    List<LockEvent> history(String resource);

    /** Deadlocks that stand at this moment. */
    List<DeadlockReport> deadlocks();

    /** Deadlocks found recently, those that stand included, oldest first. */
    List<DeadlockReport> recentDeadlocks();

    /** Locks taken in orders that do not agree, as far as they have been seen lately, oldest first. Each is told once. */
    List<OrderViolation> orderViolations();

    /** Requests that have been reported because they waited too long, and wait still; the longest first. */
    List<LongWait> longWaits();

    /** Holds that have been reported because they lasted too long, and stand still; the longest first. */
    List<LongHold> longHolds();

    /**
     * Takes the resource away from everyone who holds it, on other nodes too. Their handles say so from now on, those on other nodes
     * within a second or so, and whoever holds it next has a higher fencing token.
     *
     * @param who who does this
     * @param why the reason, for the record
     * @return those who lost it
     * @throws dev.interlock.LockStoreException when a store cannot be asked for other nodes; this node's holders have lost it by then
     */
    default List<LockHolder> forceRelease(String resource, String who, String why) {
        return forceRelease(resource, holder -> true, who, why);
    }

    /**
     * The same for some of the holders only. Another node loses all that it holds of the resource if one of its holders is concerned.
     *
     * @param which those who are to lose it
     */
    List<LockHolder> forceRelease(String resource, Predicate<LockHolder> which, String who, String why);
}
