package dev.interlock.store.jdbc;

import dev.interlock.spi.Guess;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.RecordText;
import dev.interlock.spi.Step;
import dev.interlock.spi.Updated;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The records of resources. */
final class Records {

    private final Database database;
    private final Tables tables;
    private final Sessions sessions;

    Records(Database database, Sessions sessions) {
        this.database = database;
        this.tables = database.tables;
        this.sessions = sessions;
    }

    <R extends @Nullable Object> Updated<R> update(
            RecordKey key, @Nullable Guess guess, Step<R> step, Duration patience) {
        Replacement<R> replacement = new Replacement<>(key, guess, step, database, sessions);
        return database.ask(() -> "replacing the record of '" + key.resource() + "'", patience, replacement);
    }

    List<LockRecord> read(Collection<RecordKey> keys, Duration patience) {
        List<Object[]> chunks = Chunks.of(new LinkedHashSet<>(keys)
                .stream().map(key -> Bytes.key(key.resource())).toList());
        return database.ask(() -> "reading " + keys.size() + " records", patience, line -> read(line, chunks));
    }

    private List<LockRecord> read(Line line, List<Object[]> chunks) throws SQLException {
        List<LockRecord> records = new ArrayList<>();
        for (Object[] names : chunks) {
            records.addAll(line.rows(tables.selectRecords(names.length), Records::record, names));
        }
        return records;
    }

    List<LockRecord> busy(int limit, Duration patience) {
        return database.ask(
                () -> "listing records", patience, line -> line.rows(tables.selectBusy(limit), Records::record));
    }

    private static LockRecord record(ResultSet row) throws SQLException {
        return RecordText.read(row.getString(2), row.getLong(1));
    }

    /** By lists of names: a condition alone would make some databases lock every row that they look at. */
    int sweep(Duration idleFor, Duration patience) {
        long micros = TimeUnit.SECONDS.toMicros(idleFor.toSeconds()) + idleFor.toNanosPart() / 1000;
        AtomicInteger swept = new AtomicInteger();
        return database.ask(() -> "sweeping idle records", patience, line -> sweep(line, micros, swept));
    }

    private int sweep(Line line, long micros, AtomicInteger swept) throws SQLException {
        List<byte[]> names;
        do {
            names = line.rows(tables.selectIdle(Chunks.MOST), row -> row.getBytes(1), micros);
            for (Object[] chunk : Chunks.of(names)) {
                swept.addAndGet(line.change(tables.deleteIdle(chunk.length), Chunks.and(chunk, micros)));
            }
        } while (names.size() == Chunks.MOST && line.hasTime());
        sessions.sweep(line);
        return swept.get();
    }
}
