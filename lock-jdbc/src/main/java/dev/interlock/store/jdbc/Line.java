package dev.interlock.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection on loan, made ready for single statements that commit by themselves. It is used by one thread at a time, keeps its
 * statements prepared, and goes back as it came.
 */
final class Line {

    private static final Logger log = LoggerFactory.getLogger(Line.class);
    private static final Duration FOR_OPENING = Duration.ofSeconds(10);

    private final Connection connection;
    private final Dialect dialect;
    private final Executor helpers;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private Patience patience;
    private boolean autoCommit = true;
    private boolean readOnly;
    private int networkTimeout;
    private boolean timesOut;
    private boolean inProcess;
    private @Nullable String lockWait;

    /** When it was last given back. */
    long idleSince;

    /** What it is used for. */
    boolean urgent;

    private Line(Connection connection, Dialect dialect, Executor helpers, Patience patience) {
        this.connection = connection;
        this.dialect = dialect;
        this.helpers = helpers;
        this.patience = patience;
    }

    /** Makes the connection ready. */
    static Line of(Connection connection, Dialect dialect, Executor helpers) throws SQLException {
        try (Patience patience = Patience.of(FOR_OPENING)) {
            Line line = new Line(connection, dialect, helpers, patience);
            try {
                line.prepareForUse();
                return line;
            } catch (SQLException | RuntimeException unusable) {
                line.discard();
                throw unusable;
            }
        }
    }

    private void prepareForUse() throws SQLException {
        timesOut = limitNetwork();
        autoCommit = connection.getAutoCommit();
        readOnly = connection.isReadOnly();
        if (!autoCommit) {
            connection.setAutoCommit(true);
        }
        if (readOnly) {
            connection.setReadOnly(false);
        }
        inProcess = dialect.isInProcess(connection.getMetaData().getURL());
        limitLockWait();
    }

    /** Whether the driver heeds it. */
    private boolean limitNetwork() throws SQLException {
        try {
            networkTimeout = connection.getNetworkTimeout();
            int millis = patience.millis();
            connection.setNetworkTimeout(helpers, millis);
            return connection.getNetworkTimeout() == millis;
        } catch (SQLFeatureNotSupportedException | AbstractMethodError unknown) {
            log.debug("the driver knows no network timeout", unknown);
            return false;
        }
    }

    private void limitLockWait() throws SQLException {
        Dialect.LockWait wait = dialect.lockWait();
        if (wait != null) {
            lockWait = Long.toString(ask(wait.ask()));
            execute(String.format(wait.set(), wait.value()));
        }
    }

    private long ask(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    // --- use -------------------------------------------------------------------------------------------------------

    /** Whether a caller who waits for the database itself can be sure to come back in time. */
    boolean keepsTime() {
        return timesOut || inProcess;
    }

    /** Who uses it from now on has so much time. */
    Line within(Patience limit) {
        patience = limit;
        return this;
    }

    boolean hasTime() {
        return !patience.isOver();
    }

    /** A row, as it is read. */
    @FunctionalInterface
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Changes rows and says how many. */
    int change(String sql, Object... values) throws SQLException {
        return prepare(sql, values).executeUpdate();
    }

    /** Reads rows. */
    <T> List<T> rows(String sql, Reader<T> reader, Object... values) throws SQLException {
        List<T> read = new ArrayList<>();
        try (ResultSet rows = prepare(sql, values).executeQuery()) {
            while (rows.next()) {
                read.add(reader.read(rows));
            }
        }
        return read;
    }

    /** The SQL type of the first column of what this asks for. */
    int typeOf(String sql) throws SQLException {
        try (ResultSet rows = prepare(sql).executeQuery()) {
            return rows.getMetaData().getColumnType(1);
        }
    }

    private PreparedStatement prepare(String sql, Object... values) throws SQLException {
        if (patience.isOver()) {
            throw new SQLException("there was no time left to ask", Fault.NOT_DONE);
        }
        if (timesOut) {
            connection.setNetworkTimeout(helpers, patience.millis());
        }
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        for (int i = 0; i < values.length; i++) {
            set(statement, i + 1, values[i]);
        }
        return statement;
    }

    private static void set(PreparedStatement statement, int index, Object value) throws SQLException {
        if (value instanceof Long number) {
            statement.setLong(index, number);
        } else if (value instanceof Integer number) {
            statement.setInt(index, number);
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(index, bytes);
        } else {
            statement.setString(index, (String) value);
        }
    }

    // --- the end ---------------------------------------------------------------------------------------------------

    /** Gives the connection back as it came. Takes its time, and never throws. */
    void giveBack() {
        try (Patience limit = Patience.of(FOR_OPENING)) {
            within(limit).restore();
            connection.close();
        } catch (SQLException | RuntimeException unclean) {
            log.debug("a connection could not be given back as it came, and is dropped", unclean);
            discard();
        }
    }

    private void restore() throws SQLException {
        if (timesOut) {
            connection.setNetworkTimeout(helpers, patience.millis());
        }
        for (PreparedStatement each : prepared.values()) {
            each.close();
        }
        prepared.clear();
        if (lockWait != null) {
            execute(String.format(Objects.requireNonNull(dialect.lockWait()).set(), lockWait));
        }
        if (readOnly) {
            connection.setReadOnly(true);
        }
        if (!autoCommit) {
            connection.setAutoCommit(false);
        }
        if (timesOut) {
            connection.setNetworkTimeout(helpers, networkTimeout);
        }
    }

    /** Breaks the connection, so that its pool does not lend it again. Takes its time, and never throws. */
    void discard() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException | RuntimeException | AbstractMethodError broken) {
            log.debug("a connection could not be aborted", broken);
        }
        try {
            connection.close();
        } catch (SQLException | RuntimeException broken) {
            log.debug("a broken connection could not be closed", broken);
        }
    }
}
