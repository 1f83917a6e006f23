package dev.interlock.store.jdbc;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What differs between databases. H2, PostgreSQL, MariaDB and MySQL are known; for another one, hand your own to {@link
 * JdbcLockStoreBuilder#dialect}. Any database will do that has binary keys, 64-bit integers, {@code CONCAT}, and whose single
 * statements are atomic: an {@code UPDATE} that waited for another transaction must look at its condition again.
 *
 * <p>The tables have these columns; see the scripts beside this class for their types.
 *
 * <ul>
 *   <li>{@code LOCK_RECORD}: {@code name} binary, the key; {@code version} and {@code touched} 64-bit; {@code busy} 16-bit;
 *       {@code body} ASCII text of any length
 *   <li>{@code LOCK_SESSION}: {@code id} ASCII, the key; {@code since} and {@code expires} 64-bit; {@code node} and {@code
 *       notices} ASCII text of any length, {@code published} binary of any length
 *   <li>{@code LOCK_STAMP}, for changes without locks: {@code name} binary, the key; {@code version} and {@code nanos} 64-bit;
 *       {@code changing} binary of 200 bytes, or {@code NULL}
 * </ul>
 */
public interface Dialect {

    /** Names the dialect, and its scripts {@code schema-<name>.sql} and {@code drop-<name>.sql} in this package, if there are any. */
    String name();

    /**
     * An expression for the database's time as microseconds since 1970, a 64-bit integer. The time zone of the session must have
     * no say in it, not even in the hour that a change to winter time repeats.
     */
    String now();

    /**
     * Adds a row unless there is one of that key. A {@link Fault#DUPLICATE} error serves as well as no row, so that the plain
     * {@code INSERT} is good unless the error spoils the connection or is dear.
     */
    default String insert(String table, String columns, String values) {
        return "INSERT INTO " + table + " (" + columns + ") VALUES (" + values + ")";
    }

    /**
     * One more condition for any {@code UPDATE} or {@code DELETE}, beginning with {@code AND}; by it a database may be told for
     * this statement how long to wait for the locks of others.
     */
    default String condition() {
        return "";
    }

    /** How to tell a connection how long to wait for the locks of others; {@code null} if {@link #condition} sees to it. */
    default @Nullable LockWait lockWait() {
        return null;
    }

    /** The first rows of what this asks for. */
    default String firstRows(String select, int rows) {
        return select + " LIMIT " + rows;
    }

    /**
     * The same writing statement, which, if it changes a row, also wakes those who wait: two parameters more at the end, the
     * resource as ASCII text and the sessions, separated by commas; and a row in answer for each session if it changed anything,
     * no row if not. Empty if the database cannot; then waiters look again from time to time.
     */
    default Optional<String> telling(String write) {
        return Optional.empty();
    }

    /** Whether the database behind this URL runs in this process's memory, so that no network can keep an answer back. */
    default boolean isInProcess(String url) {
        return false;
    }

    /** What an error of this database means. */
    default Fault faultOf(SQLException error) {
        return Fault.of(error);
    }

    /**
     * How a connection is told how long to wait for the locks of others. As it was is noted before, and put back before the
     * connection is given back.
     *
     * @param ask a query for the present setting, a number
     * @param set a statement that sets it, with {@code %s} in place of the number
     * @param value what to set, as short as the database can: the store asks again as long as its patience lasts
     */
    record LockWait(String ask, String set, String value) {}
}
