package dev.interlock.store.jdbc;

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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Locks that meet in a database.
 *
 * <p>The store borrows connections from the user's {@link DataSource}, each for statements of its own that commit by themselves: it never
 * takes part in anybody's transaction. It holds a few at most, whatever waits; those that were used lately are kept a few seconds, and one as
 * long as a session lives, for its heartbeats. On PostgreSQL one more listens for notifications, and the store is a {@link
 * dev.interlock.spi.ChangeFeed}.
 */
public class JdbcLockStore implements LockStore, ScannableStore, StampStore {

    private static final Duration FOR_CLOSING = Duration.ofSeconds(2);

    private final Parts parts;
    private final Tables tables;
    private final Database database;
    private final Sessions sessions;
    private final Records records;
    private final Stamps stamps;
    private final Setup setup;

    JdbcLockStore(Parts parts) {
        Map<String, Notices> own = new ConcurrentHashMap<>();
        this.parts = parts;
        tables = new Tables(parts.prefix(), parts.dialect());
        database = new Database(
                parts.dialect(), tables, parts.where(), parts.helpers(), parts.lines(() -> !own.isEmpty()));
        sessions = new Sessions(database, own);
        records = new Records(database, sessions);
        stamps = new Stamps(database);
        setup = new Setup(database);
    }

    /** What a store is made of. */
    record Parts(
            Dialect dialect,
            String prefix,
            Where where,
            Helpers helpers,
            Lines.Source source,
            int connections,
            Duration longestIdle) {

        Lines lines(BooleanSupplier keepOne) {
            return new Lines(helpers, source, connections, longestIdle, keepOne);
        }
    }

    /** Begins with the database behind this. */
    public static JdbcLockStoreBuilder builder(DataSource dataSource) {
        return new JdbcLockStoreBuilder(dataSource);
    }

    @Override
    public String kind() {
        return "jdbc";
    }

    @Override
    public String describe() {
        return parts.where() + ", tables " + tables.record + " and " + tables.session;
    }

    /** {@inheritDoc} Without the table of stamps, locks are good all the same: that is only logged. */
    @Override
    public void check(Duration patience) {
        setup.check(patience);
    }

    /** Makes the tables, if they are not there, by the script for this database. */
    public void createTables(Duration patience) {
        setup.create(patience);
    }

    /** Drops the tables, if they are there, with all that is in them. */
    public void dropTables(Duration patience) {
        setup.drop(patience);
    }

    @Override
    public <R extends @Nullable Object> Updated<R> update(
            RecordKey key, @Nullable Guess guess, Step<R> step, Duration patience) {
        return records.update(key, guess, step, patience);
    }

    @Override
    public List<LockRecord> read(Collection<RecordKey> keys, Duration patience) {
        return records.read(keys, patience);
    }

    @Override
    public List<LockRecord> busy(int limit, Duration patience) {
        return records.busy(limit, patience);
    }

    @Override
    public int sweep(Duration idleFor, Duration patience) {
        return records.sweep(idleFor, patience);
    }

    @Override
    public @Nullable StampRecord readStamp(String resource, Duration patience) {
        return stamps.read(resource, patience);
    }

    @Override
    public boolean replaceStamp(String resource, @Nullable StampRecord expected, StampRecord next, Duration patience) {
        return stamps.replace(resource, expected, next, patience);
    }

    @Override
    public SessionStart beginSession(String node, Duration timeToLive, Duration patience) {
        return sessions.begin(node, timeToLive, patience);
    }

    @Override
    public Heartbeat beat(String session, Duration timeToLive, String published, Duration patience) {
        return sessions.beat(session, timeToLive, published, patience);
    }

    @Override
    public boolean tell(String session, String notice, Duration patience) {
        return sessions.tell(session, notice, patience);
    }

    @Override
    public void endSession(String session, Duration patience) {
        sessions.end(session, patience);
    }

    @Override
    public List<SessionInfo> sessions(Duration patience) {
        return sessions.list(patience);
    }

    /** Gives all connections back. The {@link DataSource} stays open, and sessions end in their time. */
    @Override
    public void close() {
        CompletableFuture<?> given = database.close();
        try (Patience patience = Patience.of(FOR_CLOSING)) {
            patience.await(given);
        } catch (ExecutionException | TimeoutException late) {
            // The helpers see to it.
        }
    }
}
