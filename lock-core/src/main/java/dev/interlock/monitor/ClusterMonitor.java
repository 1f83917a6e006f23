package dev.interlock.monitor;

import java.util.List;
import java.util.Optional;

/**
 * Looks at the locks of all nodes. What other nodes hold is asked of the stores, so an answer takes as long as that, and may fail
 * with a {@link dev.interlock.LockStoreException}. Who exactly holds or waits on another node is known a moment after it began to;
 * before that the node is shown with the owner for whom it took the lock first.
 *
 * <p>If no backend reaches other processes, this is what {@link LockMonitor} says of this one.
 */
public interface ClusterMonitor {

    /** The nodes that share locks with this one, and this one itself. */
    List<ClusterNode> nodes();

    /** Resources that somebody holds or waits for on any node; their tokens, modes and times are those of the store. */
    LockSearch.Result search(LockSearch wanted);

    /** The deadlocks that were found by any node and stand, or were found within the last minute or so; the newest first. */
    List<ClusterDeadlock> deadlocks();

    /** This resource, if somebody holds it or waits for it on any node. */
    default Optional<LockStatus> status(String resource) {
        return statuses(resource).stream().findFirst();
    }

    /** The same of each backend that has a lock of this name: plain and distributed locks may live in different ones. */
    List<LockStatus> statuses(String resource);

    /**
     * The same for whoever asks often, as pages and probes do: all who ask within a second share one look at the stores, its failure
     * included. Only a single resource is looked up each time.
     */
    ClusterMonitor recent();
}
