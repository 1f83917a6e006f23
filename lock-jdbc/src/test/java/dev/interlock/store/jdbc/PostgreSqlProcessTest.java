package dev.interlock.store.jdbc;

import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.LockStore;
import dev.interlock.testkit.process.ProcessContract;
import dev.interlock.testkit.process.StoreFactory;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** Processes that meet in a database. */
@Tag("once")
class PostgreSqlProcessTest extends ProcessContract {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String prefix = TestDatabase.newPrefix();

    /** Stores with the prefix, at the URL. */
    public static final class Databases implements StoreFactory {
        @Override
        public LockStore open(String argument) {
            String[] words = argument.split(" ", 2);
            UrlDataSource dataSource = new UrlDataSource(words[1], "postgres", "");
            return JdbcLockStore.builder(dataSource).tablePrefix(words[0]).build();
        }

        @Override
        public InterlockManager.Builder settings(InterlockManager.Builder manager) {
            return manager.stores(settings -> settings.timeToLive(Duration.ofSeconds(2)));
        }
    }

    @BeforeEach
    void createTables() {
        try (JdbcLockStore store = JdbcLockStore.builder(TestDatabase.POSTGRESQL.dataSource())
                .tablePrefix(prefix)
                .build()) {
            store.createTables(PATIENCE);
        }
    }

    @Override
    protected Class<? extends StoreFactory> factory() {
        return Databases.class;
    }

    @Override
    protected String argument() {
        return prefix + " " + TestDatabase.POSTGRESQL.url();
    }
}
