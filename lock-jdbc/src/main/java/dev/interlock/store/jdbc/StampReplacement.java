package dev.interlock.store.jdbc;

import dev.interlock.spi.StampRecord;
import dev.interlock.spi.StoreException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The replacement of one stamp, by a statement that names all of what it replaces. When the connection breaks over it, the stamp
 * itself tells whether it was done, as a record does; see {@link Replacement}.
 */
final class StampReplacement implements Stamps.Work<Boolean> {

    private final String resource;
    private final byte[] name;
    private final @Nullable StampRecord expected;
    private final StampRecord next;
    private final Dialect dialect;
    private final Tables tables;
    private boolean doubtful;

    StampReplacement(String resource, @Nullable StampRecord expected, StampRecord next, Database database) {
        this.resource = resource;
        this.name = Bytes.key(resource);
        this.expected = expected;
        this.next = next;
        this.dialect = database.dialect;
        this.tables = database.tables;
    }

    @Override
    public Boolean on(Line line) throws SQLException {
        while (doubtful) {
            StampRecord seen = Stamps.look(line, tables, name);
            if (!Objects.equals(seen, expected)) {
                return isDone(seen);
            }
            if (write(line)) {
                return true;
            }
        }
        return write(line);
    }

    /** Others might have written the same, unless it says who is changing the resource, or takes just that away. */
    private boolean isDone(@Nullable StampRecord seen) {
        boolean signed = next.changing() != null || (expected != null && expected.changing() != null);
        if (signed && next.equals(seen)) {
            return true;
        }
        throw StoreException.passing(
                "the connection broke while the stamp of '" + resource
                        + "' was replaced, and it is another one now: it is not known whether it was done",
                null);
    }

    private boolean write(Line line) throws SQLException {
        try {
            return (expected == null ? insert(line) : update(line, expected)) > 0;
        } catch (SQLException error) {
            Fault fault = dialect.faultOf(error);
            if (fault == Fault.DUPLICATE && expected == null) {
                return false;
            }
            doubtful |= fault != Fault.CONFLICT;
            throw error;
        }
    }

    private int insert(Line line) throws SQLException {
        List<Object> values = new ArrayList<>(List.of(name, next.version(), next.nanos()));
        addChanging(values, next);
        return line.change(tables.insertStamp(next.changing() != null), values.toArray());
    }

    private int update(Line line, StampRecord old) throws SQLException {
        List<Object> values = new ArrayList<>(List.of(next.version(), next.nanos()));
        addChanging(values, next);
        values.addAll(List.of(name, old.version(), old.nanos()));
        addChanging(values, old);
        return line.change(tables.updateStamp(old.changing() != null, next.changing() != null), values.toArray());
    }

    private static void addChanging(List<Object> values, StampRecord stamp) {
        String changing = stamp.changing();
        if (changing != null) {
            values.add(changing.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
