package dev.interlock.store.jdbc;

import java.sql.SQLException;
import java.util.Set;

/** MariaDB and MySQL. */
final class MySqlDialect implements Dialect {

    /** Deadlock; lock not had in time; the row has changed since the snapshot. */
    private static final Set<Integer> CONFLICTS = Set.of(1213, 1205, 1020);
    /** The connection was killed; the server shuts down. */
    private static final Set<Integer> LOST = Set.of(1927, 1053);
    /** Started read-only, in a read-only transaction, in read-only mode. */
    private static final Set<Integer> READ_ONLY = Set.of(1290, 1792, 1836);
    /** Access to the database, the table, a column denied; wrong user or password; a privilege is missing. */
    private static final Set<Integer> RIGHTS = Set.of(1044, 1045, 1142, 1143, 1227);

    private static final int NO_TABLE = 1146;
    private static final int DUPLICATE = 1062;

    private final String name;
    private final String lockWait;

    MySqlDialect(String name, String lockWait) {
        this.name = name;
        this.lockWait = lockWait;
    }

    @Override
    public String name() {
        return name;
    }

    /** UNIX_TIMESTAMP would not do: it takes a local time, of which there are two in the hour that winter time repeats. */
    @Override
    public String now() {
        return "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))";
    }

    @Override
    public LockWait lockWait() {
        return new LockWait("SELECT @@innodb_lock_wait_timeout", "SET SESSION innodb_lock_wait_timeout = %s", lockWait);
    }

    @Override
    public Fault faultOf(SQLException error) {
        int code = error.getErrorCode();
        if (CONFLICTS.contains(code)) {
            return Fault.CONFLICT;
        }
        if (code == DUPLICATE) {
            return Fault.DUPLICATE;
        }
        if (code == NO_TABLE) {
            return Fault.NO_TABLE;
        }
        return faultOfConnection(error, code);
    }

    private static Fault faultOfConnection(SQLException error, int code) {
        if (LOST.contains(code)) {
            return Fault.LOST;
        }
        if (READ_ONLY.contains(code)) {
            return Fault.READ_ONLY;
        }
        return RIGHTS.contains(code) ? Fault.NO_RIGHTS : Fault.of(error);
    }
}
