package dev.interlock.testkit;

import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.SessionStart;
import org.junit.jupiter.api.Nested;

/**
 * What managers on several nodes do together, whatever store they meet in. A store shows it by a test class of a few lines, as it
 * shows the {@link LockStoreContract}.
 *
 * <p>Nodes here are managers of one JVM, each with a store of its own on the same storage. What goes wrong between a node and the
 * storage is made by {@link StoreFaults}.
 */
public abstract class ClusterContract {

    /** For subclasses. */
    protected ClusterContract() {}

    /** Another store on the same storage, as another process would open it. The contract closes it. */
    protected abstract LockStore open();

    /** Empties the storage. Called before each test, when no store is open. */
    protected abstract void clear();

    /** Ends the session as if its process had been killed and its time had run out. */
    protected abstract void expire(SessionStart session);

    /** Whether a session ends when it has not beaten for as long as it said. */
    protected boolean endsWithoutBeats() {
        return true;
    }

    /** The settings of a manager, to which the contract adds its own and the store. */
    protected InterlockManager.Builder builder() {
        return InterlockManager.builder();
    }

    @Nested
    class Exclusion extends ClusterExclusionContract {
        Exclusion() {
            super(ClusterContract.this);
        }
    }

    @Nested
    class Tokens extends ClusterTokenContract {
        Tokens() {
            super(ClusterContract.this);
        }
    }

    @Nested
    class Fairness extends ClusterFairnessContract {
        Fairness() {
            super(ClusterContract.this);
        }
    }

    @Nested
    class Loss extends ClusterLossContract {
        Loss() {
            super(ClusterContract.this);
        }
    }

    @Nested
    class Faults extends ClusterFaultContract {
        Faults() {
            super(ClusterContract.this);
        }
    }

    @Nested
    class Waiting extends ClusterWaitingContract {
        Waiting() {
            super(ClusterContract.this);
        }
    }

    @Nested
    class Dependencies extends ClusterDependencyContract {
        Dependencies() {
            super(ClusterContract.this);
        }
    }

    @Nested
    class Monitoring extends ClusterMonitorContract {
        Monitoring() {
            super(ClusterContract.this);
        }
    }

    @Nested
    class Deadlocks extends ClusterDeadlockContract {
        Deadlocks() {
            super(ClusterContract.this);
        }
    }

    @Nested
    class Optimistic extends ClusterOptimisticContract {
        Optimistic() {
            super(ClusterContract.this);
        }
    }

    @Nested
    class Closing extends ClusterClosingContract {
        Closing() {
            super(ClusterContract.this);
        }
    }
}
