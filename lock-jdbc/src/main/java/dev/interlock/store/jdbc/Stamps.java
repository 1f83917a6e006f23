package dev.interlock.store.jdbc;

import dev.interlock.spi.StampRecord;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The version stamps of resources, in a table of their own. Nobody ever removes a row. */
final class Stamps {

    private final Database database;

    Stamps(Database database) {
        this.database = database;
    }

    /** Something done with stamps, which needs no other table. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> extends Database.Work<T> {
        @Override
        default List<String> needs(Tables tables) {
            return List.of(tables.stamp);
        }
    }

    @Nullable StampRecord read(String resource, Duration patience) {
        byte[] name = Bytes.key(resource);
        Work<List<StampRecord>> reading = line -> rows(line, database.tables, name);
        return only(database.ask(() -> "reading the stamp of '" + resource + "'", patience, reading));
    }

    boolean replace(String resource, @Nullable StampRecord expected, StampRecord next, Duration patience) {
        return database.ask(
                () -> "replacing the stamp of '" + resource + "'",
                patience,
                new StampReplacement(resource, expected, next, database));
    }

    static @Nullable StampRecord look(Line line, Tables tables, byte[] name) throws SQLException {
        return only(rows(line, tables, name));
    }

    private static List<StampRecord> rows(Line line, Tables tables, byte[] name) throws SQLException {
        return line.rows(tables.selectStamp, Stamps::stamp, (Object) name);
    }

    private static @Nullable StampRecord only(List<StampRecord> found) {
        return found.isEmpty() ? null : found.get(0);
    }

    private static StampRecord stamp(ResultSet row) throws SQLException {
        byte[] changing = row.getBytes(3);
        return new StampRecord(
                row.getLong(1),
                row.getLong(2),
                changing == null ? null : new String(changing, StandardCharsets.US_ASCII));
    }
}
