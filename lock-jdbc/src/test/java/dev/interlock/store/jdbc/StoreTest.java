package dev.interlock.store.jdbc;

import dev.interlock.LockMode;
import dev.interlock.spi.Change;
import dev.interlock.spi.Guess;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What the tests of this store have in common. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class StoreTest {

    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final Duration LONG = Duration.ofHours(1);
    static final Instant SINCE = Instant.parse("2026-01-02T03:04:05.123456Z");
    static final RecordKey KEY = new RecordKey("account:42");

    final String prefix = TestDatabase.newPrefix();
    private final List<AutoCloseable> opened = new ArrayList<>();

    static Stream<TestDatabase> databases() {
        return Stream.of(TestDatabase.values());
    }

    /** Those that are reached over a network. */
    static Stream<TestDatabase> servers() {
        return databases().filter(each -> each != TestDatabase.H2_IN_MEMORY);
    }

    @AfterEach
    void closeWhatWasOpened() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    final <T extends AutoCloseable> T closing(T resource) {
        opened.add(resource);
        return resource;
    }

    /** A store whose tables are there. */
    final JdbcLockStore store(DataSource dataSource) {
        return store(dataSource, builder -> builder);
    }

    final JdbcLockStore store(DataSource dataSource, UnaryOperator<JdbcLockStoreBuilder> more) {
        JdbcLockStore store = bare(dataSource, more);
        store.createTables(PATIENCE);
        return store;
    }

    /** A store whose tables may not be there. */
    final JdbcLockStore bare(DataSource dataSource, UnaryOperator<JdbcLockStoreBuilder> more) {
        return closing(more.apply(JdbcLockStore.builder(dataSource).tablePrefix(prefix))
                .build());
    }

    static LockRecord idle(RecordKey key, long token) {
        return new LockRecord(key, 0, token, List.of(), List.of());
    }

    static LockRecord heldBy(String session, RecordKey key, long token) {
        LockRecord.Lease lease =
                new LockRecord.Lease(session, "node", "who", LockMode.WRITE, token, token, SINCE, null);
        return new LockRecord(key, 0, token, List.of(lease), List.of());
    }

    /** One token more; the first is 1. */
    static final Step<Long> INCREMENT = (current, view) -> {
        long token = current == null ? 1 : current.token() + 1;
        return Change.to(idle(current == null ? KEY : current.key(), token), token);
    };

    static Guess guess(LockRecord record) {
        return new Guess(record, SINCE);
    }

    static LockRecord put(JdbcLockStore store, LockRecord record) {
        return store.update(record.key(), null, (current, view) -> Change.to(record, ""), PATIENCE)
                .record();
    }

    static LockRecord find(JdbcLockStore store, RecordKey key) {
        List<LockRecord> found = store.read(List.of(key), PATIENCE);
        return found.isEmpty() ? null : found.get(0);
    }

    /** How long this took. */
    static Duration timeOf(Runnable task) {
        long start = System.nanoTime();
        task.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
