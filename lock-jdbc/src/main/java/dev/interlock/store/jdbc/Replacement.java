package dev.interlock.store.jdbc;

import dev.interlock.spi.Change;
import dev.interlock.spi.Guess;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.RecordText;
import dev.interlock.spi.Step;
import dev.interlock.spi.StoreException;
import dev.interlock.spi.Updated;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The replacement of one record.
 *
 * <p>Every write names the version that it replaces, or that there is none, so that it takes effect at most once however often it is sent.
 * When the connection breaks over a write, nobody knows whether it was done. Then, over another connection, the record itself tells: it is
 * just what was to be written, under the version that the write would have given it: it was done. It is as it was before: it was not,
 * and is sent again; should the first one still be under way, only one of the two can hit the version. It is anything else: others
 * have been there since, and the caller must find out for itself.
 */
final class Replacement<R extends @Nullable Object> implements Database.Work<Updated<R>> {

    /** PostgreSQL takes no notification of 8000 bytes. */
    private static final int LONGEST_HINT = 7999;

    private final RecordKey key;
    private final byte[] name;
    private final Step<R> step;
    private final Dialect dialect;
    private final Tables tables;
    private final Sessions sessions;
    private @Nullable Guess guess;
    private @Nullable Write<R> doubtful;

    Replacement(RecordKey key, @Nullable Guess guess, Step<R> step, Database database, Sessions sessions) {
        this.key = key;
        this.name = Bytes.key(key.resource());
        this.guess = guess;
        this.step = step;
        this.dialect = database.dialect;
        this.tables = database.tables;
        this.sessions = sessions;
    }

    /** A write that was decided on: what is replaced, under which version, and by what. */
    private record Write<R extends @Nullable Object>(
            @Nullable Long replaced, LockRecord next, String body, R result, Set<String> tell) {

        /** A first version is drawn by lot: a record that comes after one that was swept is never taken for it. */
        static <R extends @Nullable Object> Write<R> of(
                @Nullable LockRecord current, LockRecord next, Change<R> change) {
            long version = current == null ? ThreadLocalRandom.current().nextLong() >>> 1 : current.version() + 1;
            return new Write<>(
                    current == null ? null : current.version(),
                    next.withVersion(version),
                    RecordText.write(next),
                    change.result(),
                    change.tell());
        }

        boolean isDone(Seen seen) {
            return seen.version != null && seen.version == next.version() && body.equals(seen.body);
        }

        boolean isPossible(Seen seen) {
            return Objects.equals(replaced, seen.version);
        }
    }

    /** The record as it was read, and when. */
    private record Seen(
            Instant now, @Nullable Long version, @Nullable String body) {

        static Seen of(ResultSet row) throws SQLException {
            Instant now = RecordText.ofMicros(row.getLong(1));
            String body = row.getString(3);
            return new Seen(now, body == null ? null : row.getLong(2), body);
        }

        @Nullable LockRecord record() {
            return version == null || body == null ? null : RecordText.read(body, version);
        }
    }

    @Override
    public Updated<R> on(Line line) throws SQLException {
        Updated<R> guessed = guess(line);
        while (guessed == null) {
            guessed = doubtful == null ? fresh(line, look(line)) : settle(line, look(line), doubtful);
        }
        return guessed;
    }

    private @Nullable Updated<R> guess(Line line) throws SQLException {
        Guess once = guess;
        if (once == null) {
            return null;
        }
        guess = null;
        Change<R> change = step.apply(once.record(), once.view());
        return change.next() == null ? null : write(line, Write.of(once.record(), change.next(), change), null);
    }

    private @Nullable Updated<R> fresh(Line line, Seen seen) throws SQLException {
        LockRecord current = seen.record();
        Change<R> change = apply(current, new View(sessions, line, seen.now, current));
        return change.next() == null
                ? new Updated<>(change.result(), current, seen.now)
                : write(line, Write.of(current, change.next(), change), seen.now);
    }

    private Change<R> apply(@Nullable LockRecord current, View view) throws SQLException {
        try {
            return step.apply(current, view);
        } catch (View.Failed failed) {
            throw failed.error;
        }
    }

    private @Nullable Updated<R> settle(Line line, Seen seen, Write<R> write) throws SQLException {
        if (write.isDone(seen)) {
            return new Updated<>(write.result, write.next, seen.now);
        }
        if (write.isPossible(seen)) {
            return write(line, write, seen.now);
        }
        throw StoreException.passing(
                "the connection broke while the record of '" + key.resource()
                        + "' was replaced, and others have replaced it since: it is not known whether it was done",
                null);
    }

    private Seen look(Line line) throws SQLException {
        return line.rows(tables.selectRecord, Seen::of, name).get(0);
    }

    private @Nullable Updated<R> write(Line line, Write<R> write, @Nullable Instant now) throws SQLException {
        try {
            boolean done = send(line, write);
            return done ? new Updated<>(write.result, write.next, now) : null;
        } catch (SQLException error) {
            if (dialect.faultOf(error) == Fault.DUPLICATE && write.replaced == null) {
                return null;
            }
            if (dialect.faultOf(error) != Fault.CONFLICT) {
                doubtful = write;
            }
            throw error;
        }
    }

    private boolean send(Line line, Write<R> write) throws SQLException {
        long version = write.next.version();
        int busy = write.next.isIdle() ? 0 : 1;
        return write.replaced == null
                ? change(line, write, tables.insertRecord, name, version, busy, write.body)
                : change(line, write, tables.updateRecord, version, busy, write.body, name, write.replaced);
    }

    private boolean change(Line line, Write<R> write, Tables.Writing sql, Object... values) throws SQLException {
        String telling = write.tell.isEmpty() ? null : sql.telling();
        return telling == null ? line.change(sql.plain(), values) > 0 : tell(line, write.tell, sql, telling, values);
    }

    private boolean tell(Line line, Set<String> sessions, Tables.Writing sql, String telling, Object... values)
            throws SQLException {
        String told = sessions.stream().filter(Sessions::isName).collect(Collectors.joining(","));
        String resource = RecordText.escape(key.resource());
        return (told.isEmpty() || resource.length() > LONGEST_HINT)
                ? line.change(sql.plain(), values) > 0
                : !line.rows(telling, row -> true, Chunks.and(Chunks.and(values, resource), told))
                        .isEmpty();
    }
}
