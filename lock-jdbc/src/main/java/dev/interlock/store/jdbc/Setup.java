package dev.interlock.store.jdbc;

import dev.interlock.spi.StoreException;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Whether the tables are there and can be used, and how they come and go. */
final class Setup {

    private static final Set<Integer> BINARY = Set.of(Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB);

    private static final List<String> RECORD = List.of("name", "version", "busy", "body", "touched");
    private static final List<String> SESSION = List.of("id", "node", "published", "notices", "since", "expires");

    private final Database database;
    private final Tables tables;

    Setup(Database database) {
        this.database = database;
        this.tables = database.tables;
    }

    void check(Duration patience) {
        database.ask(() -> "the check of the tables", patience, line -> {
            requireBinaryNames(line);
            tryOut(line, tables.record, RECORD);
            tryOut(line, tables.session, SESSION);
            return true;
        });
    }

    /** Whoever made the table by hand may have thought that text would do. */
    private void requireBinaryNames(Line line) throws SQLException {
        int type = line.typeOf("SELECT name FROM " + tables.record + " WHERE 1 = 0");
        if (!BINARY.contains(type)) {
            throw StoreException.lasting(
                    "the column 'name' of the table " + tables.record
                            + " is no binary one, so that the database might take"
                            + " different names for the same; make the table by " + Scripts.schema(database.dialect),
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
