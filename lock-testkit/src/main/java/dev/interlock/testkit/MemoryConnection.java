package dev.interlock.testkit;

import dev.interlock.spi.Change;
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
import dev.interlock.spi.StoreException;
import dev.interlock.spi.StoreView;
import dev.interlock.spi.Updated;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One manager's way to a {@link SharedMemoryStore}. */
final class MemoryConnection implements LockStore, ScannableStore, ChangeFeed, StampStore {

    private final SharedMemoryStore space;
    private final Hints hints;
    private volatile boolean closed;

    MemoryConnection(SharedMemoryStore space, Hints hints) {
        this.space = space;
        this.hints = hints;
    }

    private SharedMemoryStore open() {
        if (closed) {
            throw StoreException.lasting(describe() + " is closed: connect() gives another connection", null);
        }
        return space;
    }

    @Override
    public String kind() {
        return "shared-memory";
    }

    @Override
    public String describe() {
        return "a connection to shared memory";
    }

    @Override
    public void check(Duration patience) {
        open();
    }

    @Override
    public <R extends @Nullable Object> Updated<R> update(
            RecordKey key, @Nullable Guess guess, Step<R> step, Duration patience) {
        long begin = System.nanoTime();
        open();
        Updated<R> updated = guess == null ? null : guessed(key, guess, step);
        while (updated == null) {
            updated = read(key, step);
            if (updated == null && System.nanoTime() - begin > TimeUnit.NANOSECONDS.convert(patience)) {
                throw StoreException.passing(
                        "others changed the record of '" + key.resource() + "' again and again for " + patience, null);
            }
        }
        return updated;
    }

    private <R extends @Nullable Object> @Nullable Updated<R> guessed(RecordKey key, Guess guess, Step<R> step) {
        Change<R> change = step.apply(guess.record(), guess.view());
        return change.next() == null ? null : replace(key, guess.record(), change, null);
    }

    private <R extends @Nullable Object> @Nullable Updated<R> read(RecordKey key, Step<R> step) {
        Now view = new Now(open());
        LockRecord current = space.find(key);
        Change<R> change = step.apply(current, view);
        return change.next() == null
                ? new Updated<>(change.result(), current, view.now())
                : replace(key, current, change, view.now());
    }

    private <R extends @Nullable Object> @Nullable Updated<R> replace(
            RecordKey key, @Nullable LockRecord expected, Change<R> change, @Nullable Instant now) {
        LockRecord next = change.next();
        if (next == null || !next.key().equals(key)) {
            throw new IllegalArgumentException("the record of '" + key.resource() + "' cannot become " + next);
        }
        LockRecord stored = open().replace(key, expected, next);
        if (stored == null) {
            return null;
        }
        hints.tell(change.tell(), key);
        return new Updated<>(change.result(), stored, now);
    }

    /** What is known here, at one moment. */
    private record Now(SharedMemoryStore space, Instant now) implements StoreView {

        Now(SharedMemoryStore space) {
            this(space, space.now());
        }

        @Override
        public boolean isAlive(String session) {
            return space.isAlive(session);
        }
    }

    @Override
    public List<LockRecord> read(Collection<RecordKey> keys, Duration patience) {
        return open().read(keys);
    }

    @Override
    public SessionStart beginSession(String node, Duration timeToLive, Duration patience) {
        return open().begin(node, timeToLive);
    }

    @Override
    public Heartbeat beat(String session, Duration timeToLive, String published, Duration patience) {
        return open().beat(session, timeToLive, published);
    }

    @Override
    public boolean tell(String session, String notice, Duration patience) {
        return open().tell(session, notice);
    }

    @Override
    public void endSession(String session, Duration patience) {
        open().end(session);
    }

    @Override
    public List<SessionInfo> sessions(Duration patience) {
        return open().sessions();
    }

    @Override
    public List<LockRecord> busy(int limit, Duration patience) {
        return open().busy(limit);
    }

    @Override
    public int sweep(Duration idleFor, Duration patience) {
        return open().sweep(idleFor);
    }

    @Override
    public @Nullable StampRecord readStamp(String resource, Duration patience) {
        return open().findStamp(resource);
    }

    @Override
    public boolean replaceStamp(String resource, @Nullable StampRecord expected, StampRecord next, Duration patience) {
        return open().replaceStamp(resource, expected, next);
    }

    @Override
    public AutoCloseable subscribe(String session, Consumer<RecordKey> hint) {
        open();
        return hints.subscribe(session, key -> {
            if (!closed) {
                hint.accept(key);
            }
        });
    }

    @Override
    public void close() {
        closed = true;
    }
}
