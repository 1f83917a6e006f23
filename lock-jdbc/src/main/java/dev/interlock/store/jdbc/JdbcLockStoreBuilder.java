package dev.interlock.store.jdbc;

import dev.interlock.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Puts a {@link JdbcLockStore} together. */
public final class JdbcLockStoreBuilder {

    private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);
    private static final Duration DEFAULT_IDLE = Duration.ofSeconds(5);
    private static final int DEFAULT_CONNECTIONS = 4;

    private final DataSource dataSource;
    private final Helpers helpers = new Helpers();
    private String prefix = Tables.DEFAULT_PREFIX;
    private @Nullable Dialect dialect;
    private boolean notifications = true;
    private int connections = DEFAULT_CONNECTIONS;
    private Duration longestIdle = DEFAULT_IDLE;
    private Duration patience = DEFAULT_PATIENCE;

    JdbcLockStoreBuilder(DataSource dataSource) {
        this.dataSource = Objects.requireNonNull(dataSource, "the data source is null");
    }

    /**
     * What the names of the tables begin with, {@code LOCK_} unless said otherwise. It may name a schema, as in {@code ops.LOCK_}.
     *
     * @throws IllegalArgumentException if it is anything but letters, digits and underscores
     */
    public JdbcLockStoreBuilder tablePrefix(String begin) {
        prefix = Tables.requirePrefix(begin);
        return this;
    }

    /** How this database is spoken to, if it is none of those that are known. */
    public JdbcLockStoreBuilder dialect(Dialect words) {
        dialect = Objects.requireNonNull(words, "the dialect is null");
        return this;
    }

    /** Whether to listen for notifications where the database has them, which takes a connection for as long as the store is open. */
    public JdbcLockStoreBuilder notifications(boolean wanted) {
        notifications = wanted;
        return this;
    }

    /**
     * How many connections may be in use at the same time, besides the one for heartbeats and the one for notifications: four unless
     * said otherwise.
     */
    public JdbcLockStoreBuilder connections(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("a store needs a connection, and was to have " + most);
        }
        connections = most;
        return this;
    }

    /** How long a connection stays at hand that nobody uses, before it is given back: five seconds unless said otherwise. */
    public JdbcLockStoreBuilder longestIdle(Duration length) {
        longestIdle = Objects.requireNonNull(length, "the time is null");
        return this;
    }

    /** How long {@link #build} waits for the database: thirty seconds unless said otherwise. */
    public JdbcLockStoreBuilder patience(Duration length) {
        patience = Objects.requireNonNull(length, "the patience is null");
        return this;
    }

    /**
     * Connects once to see which database it is. The tables are not looked for yet.
     *
     * @throws StoreException if the database cannot be reached, or needs a dialect that is not known
     */
    public JdbcLockStore build() {
        Seen seen = look();
        Dialect words = dialect == null ? seen.dialect() : dialect;
        JdbcLockStore.Parts parts = new JdbcLockStore.Parts(
                words,
                prefix,
                seen.where,
                helpers,
                () -> Line.of(dataSource.getConnection(), words, helpers),
                connections,
                longestIdle);
        return notifications && seen.hears && words.telling("").isPresent()
                ? new PostgresLockStore(parts, dataSource)
                : new JdbcLockStore(parts);
    }

    /** What a first connection shows. */
    private record Seen(Where where, boolean hears) {

        static Seen of(Connection connection) throws SQLException {
            return new Seen(Where.of(connection), PostgresDriver.isBehind(connection));
        }

        Dialect dialect() {
            Dialect known = Dialects.of(where.product());
            if (known == null) {
                throw StoreException.lasting(
                        "no dialect is known for " + where + ": hand one to the builder of the store", null);
            }
            return known;
        }
    }

    private Seen look() {
        FutureTask<Seen> looking = new FutureTask<>(this::connect);
        helpers.execute(looking);
        try (Patience limit = Patience.of(patience)) {
            return limit.await(looking);
        } catch (TimeoutException over) {
            throw StoreException.passing(
                    "the data source gave no connection within " + patience.toMillis() + " ms", over);
        } catch (ExecutionException refused) {
            throw Faults.refused("the data source gave no connection", refused, Fault::of);
        }
    }

    private Seen connect() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return Seen.of(connection);
        }
    }
}
