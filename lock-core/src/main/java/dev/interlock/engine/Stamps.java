package dev.interlock.engine;

import dev.interlock.LockAttempt;
import dev.interlock.LockClosedException;
import dev.interlock.LockInterruptedException;
import dev.interlock.LockLostException;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockStoreException;
import dev.interlock.LockTimeoutException;
import dev.interlock.optimistic.VersionStamp;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.StampRecord;
import dev.interlock.spi.StampStore;
import dev.interlock.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stamps of one backend, and the changes that this node makes by them.
 *
 * <p>A change takes two steps with the stamp: first it is raised and says who is changing the resource, then it no longer says so. As
 * long as it does, nobody takes a snapshot and nobody else begins a change. So the change is made before anybody can have seen the
 * new stamp, and after all who saw the old one are sure to be refused. If the node dies in between, the stamp is raised once more by
 * whoever sees that its session has ended.
 */
final class Stamps {

    private static final Logger log = LoggerFactory.getLogger(Stamps.class);

    private static final long FIRST_LOOK = 1_000_000;
    private static final long LAST_LOOK = 100_000_000;
    private static final long SETTLE_AGAIN = 1_000_000_000;
    /** Whether a session lives is asked at every so manieth look. */
    private static final int ASK_EVERY = 8;

    private static final StampRecord NONE = new StampRecord(0, 0, null);

    private final Engine engine;
    private final StampStore store;
    private final @Nullable Leases leases;
    private final String local;
    private final AtomicLong numbers = new AtomicLong();
    /** The changes of this node that are under way, by what their stamps say. */
    private final Map<String, StampChange> changes = new ConcurrentHashMap<>();

    Stamps(Engine engine, @Nullable Leases leases) {
        this.engine = engine;
        this.leases = leases;
        this.store = leases == null
                ? new MemoryStamps(engine.settings.optimistic().maxStamps(), nanos())
                : stampsOf(leases.store);
        this.local = engine.settings.node();
    }

    /** Whether this store can keep stamps. */
    static boolean areKeptBy(LockStore store) {
        return store instanceof StampStore;
    }

    private static StampStore stampsOf(LockStore store) {
        return (StampStore) store;
    }

    boolean areIn(Leases where) {
        return leases == where;
    }

    String backend() {
        return leases == null ? LockType.MEMORY : leases.store.kind();
    }

    // --- taking a snapshot -----------------------------------------------------------------------------------------

    /** What the resource is, once nobody is changing it. */
    VersionStamp await(String resource, LockOwner owner, @Nullable LiveOperation asking, long deadline) {
        long began = engine.clock.now();
        for (int look = 0; ; look++) {
            StampRecord found = read(resource, owner, began);
            if (found.changing() == null) {
                return stamp(resource, found);
            }
            refuseIfClosed(resource, owner, LockMode.READ, began);
            if (deadline - engine.clock.now() <= 0) {
                throw tookTooLong(resource, owner, found.changing(), began);
            }
            awaitChange(resource, found, asking, look, deadline);
            if (Thread.interrupted()) {
                throw interrupted(resource, owner, began);
            }
        }
    }

    /** The same without waiting for anybody: nothing if somebody is changing it. */
    @Nullable VersionStamp look(String resource, LockOwner owner, @Nullable LiveOperation asking, int looks) {
        StampRecord found = read(resource, owner, engine.clock.now());
        if (found.changing() == null) {
            return stamp(resource, found);
        }
        refuseSelf(resource, found.changing(), asking);
        repairIfAbandoned(resource, found, looks);
        return null;
    }

    private static VersionStamp stamp(String resource, StampRecord record) {
        return new VersionStamp(resource, record.version(), record.nanos());
    }

    private StampRecord read(String resource, LockOwner owner, long began) {
        for (int failures = 1; ; failures++) {
            try {
                StampRecord found = store.readStamp(resource, patience());
                return found == null ? NONE : found;
            } catch (StoreException failure) {
                if (!maySoon(failure, failures)) {
                    throw failed(resource, owner, LockMode.READ, failure, began);
                }
                engine.clock.source().parkUntil(this, engine.clock.now() + rest(failures));
            }
        }
    }

    private boolean maySoon(StoreException failure, int failures) {
        return leases != null
                && failure.isPassing()
                && failures < leases.settings.attempts()
                && !Thread.currentThread().isInterrupted();
    }

    private long rest(int failures) {
        return leases == null ? 0 : leases.settings.restAfter(failures);
    }

    private void awaitChange(
            String resource, StampRecord found, @Nullable LiveOperation asking, int look, long deadline) {
        StampChange own = refuseSelf(resource, found.changing(), asking);
        if (own != null) {
            own.await(engine.clock.source(), deadline);
        } else if (!repairIfAbandoned(resource, found, look)) {
            long rest = Math.min(LAST_LOOK, FIRST_LOOK << Math.min(look, 10));
            long until = engine.clock.now() + rest;
            engine.clock.source().parkUntil(this, until - deadline < 0 ? until : deadline);
        }
    }

    /** The change, if this node is making it; refused if that is part of what asks. */
    private @Nullable StampChange refuseSelf(
            String resource, @Nullable String changing, @Nullable LiveOperation asking) {
        StampChange own = changing == null ? null : changes.get(changing);
        if (own != null && own.isOf(asking)) {
            throw new IllegalStateException("'" + resource + "' is asked for within its own change"
                    + (own.operation == null ? "" : ", by operation " + own.operation.id)
                    + ": read and compute before the change, and let that only store the result");
        }
        return own;
    }

    // --- what others left behind -----------------------------------------------------------------------------------

    /** Ends a change in the name of a node that is no more, or of one of this node's own that got lost. */
    private boolean repairIfAbandoned(String resource, StampRecord found, int look) {
        String changing = found.changing();
        if (leases == null || changing == null || changes.containsKey(changing)) {
            return false;
        }
        try {
            if (!isAbandoned(leases, changing, look)) {
                return false;
            }
            StampRecord repaired = repaired(found);
            if (store.replaceStamp(resource, found, repaired, patience())) {
                log.info("the change of '{}' by {} was given up, for that is no more", resource, changing);
            }
            return true;
        } catch (StoreException failure) {
            leases.faulty(failure);
            return false;
        }
    }

    private boolean isAbandoned(Leases known, String changing, int look) {
        String session = changing.substring(0, Math.max(0, changing.lastIndexOf('/')));
        NodeSession mine = known.sessionIfAny();
        if (mine != null && mine.id.equals(session)) {
            return true;
        }
        return look % ASK_EVERY == 0
                && known.store.sessions(patience()).stream()
                        .map(SessionInfo::id)
                        .noneMatch(session::equals);
    }

    private StampRecord repaired(StampRecord found) {
        return new StampRecord(found.version() + 1, Math.max(found.nanos() + 1, nanos()), null);
    }

    // --- changing --------------------------------------------------------------------------------------------------

    /** Begins a change if the resource is still this; answers nothing if it is not. */
    @Nullable StampChange begin(
            VersionStamp expected, LockOwner owner, @Nullable LiveOperation operation, @Nullable Thread thread) {
        long began = engine.clock.now();
        String resource = expected.resource();
        try {
            NodeSession session = leases == null ? null : leases.session(patience());
            StampChange change =
                    new StampChange(this, resource, pending(expected, session), session, operation, thread, began);
            return take(change, record(expected), owner) ? change : null;
        } catch (StoreException failure) {
            throw failed(resource, owner, LockMode.WRITE, failure, began);
        }
    }

    private StampRecord pending(VersionStamp expected, @Nullable NodeSession session) {
        String who = (session == null ? local : session.id) + '/' + numbers.incrementAndGet();
        return new StampRecord(expected.version() + 1, Math.max(expected.nanos() + 1, nanos()), who);
    }

    private static @Nullable StampRecord record(VersionStamp stamp) {
        return stamp.version() == 0 && stamp.nanos() == 0
                ? null
                : new StampRecord(stamp.version(), stamp.nanos(), null);
    }

    private boolean take(StampChange change, @Nullable StampRecord expected, LockOwner owner) {
        String who = String.valueOf(change.pending.changing());
        changes.put(who, change);
        boolean taken = false;
        try {
            // only now that closing waits for this change, or has been seen
            refuseIfClosed(change.resource, owner, LockMode.WRITE, change.began);
            taken = store.replaceStamp(change.resource, expected, change.pending, patience());
            return taken;
        } catch (StoreException unknown) {
            StampRecord then = repaired(change.pending);
            settleLater(change, () -> replace(change, change.pending, then) || replace(change, expected, then));
            throw unknown;
        } finally {
            if (!taken) {
                over(change);
            }
        }
    }

    private void over(StampChange change) {
        changes.remove(String.valueOf(change.pending.changing()));
        change.ended();
        if (engine.isClosed()) {
            engine.holdEndedAfterClose();
        }
    }

    /** Ends a change of this node. */
    void end(StampChange change) {
        boolean alone;
        try {
            alone = store.replaceStamp(change.resource, change.pending, change.done(), patience());
        } catch (StoreException unknown) {
            settleLater(change, () -> replace(change, change.pending, change.done()));
            alone = change.session == null || change.session.isValid(now());
        } finally {
            over(change);
        }
        if (!alone) {
            throw lost(change);
        }
    }

    private long now() {
        return leases == null ? engine.clock.now() : leases.now();
    }

    private boolean replace(StampChange change, @Nullable StampRecord expected, StampRecord then) {
        return store.replaceStamp(change.resource, expected, then, patience());
    }

    /**
     * Until the store answers, or has ended the session, which comes to the same. What was to begin may still be on its way to the store,
     * so that it does not matter which of the two stamps is there: afterwards it is neither.
     */
    private void settleLater(StampChange change, BooleanSupplier settled) {
        if (leases != null) {
            log.debug("whether '{}' is still being changed is looked after", change.resource);
            leases.later(SETTLE_AGAIN, () -> settle(change, settled));
        }
    }

    private void settle(StampChange change, BooleanSupplier settled) {
        try {
            if (settled.getAsBoolean()) {
                log.debug("'{}' is not being changed any more", change.resource);
            }
        } catch (StoreException unknown) {
            if (change.session != null && !change.session.isOver() && !engine.isClosed()) {
                settleLater(change, settled);
            }
        }
    }

    // --- the end ---------------------------------------------------------------------------------------------------

    boolean isClosed() {
        return engine.isClosed();
    }

    /** Whether this node is changing anything; who closes it waits for that as for those who hold locks. */
    boolean isChanging() {
        return !changes.isEmpty();
    }

    /** Those that wait for a change look up, and see that the manager is closed. */
    void wakeAll() {
        changes.values().forEach(StampChange::wake);
    }

    private void refuseIfClosed(String resource, LockOwner owner, LockMode mode, long began) {
        if (engine.isClosed()) {
            throw new LockClosedException(
                    "'" + resource + "' cannot be " + done(mode) + " for '" + owner.name()
                            + "': the lock manager of node '" + engine.settings.node() + "' is closed",
                    attempt(resource, mode, owner, began),
                    null);
        }
    }

    // --- time and failures -----------------------------------------------------------------------------------------

    private Duration patience() {
        return leases == null ? Duration.ZERO : leases.patience();
    }

    private long nanos() {
        Instant now = leases == null ? engine.clock.instant() : leases.storeTimeOrOwn();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    private static String done(LockMode mode) {
        return mode == LockMode.READ ? "read" : "changed";
    }

    private LockAttempt attempt(String resource, LockMode mode, LockOwner owner, long began) {
        return new LockAttempt(resource, mode, owner, Duration.ofNanos(engine.clock.now() - began));
    }

    private LockStoreException failed(
            String resource, LockOwner owner, LockMode mode, StoreException failure, long began) {
        if (leases != null) {
            leases.faulty(failure);
        }
        return new LockStoreException(
                "the stamp of '" + resource + "' could not be " + done(mode) + " for '" + owner.name() + "': "
                        + failure.getMessage(),
                attempt(resource, mode, owner, began),
                failure);
    }

    private LockTimeoutException tookTooLong(String resource, LockOwner owner, @Nullable String changing, long began) {
        return new LockTimeoutException(
                "'" + owner.name() + "' could not take a stamp of '" + resource + "': it is being changed by "
                        + changing
                        + ", and that takes longer than there is time. A change should be short: compute before it",
                attempt(resource, LockMode.READ, owner, began),
                List.of(),
                0);
    }

    private LockInterruptedException interrupted(String resource, LockOwner owner, long began) {
        Thread.currentThread().interrupt();
        return new LockInterruptedException(
                "'" + owner.name() + "' was interrupted while '" + resource
                        + "' was being changed; the interrupt flag is set again",
                attempt(resource, LockMode.READ, owner, began),
                null);
    }

    private LockLostException lost(StampChange change) {
        LockOwner owner = change.operation == null ? engine.owners.current().identity() : change.operation.owner;
        return new LockLostException(
                "'" + change.resource + "' was changed under the stamp " + change.next() + ", but node '"
                        + engine.settings.node()
                        + "' was taken for dead meanwhile, and others may have changed it at the same"
                        + " time. Look at what is stored; a storage that refuses lower versions keeps this from happening",
                attempt(change.resource, LockMode.WRITE, owner, change.began),
                null);
    }
}
