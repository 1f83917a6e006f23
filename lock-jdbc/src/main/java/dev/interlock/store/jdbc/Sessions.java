package dev.interlock.store.jdbc;

import dev.interlock.spi.Heartbeat;
import dev.interlock.spi.RecordText;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.SessionStart;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The sessions of nodes.
 *
 * <p>A session lives while it has a row whose time lies ahead by the database's clock. That its time has come is not enough to call it
 * dead: its heartbeat may be under way, and be let in by a database whose clock was set back. So nobody is told of a death before the
 * row has been deleted, by a statement that looks at the time once more: a heartbeat that came first keeps the row and the session; one
 * that comes later finds no row. As no row is ever made anew under an old name, the dead stay dead.
 *
 * <p>While there are sessions one connection stays on loan, and heartbeats come before all else: they never wait for a pool that others
 * have exhausted.
 */
final class Sessions {

    private static final int NAME_LENGTH = 36;

    private final Database database;
    private final Tables tables;
    private final Map<String, Notices> own;

    Sessions(Database database, Map<String, Notices> own) {
        this.database = database;
        this.tables = database.tables;
        this.own = own;
    }

    /** Whether this could be the name of a session: anything else need not be asked for, nor would every database take it. */
    static boolean isName(String session) {
        return session.length() == NAME_LENGTH
                && session.chars().allMatch(each -> each == '-' || (each < 128 && Character.digit(each, 16) >= 0));
    }

    SessionStart begin(String node, Duration timeToLive, Duration patience) {
        String name = UUID.randomUUID().toString();
        long since = database.askUrgently(() -> "beginning a session", patience, line -> {
            try {
                line.change(
                        tables.insertSession,
                        name,
                        RecordText.escape(node),
                        new byte[0],
                        Notices.NONE,
                        micros(timeToLive));
            } catch (SQLException error) {
                if (database.dialect.faultOf(error) != Fault.DUPLICATE) {
                    throw error;
                }
            }
            return line.rows(tables.selectSince, row -> row.getLong(1), name).get(0);
        });
        own.put(name, new Notices());
        return new SessionStart(name, RecordText.ofMicros(since));
    }

    private static long micros(Duration duration) {
        return TimeUnit.SECONDS.toMicros(duration.toSeconds()) + duration.toNanosPart() / 1000;
    }

    Heartbeat beat(String session, Duration timeToLive, String published, Duration patience) {
        if (!isName(session)) {
            return new Heartbeat(false, List.of());
        }
        Notices notices = own.computeIfAbsent(session, any -> new Notices());
        Beat beat = new Beat(tables, session, micros(timeToLive), Bytes.of(published), notices);
        boolean alive = database.askUrgently(() -> "the heartbeat", patience, beat);
        if (!alive) {
            own.remove(session);
        }
        return new Heartbeat(alive, alive ? notices.take() : List.of());
    }

    boolean tell(String session, String notice, Duration patience) {
        if (!isName(session)) {
            return false;
        }
        String word = Notices.line(notice);
        return database.ask(() -> "leaving word for a session", patience, line -> tell(line, session, word));
    }

    private boolean tell(Line line, String session, String word) throws SQLException {
        while (line.change(tables.addNotice, word, session) == 0) {
            if (living(line, Set.of(session)).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    void end(String session, Duration patience) {
        if (isName(session)) {
            own.remove(session);
            database.askUrgently(
                    () -> "ending a session", patience, line -> line.change(tables.deleteSession, session));
        }
    }

    List<SessionInfo> list(Duration patience) {
        return database.ask(() -> "listing sessions", patience, this::list);
    }

    private List<SessionInfo> list(Line line) throws SQLException {
        Map<String, SessionInfo> living = new LinkedHashMap<>();
        Map<String, SessionInfo> doubtful = new LinkedHashMap<>();
        line.rows(tables.selectSessions, row -> (row.getInt(2) == 1 ? living : doubtful)
                .put(row.getString(1), info(row)));
        for (String each : living(line, doubtful.keySet())) {
            living.put(each, Objects.requireNonNull(doubtful.get(each)));
        }
        return List.copyOf(living.values());
    }

    private static SessionInfo info(ResultSet row) throws SQLException {
        return new SessionInfo(
                row.getString(1),
                RecordText.unescape(row.getString(3)),
                RecordText.ofMicros(row.getLong(4)),
                Bytes.text(row.getBytes(5)));
    }

    /** Those among these sessions that live. The others are dead for good. */
    Set<String> living(Line line, Set<String> names) throws SQLException {
        Set<String> living = new HashSet<>();
        for (Object[] some : Chunks.of(names.stream().filter(Sessions::isName).toList())) {
            living.addAll(livingAmong(line, some));
        }
        return living;
    }

    private List<String> livingAmong(Line line, Object[] names) throws SQLException {
        List<Known> known = known(line, names);
        if (known.stream().allMatch(Known::lives)) {
            return known.stream().map(Known::name).toList();
        }
        line.change(tables.deleteExpired(names.length), names);
        return known(line, names).stream().map(Known::name).toList();
    }

    /** A session that has a row, and whether its time lies ahead. */
    private record Known(String name, boolean lives) {}

    private List<Known> known(Line line, Object[] names) throws SQLException {
        return line.rows(
                tables.selectAmong(names.length), row -> new Known(row.getString(1), row.getInt(2) == 1), names);
    }

    /** Removes the sessions whose time has come. */
    void sweep(Line line) throws SQLException {
        for (Object[] some : Chunks.of(line.rows(tables.selectExpired, row -> row.getString(1)))) {
            line.change(tables.deleteExpired(some.length), some);
        }
    }
}
