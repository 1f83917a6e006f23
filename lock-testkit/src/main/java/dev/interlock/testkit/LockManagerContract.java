package dev.interlock.testkit;

import dev.interlock.engine.InterlockManager;
import org.junit.jupiter.api.Nested;

/**
 * What every lock manager does, whatever backend is behind it. A backend shows that it keeps the contract by a test class of
 * a few lines:
 *
 * <pre>{@code
 * class MemoryLockManagerTest extends LockManagerContract {
 *     @Override
 *     protected InterlockManager.Builder builder(ManualTime time) {
 *         return InterlockManager.builder();
 *     }
 * }
 * }</pre>
 *
 * <p>A backend that keeps something outside makes it in its own {@code @BeforeAll} and {@code @BeforeEach}, and ends it in
 * the opposite methods; by then the managers of the test are closed.
 */
public abstract class LockManagerContract {

    /** For subclasses. */
    protected LockManagerContract() {}

    /**
     * The settings of a manager on this backend. The contract adds its own — timeouts, listeners, limits — and builds the
     * manager, some tests more than one.
     *
     * @param time the clock that the manager will be given; a backend with a clock of its own may follow it
     */
    protected abstract InterlockManager.Builder builder(ManualTime time);

    @Nested
    class Exclusion extends ExclusionContract {
        Exclusion() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Queueing extends QueueContract {
        Queueing() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Ownership extends OwnershipContract {
        Ownership() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Leases extends LeaseContract {
        Leases() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Keeping extends KeepingContract {
        Keeping() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class KeptBeside extends KeptBesideContract {
        KeptBeside() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Asynchronous extends AsyncContract {
        Asynchronous() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class SeveralAtOnce extends MultiLockContract {
        SeveralAtOnce() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class ReadWriteLocks extends ReadWriteLockContract {
        ReadWriteLocks() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Conditions extends ConditionContract {
        Conditions() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Limits extends LimitContract {
        Limits() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Dependencies extends DependencyContract {
        Dependencies() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Orders extends OrderContract {
        Orders() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class OrderPolicies extends OrderPolicyContract {
        OrderPolicies() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Stripes extends StripeContract {
        Stripes() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Deadlocks extends DeadlockContract {
        Deadlocks() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class LongWaits extends LongWaitContract {
        LongWaits() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class ReleasesOnTimeout extends ReleaseOnTimeoutContract {
        ReleasesOnTimeout() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Monitoring extends MonitorContract {
        Monitoring() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Statistics extends StatisticsContract {
        Statistics() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Totals extends TotalsContract {
        Totals() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Stamps extends OptimisticStampContract {
        Stamps() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Attempts extends OptimisticAttemptContract {
        Attempts() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Operations extends OperationContract {
        Operations() {
            super(LockManagerContract.this::builder);
        }
    }

    @Nested
    class Closing extends ClosingContract {
        Closing() {
            super(LockManagerContract.this::builder);
        }
    }
}
