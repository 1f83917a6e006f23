package dev.interlock.store.jdbc;

import dev.interlock.spi.StoreException;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the tables are there and can be used, and how they come and go. */
final class Setup {

    private static final Logger log = LoggerFactory.getLogger(Setup.class);

    private static final Set<Integer> BINARY = Set.of(Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB);

    private static final List<String> RECORD = List.of("name", "version", "busy", "body", "touched");
    private static final List<String> STAMP = List.of("name", "version", "nanos", "changing");
    private static final List<String> SESSION = List.of("id", "node", "published", "notices", "since", "expires");

    private final Database database;
    private final Tables tables;

    Setup(Database database) {
        this.database = database;
        this.tables = database.tables;
    }

    void check(Duration patience) {
        database.ask(() -> "the check of the tables", patience, line -> {
            requireBinary(line, tables.record, "name");
            tryOut(line, tables.record, RECORD);
            tryOut(line, tables.session, SESSION);
            return true;
        });
        if (hasStamps(patience)) {
            Stamps.Work<Boolean> check = line -> {
                requireBinary(line, tables.stamp, "name");
                requireBinary(line, tables.stamp, "changing");
                return true;
            };
            database.ask(() -> "the check of the table of stamps", patience, check);
        }
    }

    /** The table of stamps came later, and who only locks can do without. */
    private boolean hasStamps(Duration patience) {
        Stamps.Work<Boolean> check = line -> {
            tryOut(line, tables.stamp, STAMP);
            return true;
        };
        try {
            return database.ask(() -> "the check of the table of stamps", patience, check);
        } catch (StoreException missing) {
            if (missing.isPassing()) {
                throw missing;
            }
            log.warn("locks can be had, but changes without locks will be refused: {}", missing.getMessage());
            return false;
        }
    }

    /** Whoever made the table by hand may have thought that text would do. */
    private void requireBinary(Line line, String table, String column) throws SQLException {
        int type = line.typeOf("SELECT " + column + " FROM " + table + " WHERE 1 = 0");
        if (!BINARY.contains(type)) {
            throw StoreException.lasting(
                    "the column '" + column + "' of the table " + table
                            + " is no binary one, so that the database might take"
                            + " different texts for the same; make the table by " + Scripts.schema(database.dialect),
                    null);
        }
    }

    /** Everything that the store will want to do, done to no row. */
    private static void tryOut(Line line, String table, List<String> columns) throws SQLException {
        String all = String.join(", ", columns);
        String none = " FROM " + table + " WHERE 1 = 0";
        line.change("INSERT INTO " + table + " (" + all + ") SELECT " + all + none);
        for (String each : columns) {
            line.change("UPDATE " + table + " SET " + each + " = " + each + " WHERE 1 = 0");
        }
        line.change("DELETE" + none);
    }

    void create(Duration patience) {
        run(Scripts.schema(database.dialect), "making the tables", patience);
    }

    void drop(Duration patience) {
        run(Scripts.drop(database.dialect), "dropping the tables", patience);
    }

    private void run(String script, String what, Duration patience) {
        List<String> statements = Scripts.statements(script, tables.prefix);
        database.ask(() -> what, patience, line -> {
            for (String each : statements) {
                runUnlessAlreadyDone(line, each);
            }
            return true;
        });
    }

    /** Two nodes may make the tables at the same time, and one of them may be told so in spite of IF NOT EXISTS. */
    private void runUnlessAlreadyDone(Line line, String statement) throws SQLException {
        try {
            line.change(statement);
        } catch (SQLException error) {
            if (database.dialect.faultOf(error) != Fault.DUPLICATE) {
                throw error;
            }
            line.change(statement);
        }
    }
}
