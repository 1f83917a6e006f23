package dev.interlock.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.interlock.spi.Change;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.Step;
import dev.interlock.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a store gets on with the pool that it shares with its application. */
class PoolTest extends StoreTest {

    private static final Duration SHORT = Duration.ofMillis(400);
    private static final Duration SOON = Duration.ofMillis(200);
    private static final TestDatabase DATABASE = TestDatabase.H2_IN_MEMORY;

    private HikariDataSource pool(int size) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(DATABASE.dataSource());
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(0);
        return closing(new HikariDataSource(config));
    }

    /** The application takes all connections that the pool has left. */
    private static List<Connection> exhaust(HikariDataSource pool) throws SQLException {
        List<Connection> taken = new ArrayList<>();
        HikariPoolMXBean state = pool.getHikariPoolMXBean();
        while (state.getActiveConnections() < pool.getMaximumPoolSize()) {
            taken.add(pool.getConnection());
        }
        return taken;
    }

    private static void giveBack(List<Connection> taken) throws SQLException {
        for (Connection each : taken) {
            each.close();
        }
    }

    @Test
    void patienceHoldsThoughThePoolIsExhaustedAndWouldWaitMuchLonger() throws SQLException {
        HikariDataSource pool = pool(2);
        JdbcLockStore store = store(pool, builder -> builder.longestIdle(SOON));
        await().until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
        List<Connection> taken = exhaust(pool);

        Duration took = timeOf(() -> assertThatThrownBy(() -> store.update(KEY, null, INCREMENT, SHORT))
                .isInstanceOfSatisfying(StoreException.class, fault -> assertThat(fault.isPassing())
                        .isTrue())
                .hasMessageContaining("account:42")
                .hasMessageContaining("pool")
                .hasMessageContaining("400 ms"));

        assertThat(took).isBetween(SHORT, SHORT.plusSeconds(3));
        giveBack(taken);
        assertThat(store.update(KEY, null, INCREMENT, PATIENCE).result()).isEqualTo(1);
    }

    @Test
    void heartbeatsDoNotStarveThoughThePoolIsExhausted() throws SQLException {
        HikariDataSource pool = pool(3);
        JdbcLockStore store = store(pool, builder -> builder.longestIdle(SOON));
        SessionStart session = store.beginSession("node", LONG, PATIENCE);
        passIdleTimes(2);
        List<Connection> taken = exhaust(pool);

        assertThat(taken).as("one was kept").hasSize(2);
        assertThat(store.beat(session.id(), LONG, "", SHORT).alive()).isTrue();
        giveBack(taken);
    }

    /** Returns when what has been idle since before the call has been so for long. */
    private void passIdleTimes(int times) {
        SpyDataSource spy = new SpyDataSource(DATABASE.dataSource());
        JdbcLockStore another = bare(spy, builder -> builder.longestIdle(SOON));
        for (int i = 0; i < times; i++) {
            another.sessions(PATIENCE);
            await().until(() -> spy.open() == 0);
        }
    }

    @Test
    void oneConnectionIsEnoughThoughNotFast() {
        JdbcLockStore store = store(pool(1));
        SessionStart session = store.beginSession("node", LONG, PATIENCE);

        for (int i = 1; i <= 5; i++) {
            assertThat(store.update(KEY, null, INCREMENT, PATIENCE).result()).isEqualTo(i);
            assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isTrue();
        }
    }

    @Test
    void whatIsNotUsedGoesBackToThePoolAndTheLastOneWithTheSession() {
        HikariDataSource pool = pool(8);
        JdbcLockStore store = store(pool, builder -> builder.longestIdle(SOON));
        SessionStart session = store.beginSession("node", LONG, PATIENCE);
        put(store, idle(KEY, 1));

        passIdleTimes(2);
        assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isEqualTo(1);
        store.endSession(session.id(), PATIENCE);
        await().until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
    }

    @Test
    void closingAStoreGivesEverythingBack() {
        HikariDataSource pool = pool(8);
        JdbcLockStore store = store(pool);
        store.beginSession("node", LONG, PATIENCE);
        put(store, idle(KEY, 1));

        store.close();

        assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
        assertThatThrownBy(() -> find(store, KEY))
                .isInstanceOfSatisfying(StoreException.class, fault -> assertThat(fault.isPassing())
                        .isFalse())
                .hasMessageContaining("closed");
    }

    @Test
    void manyCallersShareFewConnectionsInTurn() throws Exception {
        SpyDataSource spy = new SpyDataSource(DATABASE.dataSource());
        JdbcLockStore store = store(spy, builder -> builder.connections(3));
        ExecutorService callers = Executors.newFixedThreadPool(50);
        closing(callers::shutdownNow);
        List<Future<Long>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            RecordKey key = new RecordKey("key:" + i);
            answers.add(
                    callers.submit(() -> store.update(key, guess(null), (c, v) -> Change.to(idle(key, 7), 7L), PATIENCE)
                            .result()));
        }

        for (Future<Long> each : answers) {
            assertThat(each.get(30, TimeUnit.SECONDS)).isEqualTo(7);
        }
        assertThat(spy.mostOpen()).isLessThanOrEqualTo(3);
    }

    @Test
    void aCallerWhoWaitsForAConnectionGetsTheOneThatIsGivenBack() throws Exception {
        HikariDataSource pool = pool(1);
        JdbcLockStore store = store(pool);
        CountDownLatch inStep = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ExecutorService callers = Executors.newFixedThreadPool(2);
        closing(callers::shutdownNow);
        Step<Long> slow = (current, view) -> {
            inStep.countDown();
            pass(goOn);
            return INCREMENT.apply(current, view);
        };

        Future<Long> first =
                callers.submit(() -> store.update(KEY, null, slow, PATIENCE).result());
        assertThat(inStep.await(10, TimeUnit.SECONDS)).isTrue();
        Future<Long> second = callers.submit(
                () -> store.update(KEY, null, INCREMENT, PATIENCE).result());
        goOn.countDown();

        assertThat(first.get(10, TimeUnit.SECONDS) + second.get(10, TimeUnit.SECONDS))
                .isEqualTo(3);
    }

    private static void pass(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anInterruptedCallerIsServedAndStaysInterrupted() {
        JdbcLockStore store = store(pool(2));

        Step<Boolean> look =
                (current, view) -> Change.none(Thread.currentThread().isInterrupted());

        Thread.currentThread().interrupt();
        boolean meanwhile = store.update(KEY, null, look, PATIENCE).result();
        boolean afterwards = Thread.interrupted();

        assertThat(meanwhile).as("statements may run while it is").isFalse();
        assertThat(afterwards).isTrue();
    }

    @Test
    void aConnectionThatCannotBeGivenBackIsNobodysTrouble() {
        SpyDataSource spy = new SpyDataSource(DATABASE.dataSource());
        JdbcLockStore store = store(spy);
        spy.failBefore("SET LOCK_TIMEOUT", new SQLException("a test"));

        store.close();

        assertThat(spy.open()).isZero();
    }

    @Test
    void aConnectionThatFailedIsNotUsedAgain() {
        SpyDataSource spy = new SpyDataSource(DATABASE.dataSource());
        JdbcLockStore store = store(spy);
        put(store, idle(KEY, 1));
        spy.executed();

        spy.failBefore("SELECT", new SQLException("what is this?", "XX000"));
        assertThatThrownBy(() -> store.update(KEY, null, INCREMENT, PATIENCE)).isInstanceOf(StoreException.class);
        store.update(KEY, null, INCREMENT, PATIENCE);

        assertThat(spy.executed()).contains("SELECT LOCK_TIMEOUT()");
        await().until(() -> spy.open() == 1);
    }

    @Test
    void noticesAreToldOnceThoughAnAnswerIsLost() {
        SpyDataSource spy = new SpyDataSource(DATABASE.dataSource());
        JdbcLockStore store = store(spy);
        SessionStart session = store.beginSession("node", LONG, PATIENCE);
        store.tell(session.id(), "word", PATIENCE);

        spy.failAfter("published = ?, notices", new SQLNonTransientConnectionException("gone", "08006"));
        assertThat(store.beat(session.id(), LONG, "", PATIENCE).notices()).containsExactly("word");
        assertThat(store.beat(session.id(), LONG, "", PATIENCE).notices()).isEmpty();

        store.tell(session.id(), "word", PATIENCE);
        spy.failAfter("published = ?, notices", new SQLException("odd", "XX000"));
        assertThatThrownBy(() -> store.beat(session.id(), LONG, "", PATIENCE)).isInstanceOf(StoreException.class);
        assertThat(store.beat(session.id(), LONG, "", PATIENCE).notices()).containsExactly("word");
    }
}
