package dev.interlock.store.jdbc;

import dev.interlock.spi.LockStore;
import dev.interlock.spi.SessionStart;
import dev.interlock.testkit.LockStoreContract;
import java.time.Duration;

/** The contract of stores on one of the databases. */
abstract class JdbcStoreContract extends LockStoreContract {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestDatabase database;
    private final String prefix = TestDatabase.newPrefix();

    JdbcStoreContract(TestDatabase database) {
        this.database = database;
    }

    @Override
    protected LockStore open() {
        return store();
    }

    private JdbcLockStore store() {
        return JdbcLockStore.builder(database.dataSource()).tablePrefix(prefix).build();
    }

    @Override
    protected void clear() {
        try (JdbcLockStore store = store()) {
            store.createTables(PATIENCE);
        }
        database.execute(
                "DELETE FROM " + prefix + "RECORD",
                "DELETE FROM " + prefix + "SESSION",
                "DELETE FROM " + prefix + "STAMP");
    }

    @Override
    protected void expire(SessionStart session) {
        database.execute("UPDATE " + prefix + "SESSION SET expires = 1 WHERE id = '" + session.id() + "'");
    }
}
