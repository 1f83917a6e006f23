package dev.interlock.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.interlock.LockHandle;
import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.LockStore;
import dev.interlock.store.file.FileLockStore;
import dev.interlock.store.jdbc.JdbcLockStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import org.springframework.integration.jdbc.lock.DefaultLockRepository;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.integration.support.locks.DistributedLock;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** Those who are compared, each as it comes. */
final class Rivals {

    static final String BARE = "bare upsert + delete";
    static final String INTERLOCK = "interlock";
    static final String SPRING = "JdbcLockRegistry";
    static final String SHEDLOCK = "ShedLock";
    static final String FILES = "interlock over files";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(10);

    private Rivals() {}

    /** Opens one whose locks are in this database. */
    static SharedLocks open(String name, DataSource database) {
        return switch (name) {
            case BARE -> new Bare(database);
            case INTERLOCK -> interlock(JdbcLockStore.builder(database).build());
            case SPRING -> spring(database);
            case SHEDLOCK -> shedLock(database);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Opens all of these. */
    static Map<String, SharedLocks> openAll(DataSource database, String... names) {
        Map<String, SharedLocks> all = new LinkedHashMap<>();
        for (String each : names) {
            all.put(each, open(each, database));
        }
        return all;
    }

    static SharedLocks files(Path directory) {
        return interlock(FileLockStore.in(directory));
    }

    static HikariDataSource pool(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername("postgres");
        config.setPassword("");
        config.setMaximumPoolSize(16);
        return new HikariDataSource(config);
    }

    /** The tables of all. */
    static void createTables(DataSource database) throws SQLException {
        try (JdbcLockStore store = JdbcLockStore.builder(database).build()) {
            store.createTables(PATIENCE);
        }
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE bare_lock (name VARCHAR(255) PRIMARY KEY, owner VARCHAR(64) NOT NULL,"
                    + " expires TIMESTAMPTZ NOT NULL)");
            statement.execute("CREATE TABLE shedlock (name VARCHAR(64) NOT NULL PRIMARY KEY,"
                    + " lock_until TIMESTAMP NOT NULL, locked_at TIMESTAMP NOT NULL, locked_by VARCHAR(255) NOT NULL)");
            statement.execute("CREATE TABLE INT_LOCK (LOCK_KEY CHAR(36) NOT NULL, REGION VARCHAR(100) NOT NULL,"
                    + " CLIENT_ID CHAR(36), CREATED_DATE TIMESTAMP NOT NULL, EXPIRED_AFTER TIMESTAMP NOT NULL,"
                    + " CONSTRAINT INT_LOCK_PK PRIMARY KEY (LOCK_KEY, REGION))");
        }
    }

    private static SharedLocks interlock(LockStore store) {
        return new Interlock(InterlockManager.builder().store(store).build());
    }

    private record Interlock(InterlockManager locks) implements SharedLocks {

        @Override
        public Held acquire(String key) {
            LockHandle held = locks.write(key).acquire();
            return held::close;
        }

        @Override
        public void close() {
            locks.close();
        }
    }

    /** A row that is there or not, and nothing else: what two statements cost. */
    private record Bare(DataSource database) implements SharedLocks {

        private static final String TAKE =
                "INSERT INTO bare_lock (name, owner, expires) VALUES (?, ?, now() + interval '30 seconds')"
                        + " ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires = excluded.expires"
                        + " WHERE bare_lock.expires < now()";
        private static final String GIVE = "DELETE FROM bare_lock WHERE name = ? AND owner = ?";

        @Override
        public Held acquire(String key) throws SQLException {
            change(TAKE, key);
            return () -> change(GIVE, key);
        }

        private void change(String sql, String key) throws SQLException {
            try (Connection connection = database.getConnection();
                    PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, key);
                statement.setString(2, "me");
                if (statement.executeUpdate() != 1) {
                    throw new IllegalStateException("the floor is measured alone, but somebody else has " + key);
                }
            }
        }
    }

    private static SharedLocks spring(DataSource database) {
        DefaultLockRepository repository = new DefaultLockRepository(database);
        repository.setTransactionManager(new DataSourceTransactionManager(database));
        repository.afterPropertiesSet();
        repository.afterSingletonsInstantiated();
        repository.start();
        JdbcLockRegistry registry = new JdbcLockRegistry(repository);
        return key -> {
            DistributedLock lock = registry.obtain(key);
            lock.lock();
            return lock::unlock;
        };
    }

    private static SharedLocks shedLock(DataSource database) {
        LockProvider provider = new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
                .withJdbcTemplate(new JdbcTemplate(database))
                .usingDbTime()
                .build());
        return key -> {
            Optional<SimpleLock> lock = shedLock(provider, key);
            while (lock.isEmpty()) {
                Thread.sleep(POLL.toMillis());
                lock = shedLock(provider, key);
            }
            return lock.get()::unlock;
        };
    }

    private static Optional<SimpleLock> shedLock(LockProvider provider, String key) {
        return provider.lock(new LockConfiguration(Instant.now(), key, LEASE, Duration.ZERO));
    }
}
