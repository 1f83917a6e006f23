package dev.interlock.jmx;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A lock manager as JMX shows it. Attributes are of this node and ask no store, so they may be read often; operations concern
 * all nodes that share locks with this one, and take as long as the stores do. What goes wrong is told with exceptions of the
 * JDK, because a console knows no others.
 */
public interface LockManagerMXBean {

    /** What this process is called in reports. */
    String getNode();

    /** How many resources are held or awaited. */
    int getResources();

    /** How many holds there are. */
    int getHolds();

    /** How many requests wait. */
    int getWaiters();

    /** The first 100 resources that somebody holds or waits for: those for which most wait come first. */
    List<Lock> getLocks();

    /** Deadlocks that stand, in words. */
    List<String> getDeadlocks();

    /** How many deadlocks were found. */
    long getDeadlockCount();

    /** Locks taken in orders that do not agree, in words. */
    List<String> getNearMisses();

    /** How many such orders were found. */
    long getNearMissCount();

    /** Requests that wait for too long, in words. */
    List<String> getLongWaits();

    /** How many requests have waited for too long. */
    long getLongWaitCount();

    /** Holds that last for too long, in words. */
    List<String> getLongHolds();

    /** How many holds have lasted for too long. */
    long getLongHoldCount();

    /** The first 100 optimistic operations that are under way, in words: the oldest first. */
    List<String> getRunningOperations();

    /** What became of all operations: how many were started, succeeded, and so on. */
    Map<String, Long> getOperationTotals();

    /** The first so many resources that somebody holds or waits for on any node. */
    List<Lock> findLocks(int limit);

    /** One resource, if somebody on any node holds it or waits for it. */
    @Nullable Lock findLock(String resource);

    /**
     * Takes the resource away from everyone who holds it, on other nodes too.
     *
     * @param who who does this; the name of whoever has signed in to JMX comes before it
     * @param why the reason, for the record
     * @return those who lost it
     */
    List<Holder> forceRelease(String resource, String who, String why);

    /** A resource that somebody holds or waits for. */
    interface Lock {

        /** What is locked. */
        String getResource();

        /** Where the lock lives. */
        String getBackend();

        /** Who holds it. */
        List<Holder> getHolders();

        /** Who waits for it, in the order of the queue. */
        List<Waiter> getWaiters();
    }

    /** One who holds. */
    interface Holder {

        /** What is held. */
        String getResource();

        /** Who holds. */
        String getOwner();

        /** On which node. */
        String getNode();

        /** In which mode. */
        String getMode();

        /** The fencing token; zero where there is none. */
        long getFencingToken();

        /** Since when, as in ISO 8601. */
        String getAcquiredAt();

        /** For how long, in milliseconds. */
        long getHeldMs();

        /** When the hold ends by itself, if it does. */
        @Nullable String getLeaseExpiresAt();

        /** Until when it is kept, if its owner has closed it. */
        @Nullable String getKeptUntil();

        /** The method that asked, if it said so. */
        @Nullable String getMethod();

        /** Why it is held, if that was said. */
        @Nullable String getReason();
    }

    /** One who waits. */
    interface Waiter {

        /** Who waits. */
        String getOwner();

        /** On which node. */
        String getNode();

        /** To hold in which mode. */
        String getMode();

        /** With which priority. */
        int getPriority();

        /** The place in the queue; the first is 1. */
        int getPosition();

        /** For how long, in milliseconds. */
        long getWaitingMs();

        /** The method that asks, if it said so. */
        @Nullable String getMethod();

        /** Why, if that was said. */
        @Nullable String getReason();
    }
}
