package dev.interlock.engine;

import dev.interlock.LockMode;
import dev.interlock.spi.Change;
import dev.interlock.spi.ExclusiveStore;
import dev.interlock.spi.Guess;
import dev.interlock.spi.Heartbeat;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockRecord.Lease;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.Step;
import dev.interlock.spi.StoreException;
import dev.interlock.spi.StoreView;
import dev.interlock.spi.TimeSource;
import dev.interlock.spi.Updated;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets the engine use locks that are exclusive and nothing more. The records of what this node holds are kept here; of all others
 * nothing is known but that somebody has them, so a claim is not kept, and who waits asks again and again.
 */
final class ExclusiveAsLeases implements LockStore {

    private static final String SOMEBODY = "somebody";

    private final ExclusiveStore store;
    private final TimeSource time;
    private final Map<RecordKey, LockRecord> held = new ConcurrentHashMap<>();
    private volatile @Nullable SessionInfo session;

    ExclusiveAsLeases(ExclusiveStore store, TimeSource time) {
        this.store = store;
        this.time = time;
    }

    @Override
    public String kind() {
        return store.kind();
    }

    @Override
    public String describe() {
        return store.describe();
    }

    /** There is nothing to be looked at that would not take a lock. */
    @Override
    public void check(Duration patience) {}

    // --- records ---------------------------------------------------------------------------------------------------

    /** The engine never changes one record twice at a time, nor while it keeps it. */
    @Override
    public <R extends @Nullable Object> Updated<R> update(
            RecordKey key, @Nullable Guess guess, Step<R> step, Duration patience) {
        LockRecord own = held.get(key);
        Change<R> change = step.apply(own, new View());
        LockRecord next = change.next();
        if (next == null) {
            return new Updated<>(change.result(), own, time.instant());
        }
        boolean wanted = !next.leases().isEmpty();
        if (own == null && wanted && !store.tryTake(key.resource(), patience)) {
            return denied(key, step);
        }
        if (wanted) {
            held.put(key, next);
        } else if (own != null) {
            giveBack(key, own, patience);
        }
        return new Updated<>(change.result(), wanted ? next : null, time.instant());
    }

    private void giveBack(RecordKey key, LockRecord own, Duration patience) {
        // not kept alive any more by a heartbeat that comes in between
        held.remove(key);
        try {
            store.giveBack(key.resource(), patience);
        } catch (StoreException failure) {
            held.put(key, own);
            throw failure;
        }
    }

    private <R extends @Nullable Object> Updated<R> denied(RecordKey key, Step<R> step) {
        Lease others = new Lease(SOMEBODY, SOMEBODY, SOMEBODY, LockMode.WRITE, 0, 0, time.instant(), null);
        LockRecord taken = new LockRecord(key, 0, 0, List.of(others), List.of());
        return new Updated<>(step.apply(taken, new View()).result(), null, time.instant());
    }

    private final class View implements StoreView {

        private final Instant now = time.instant();

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public boolean isAlive(String id) {
            return true;
        }
    }

    @Override
    public List<LockRecord> read(Collection<RecordKey> keys, Duration patience) {
        return keys.stream().map(held::get).filter(Objects::nonNull).toList();
    }

    // --- the session -----------------------------------------------------------------------------------------------

    @Override
    public SessionStart beginSession(String node, Duration timeToLive, Duration patience) {
        Instant now = time.instant();
        String id = UUID.randomUUID().toString();
        session = new SessionInfo(id, node, now, "");
        return new SessionStart(id, now);
    }

    /** What is not to be kept is lost by itself, and the rest stays. */
    @Override
    public Heartbeat beat(String id, Duration timeToLive, String published, Duration patience) {
        List<String> lost = new ArrayList<>();
        StoreException failure = null;
        for (Map.Entry<RecordKey, LockRecord> each : List.copyOf(held.entrySet())) {
            String resource = each.getKey().resource();
            try {
                if (!store.keep(resource, timeToLive, patience) && held.remove(each.getKey(), each.getValue())) {
                    lost.add(Leases.lostNotice(resource));
                }
            } catch (StoreException one) {
                failure = one;
            }
        }
        if (failure != null && lost.isEmpty()) {
            throw failure;
        }
        return new Heartbeat(true, lost);
    }

    @Override
    public boolean tell(String id, String notice, Duration patience) {
        return false;
    }

    @Override
    public void endSession(String id, Duration patience) {
        for (Map.Entry<RecordKey, LockRecord> each : List.copyOf(held.entrySet())) {
            giveBack(each.getKey(), each.getValue(), patience);
        }
        session = null;
    }

    @Override
    public List<SessionInfo> sessions(Duration patience) {
        SessionInfo own = session;
        return own == null ? List.of() : List.of(own);
    }

    @Override
    public void close() {
        store.close();
    }
}
