package dev.interlock.store.jdbc;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an error of a database means to the store. */
public enum Fault {
    /** There is such a row already. */
    DUPLICATE,
    /** Others stood in the way: a deadlock, a lock not had in time, a lost race. The statement has had no effect. */
    CONFLICT,
    /** The connection is gone, and whether the statement had its effect is not known. */
    LOST,
    /** This database takes no changes. */
    READ_ONLY,
    /** The tables are not there. */
    NO_TABLE,
    /** The database user may not do this. */
    NO_RIGHTS,
    /** Anything else that will be the same the next time. */
    LASTING,
    /** Anything else that may have passed the next time. */
    PASSING;

    /** The standard's state for what has had no effect because of others. */
    static final String NOT_DONE = "40001";

    private static final Set<String> CONFLICTS = Set.of(NOT_DONE, "40P01", "55P03");
    /** PostgreSQL and H2 say exactly what is violated; others only that something is. */
    private static final Set<String> DUPLICATES = Set.of("23505", "23000");

    private static final Set<String> RIGHTS = Set.of("42501", "42502");
    private static final Set<String> TABLES = Set.of("42P01", "42S02", "3F000");
    private static final Set<String> LASTING_CLASSES = Set.of("0A", "22", "23", "3D", "42");

    /** What the error means by its SQL state alone, as the standard and its common extensions have it. */
    public static Fault of(SQLException error) {
        String state = stateOf(error);
        if (error instanceof SQLRecoverableException
                || error instanceof SQLNonTransientConnectionException
                || state.startsWith("08")
                || state.startsWith("57P")) {
            return LOST;
        }
        if (CONFLICTS.contains(state)) {
            return CONFLICT;
        }
        return DUPLICATES.contains(state) ? DUPLICATE : ofWhatMustBeMended(state);
    }

    private static Fault ofWhatMustBeMended(String state) {
        if (state.equals("25006")) {
            return READ_ONLY;
        }
        if (TABLES.contains(state)) {
            return NO_TABLE;
        }
        if (state.startsWith("28") || RIGHTS.contains(state)) {
            return NO_RIGHTS;
        }
        return state.length() == 5 && LASTING_CLASSES.contains(state.substring(0, 2)) ? LASTING : PASSING;
    }

    private static String stateOf(SQLException error) {
        @Nullable String state = error.getSQLState();
        return state == null ? "" : state;
    }

    /** Whether the connection can be used again after it. */
    boolean sparesConnection() {
        return this == DUPLICATE || this == CONFLICT;
    }

    /** Whether another connection may do better at once. */
    boolean isOfThisConnection() {
        return this == LOST || this == READ_ONLY;
    }
}
