package dev.interlock.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/** The only place, with {@link PostgresListener}, that needs PostgreSQL's own driver; it need not be there. */
final class PostgresDriver {

    private PostgresDriver() {}

    /** Whether the connection can hear notifications. */
    static boolean isBehind(Connection connection) throws SQLException {
        try {
            return connection.isWrapperFor(PGConnection.class);
        } catch (LinkageError notThere) {
            return false;
        }
    }
}
