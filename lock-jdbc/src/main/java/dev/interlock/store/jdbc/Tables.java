package dev.interlock.store.jdbc;

import java.util.Collections;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The tables and every statement on them. */
final class Tables {

    static final String DEFAULT_PREFIX = "LOCK_";

    private static final Pattern PREFIX =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_$]{0,62}\\.)?[A-Za-z_][A-Za-z0-9_$]{0,39}");

    final String prefix;
    final String record;
    final String session;
    final String stamp;

    /** Adds a record: name, version, busy, body. */
    final Writing insertRecord;
    /** Replaces a record: version, busy, body; name, version. */
    final Writing updateRecord;
    /** The time and the record, if there is one: name. */
    final String selectRecord;

    final String insertSession;
    /** Keeps a session alive that nobody left word for: time to live, published; id. */
    final String beatQuietly;
    /** Keeps a session alive and clears the notices that have been read: time to live, published; id, notices. */
    final String beatAndClear;

    final String selectNotices;
    final String addNotice;
    final String deleteSession;
    final String selectSessions;
    final String selectExpired;
    final String selectSince;

    /** Version, time, and who is changing it: name. */
    final String selectStamp;

    private final Dialect dialect;

    /** A statement that writes a record: by itself, and so that it tells those who wait, if the database can. */
    record Writing(String plain, @Nullable String telling) {}

    Tables(String prefix, Dialect dialect) {
        this.prefix = requirePrefix(prefix);
        this.dialect = dialect;
        String now = dialect.now();
        String alive = " AND expires > " + now + dialect.condition();
        record = prefix + "RECORD";
        session = prefix + "SESSION";
        stamp = prefix + "STAMP";
        insertRecord = writing(dialect.insert(record, "name, version, busy, body, touched", "?, ?, ?, ?, " + now));
        updateRecord = writing("UPDATE " + record + " SET version = ?, busy = ?, body = ?, touched = " + now
                + " WHERE name = ? AND version = ?" + dialect.condition());
        selectRecord = "SELECT " + now + ", r.version, r.body FROM (SELECT 1 AS one) o LEFT JOIN " + record
                + " r ON r.name = ?";
        insertSession = dialect.insert(
                session, "id, node, published, notices, since, expires", "?, ?, ?, ?, " + now + ", " + now + " + ?");
        beatQuietly = "UPDATE " + session + " SET expires = " + now + " + ?, published = ? WHERE id = ? AND notices = '"
                + Notices.NONE + "'" + alive;
        beatAndClear = "UPDATE " + session + " SET expires = " + now + " + ?, published = ?, notices = '" + Notices.NONE
                + "' WHERE id = ? AND notices = ?" + alive;
        selectNotices = "SELECT notices FROM " + session + " WHERE id = ? AND expires > " + now;
        addNotice = "UPDATE " + session + " SET notices = CONCAT(notices, ?) WHERE id = ?" + alive;
        deleteSession = "DELETE FROM " + session + " WHERE id = ?" + dialect.condition();
        selectSessions = "SELECT id, " + lives(now) + ", node, since, published FROM " + session;
        selectExpired = "SELECT id FROM " + session + " WHERE expires <= " + now;
        selectSince = "SELECT since FROM " + session + " WHERE id = ?";
        selectStamp = "SELECT version, nanos, changing FROM " + stamp + " WHERE name = ?";
    }

    /** Refuses what could be more than the beginning of a name. */
    static String requirePrefix(String prefix) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("the table prefix '" + prefix
                    + "' is no good: it takes letters, digits and underscores, and may begin with a schema and a dot");
        }
        return prefix;
    }

    private Writing writing(String plain) {
        return new Writing(plain, dialect.telling(plain).orElse(null));
    }

    String selectRecords(int count) {
        return "SELECT version, body FROM " + record + in("name", count);
    }

    String selectBusy(int limit) {
        return dialect.firstRows("SELECT version, body FROM " + record + " WHERE busy = 1", limit);
    }

    /** Names of records that have been idle for so long: micros. */
    String selectIdle(int limit) {
        return dialect.firstRows("SELECT name FROM " + record + " WHERE" + idle(), limit);
    }

    /** Removes those of these records that are still idle: names, micros. */
    String deleteIdle(int count) {
        return "DELETE FROM " + record + in("name", count) + " AND" + idle() + dialect.condition();
    }

    private String idle() {
        return " busy = 0 AND touched < " + dialect.now() + " - ?";
    }

    /** Which of these sessions there are, and whether their time has come: ids. */
    String selectAmong(int count) {
        return "SELECT id, " + lives(dialect.now()) + " FROM " + session + in("id", count);
    }

    /** Adds a stamp: name, version, nanos, and who is changing the resource, if anybody is. */
    String insertStamp(boolean isChanging) {
        return dialect.insert(stamp, "name, version, nanos, changing", "?, ?, ?, " + (isChanging ? "?" : "NULL"));
    }

    /** Replaces a stamp: version, nanos, who is changing, if anybody; name, version, nanos, who was changing, if anybody. */
    String updateStamp(boolean wasChanging, boolean isChanging) {
        return "UPDATE " + stamp + " SET version = ?, nanos = ?, changing = " + (isChanging ? "?" : "NULL")
                + " WHERE name = ? AND version = ? AND nanos = ? AND changing " + (wasChanging ? "= ?" : "IS NULL")
                + dialect.condition();
    }

    private static String lives(String now) {
        return "CASE WHEN expires > " + now + " THEN 1 ELSE 0 END";
    }

    /** Removes those of these sessions whose time has come: ids. */
    String deleteExpired(int count) {
        return "DELETE FROM " + session + in("id", count) + " AND expires <= " + dialect.now() + dialect.condition();
    }

    private static String in(String column, int count) {
        return " WHERE " + column + " IN (" + String.join(", ", Collections.nCopies(count, "?")) + ")";
    }
}
