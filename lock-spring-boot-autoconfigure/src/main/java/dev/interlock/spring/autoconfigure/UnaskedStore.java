package dev.interlock.spring.autoconfigure;

import dev.interlock.spi.ChangeFeed;
import dev.interlock.spi.Guess;
import dev.interlock.spi.Heartbeat;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.ScannableStore;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.StampRecord;
import dev.interlock.spi.StampStore;
import dev.interlock.spi.Step;
import dev.interlock.spi.Updated;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store that nobody asked for by name: it is not touched before the first lock is asked of it. */
final class UnaskedStore<S extends LockStore & ChangeFeed & ScannableStore & StampStore>
        implements LockStore, ChangeFeed, ScannableStore, StampStore {

    private final S store;
    private volatile boolean used;

    UnaskedStore(S store) {
        this.store = store;
    }

    @Override
    public String kind() {
        return store.kind();
    }

    @Override
    public String describe() {
        return store.describe();
    }

    @Override
    public void check(Duration patience) {
        // whoever asks for a lock is told
    }

    @Override
    public <R extends @Nullable Object> Updated<R> update(
            RecordKey key, @Nullable Guess guess, Step<R> step, Duration patience) {
        used = true;
        return store.update(key, guess, step, patience);
    }

    @Override
    public SessionStart beginSession(String node, Duration timeToLive, Duration patience) {
        used = true;
        return store.beginSession(node, timeToLive, patience);
    }

    @Override
    public List<LockRecord> read(Collection<RecordKey> keys, Duration patience) {
        return used ? store.read(keys, patience) : List.of();
    }

    @Override
    public List<SessionInfo> sessions(Duration patience) {
        return used ? store.sessions(patience) : List.of();
    }

    @Override
    public List<LockRecord> busy(int limit, Duration patience) {
        return used ? store.busy(limit, patience) : List.of();
    }

    @Override
    public int sweep(Duration idleFor, Duration patience) {
        return used ? store.sweep(idleFor, patience) : 0;
    }

    @Override
    public @Nullable StampRecord readStamp(String resource, Duration patience) {
        used = true;
        return store.readStamp(resource, patience);
    }

    @Override
    public boolean replaceStamp(String resource, @Nullable StampRecord expected, StampRecord next, Duration patience) {
        used = true;
        return store.replaceStamp(resource, expected, next, patience);
    }

    @Override
    public Heartbeat beat(String session, Duration timeToLive, String published, Duration patience) {
        return store.beat(session, timeToLive, published, patience);
    }

    @Override
    public boolean tell(String session, String notice, Duration patience) {
        return store.tell(session, notice, patience);
    }

    @Override
    public void endSession(String session, Duration patience) {
        store.endSession(session, patience);
    }

    @Override
    public AutoCloseable subscribe(String session, Consumer<RecordKey> hint) {
        return store.subscribe(session, hint);
    }

    @Override
    public Duration firstLook() {
        return store.firstLook();
    }

    @Override
    public void close() {
        store.close();
    }
}
