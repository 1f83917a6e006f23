package dev.interlock.store.jdbc;

import dev.interlock.spi.StoreException;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What users are told of faults: what was done, where, why it failed, and what can be done about it. */
final class Faults {

    private final Dialect dialect;
    private final String prefix;
    private final Where where;

    Faults(Dialect dialect, String prefix, Where where) {
        this.dialect = dialect;
        this.prefix = prefix;
        this.where = where;
    }

    StoreException closed() {
        return StoreException.lasting("the store on " + where + " is closed", null);
    }

    StoreException of(Fault fault, String what, List<String> needed, Patience patience, SQLException cause) {
        String start = what + " failed on " + where + ": ";
        String reason = " (" + text(cause) + ")";
        return switch (fault) {
            case CONFLICT ->
                StoreException.passing(
                        start + "for " + patience + " others kept the row or table locked" + reason, cause);
            case LOST ->
                StoreException.passing(
                        start + "the connection broke or did not answer within " + patience
                                + ", so it is not known whether it was done" + reason,
                        cause);
            case PASSING -> StoreException.passing(start + text(cause), cause);
            case READ_ONLY ->
                StoreException.lasting(
                        start + "the database takes no changes, it may be a replica; locks need the one that does"
                                + reason,
                        cause);
            case NO_TABLE -> StoreException.lasting(start + noTable(needed) + reason, cause);
            case NO_RIGHTS -> StoreException.lasting(start + noRights(needed) + reason, cause);
            case DUPLICATE, LASTING -> StoreException.lasting(start + text(cause), cause);
        };
    }

    private String noTable(List<String> needed) {
        String script = Scripts.schema(dialect);
        return (needed.size() == 1 ? "the table " + needed.get(0) + " is" : "the tables " + all(needed) + " are")
                + " not there or not to be seen; "
                + (Scripts.exists(script)
                        ? "run the script " + script + " from the jar of lock-jdbc"
                                + (prefix.equals(Tables.DEFAULT_PREFIX) ? "" : " (with your prefix)")
                                + ", which makes what is missing,"
                                + " or set interlock.jdbc.initialize-schema to 'always'"
                        : "make what is missing as the documentation of Dialect says");
    }

    private static String noRights(List<String> needed) {
        return "the database user lacks a right; it needs SELECT, INSERT, UPDATE and DELETE on " + all(needed);
    }

    private static String all(List<String> tables) {
        return String.join(" and ", tables);
    }

    /** No connection came in time. */
    StoreException noConnection(String what, Patience patience, String lines, Throwable cause) {
        return StoreException.passing(
                what + " failed on " + where + ": no connection came from the pool within " + patience
                        + "; nothing was done (the store has " + lines + ")",
                cause);
    }

    /** The pool or the database gave no connection. */
    StoreException refused(String what, Throwable cause) {
        String start = what + " failed on " + where + ": no connection is to be had, and nothing was done";
        return refused(start, cause, dialect::faultOf);
    }

    /** The same, when the database is not known yet. */
    static StoreException refused(String start, Throwable cause, Function<SQLException, Fault> meaning) {
        SQLException error = sqlIn(cause);
        String message = start + " (" + text(error == null ? cause : error) + ")";
        Fault fault = error == null ? Fault.PASSING : meaning.apply(error);
        return fault == Fault.NO_RIGHTS || fault == Fault.LASTING
                ? StoreException.lasting(message, cause)
                : StoreException.passing(message, cause);
    }

    /** In one line: some drivers write several. */
    private static String text(Throwable cause) {
        return String.valueOf(cause.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** The innermost: pools wrap what drivers throw. */
    private static @Nullable SQLException sqlIn(Throwable cause) {
        SQLException found = null;
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof SQLException error) {
                found = error;
            }
        }
        return found;
    }
}
