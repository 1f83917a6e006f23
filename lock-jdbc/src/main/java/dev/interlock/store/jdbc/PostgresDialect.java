package dev.interlock.store.jdbc;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/** PostgreSQL, and what speaks like it. */
final class PostgresDialect implements Dialect {

    /** For one statement alone: nothing is left behind on a connection that a proxy may hand on to others. */
    private static final String WAIT = "set_config('lock_timeout', '200ms', true) IS NOT NULL";

    /** The channel of a session is this and its name. */
    static final String CHANNEL = "interlock_";

    /** A table, or the type that comes with it: two who make one at the same time see it in spite of IF NOT EXISTS. */
    private static final Set<String> EXISTS = Set.of("42P07", "42710");

    @Override
    public String name() {
        return "postgresql";
    }

    /** The time of the clock, not that at which the statement came in: it may have waited since. */
    @Override
    public String now() {
        return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";
    }

    /** Every error is a line in the server's log, and a lost race should be none. */
    @Override
    public String insert(String table, String columns, String values) {
        return "INSERT INTO " + table + " (" + columns + ") SELECT " + values + " WHERE " + WAIT
                + " ON CONFLICT DO NOTHING";
    }

    @Override
    public String condition() {
        return " AND " + WAIT;
    }

    @Override
    public Optional<String> telling(String write) {
        return Optional.of("WITH done AS (" + write + " RETURNING 1) SELECT pg_notify('" + CHANNEL + "' || told, ?)"
                + " FROM done, unnest(string_to_array(?, ',')) AS told");
    }

    @Override
    public Fault faultOf(SQLException error) {
        String state = error.getSQLState();
        return state != null && EXISTS.contains(state) ? Fault.DUPLICATE : Fault.of(error);
    }
}
