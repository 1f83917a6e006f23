package dev.interlock.testkit;

import dev.interlock.spi.LockStore;
import dev.interlock.spi.SessionStart;
import org.junit.jupiter.api.Nested;

/**
 * What every {@link LockStore} does, and what it does if it also is a {@code ChangeFeed}, a {@code ScannableStore} or a {@code
 * StampStore}. Who writes a store shows that it keeps the contract by a test class of a few lines:
 *
 * <pre>{@code
 * class MyStoreTest extends LockStoreContract {
 *     @Override
 *     protected LockStore open() {
 *         return new MyStore(address);
 *     }
 *
 *     @Override
 *     protected void clear() {
 *         // forget all records, sessions and stamps
 *     }
 *
 *     @Override
 *     protected void expire(SessionStart session) {
 *         // as if its node had not beaten in time
 *     }
 * }
 * }</pre>
 *
 * <p>How a store keeps within its patience when a network fails is its own affair, and so are the faults that somebody has to
 * mend: the tests of the store show these.
 */
public abstract class LockStoreContract {

    /** For subclasses. */
    protected LockStoreContract() {}

    /** Another store on the same storage, as another process would open it. The contract closes it. */
    protected abstract LockStore open();

    /** Empties the storage. Called before each test, when no store is open. */
    protected abstract void clear();

    /** Ends the session as if its process had been killed and its time had run out. */
    protected abstract void expire(SessionStart session);

    /**
     * Whether a session ends when it has not beaten for as long as it said. A store that sees in another way that a process has
     * died may say no.
     */
    protected boolean endsWithoutBeats() {
        return true;
    }

    @Nested
    class Replacing extends StoreReplacingContract {
        Replacing() {
            super(LockStoreContract.this);
        }
    }

    @Nested
    class Races extends StoreRaceContract {
        Races() {
            super(LockStoreContract.this);
        }
    }

    @Nested
    class Texts extends StoreTextContract {
        Texts() {
            super(LockStoreContract.this);
        }
    }

    @Nested
    class Sessions extends StoreSessionContract {
        Sessions() {
            super(LockStoreContract.this);
        }
    }

    @Nested
    class Expiry extends StoreExpiryContract {
        Expiry() {
            super(LockStoreContract.this);
        }
    }

    @Nested
    class Scanning extends StoreScanContract {
        Scanning() {
            super(LockStoreContract.this);
        }
    }

    @Nested
    class Stamps extends StoreStampContract {
        Stamps() {
            super(LockStoreContract.this);
        }
    }

    @Nested
    class Feeding extends StoreFeedContract {
        Feeding() {
            super(LockStoreContract.this);
        }
    }

    @Nested
    class Closing extends StoreClosingContract {
        Closing() {
            super(LockStoreContract.this);
        }
    }
}
