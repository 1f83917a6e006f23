package dev.interlock.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.interlock.spi.Change;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.StampRecord;
import dev.interlock.spi.Step;
import dev.interlock.spi.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases, pools and tables as users have them. */
@Tag("once")
class EnvironmentTest extends StoreTest {

    private static final Duration SHORT = Duration.ofMillis(400);

    // --- transactions ----------------------------------------------------------------------------------------------

    static Stream<Arguments> pools() {
        return databases().flatMap(database -> Stream.of(
                        "TRANSACTION_READ_COMMITTED", "TRANSACTION_REPEATABLE_READ", "TRANSACTION_SERIALIZABLE")
                .map(isolation -> Arguments.of(database, isolation)));
    }

    private HikariDataSource pool(TestDatabase database, String isolation) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setMaximumPoolSize(4);
        config.setMinimumIdle(0);
        config.setAutoCommit(false);
        config.setReadOnly(true);
        config.setTransactionIsolation(isolation);
        return closing(new HikariDataSource(config));
    }

    @ParameterizedTest
    @MethodSource("pools")
    void whateverAPoolSetsEachStatementIsATransactionThatSeesTheLatest(TestDatabase database, String isolation) {
        JdbcLockStore store = store(pool(database, isolation));
        JdbcLockStore other = store(pool(database, isolation));
        SessionStart session = store.beginSession("node", LONG, PATIENCE);

        for (int i = 0; i < 10; i++) {
            assertThat(store.update(KEY, null, INCREMENT, PATIENCE).result()).isEqualTo(2 * i + 1);
            assertThat(other.update(KEY, null, INCREMENT, PATIENCE).result()).isEqualTo(2 * i + 2);
            assertThat(find(store, KEY)).isEqualTo(find(other, KEY));
            assertThat(countInStamp(store)).isTrue();
            assertThat(countInStamp(other)).isTrue();
            assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isTrue();
        }
    }

    private static boolean countInStamp(JdbcLockStore in) {
        StampRecord current = in.readStamp("counted", PATIENCE);
        long version = current == null ? 0 : current.version();
        return in.replaceStamp("counted", current, new StampRecord(version + 1, 7, null), PATIENCE);
    }

    @ParameterizedTest
    @MethodSource("pools")
    void timeGoesOnWhateverAPoolSets(TestDatabase database, String isolation) {
        JdbcLockStore store = store(pool(database, isolation));
        Step<Instant> look = (current, view) -> Change.none(view.now());

        Instant first = store.update(KEY, null, look, PATIENCE).result();
        await().until(() -> store.update(KEY, null, look, PATIENCE).result().isAfter(first.plusMillis(5)));
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aConnectionGoesBackAsItCame(TestDatabase database) throws SQLException {
        try (HikariDataSource pool = pool(database, "TRANSACTION_REPEATABLE_READ")) {
            pool.setMaximumPoolSize(1);
            List<String> before = state(pool, database);
            try (JdbcLockStore store = bare(pool, builder -> builder)) {
                store.createTables(PATIENCE);
            }

            assertThat(state(pool, database)).isEqualTo(before);
        }
    }

    private static List<String> state(HikariDataSource pool, TestDatabase database) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(
                        switch (database) {
                            case H2_IN_MEMORY, H2_BY_TCP -> "SELECT LOCK_TIMEOUT()";
                            case POSTGRESQL -> "SHOW lock_timeout";
                            case MARIADB -> "SELECT @@innodb_lock_wait_timeout";
                        })) {
            rows.next();
            return List.of(
                    rows.getString(1),
                    "" + connection.getAutoCommit(),
                    "" + connection.isReadOnly(),
                    "" + connection.getTransactionIsolation(),
                    "" + connection.getNetworkTimeout());
        }
    }

    /** As a data source does that takes part in the transactions of threads. */
    private static final class OnePerThread extends UrlDataSource {

        private final TestDatabase database;
        private Connection bound;
        private Thread whose;

        OnePerThread(TestDatabase database) {
            super("", "", "");
            this.database = database;
        }

        @Override
        public Connection getConnection() throws SQLException {
            return Thread.currentThread() == whose
                    ? bound
                    : database.dataSource().getConnection();
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aTransactionOfTheCallerThatIsRolledBackTakesNothingWithIt(TestDatabase database) throws SQLException {
        OnePerThread dataSource = new OnePerThread(database);
        JdbcLockStore store = store(dataSource);

        try (Connection mine = database.dataSource().getConnection()) {
            mine.setAutoCommit(false);
            dataSource.bound = mine;
            dataSource.whose = Thread.currentThread();
            assertThat(store.update(KEY, null, INCREMENT, PATIENCE).result()).isEqualTo(1);
            assertThat(store.beginSession("node", LONG, PATIENCE).id()).isNotEmpty();
            mine.rollback();
        }

        assertThat(find(store, KEY).token()).isEqualTo(1);
        assertThat(store.sessions(PATIENCE)).hasSize(1);
    }

    // --- others' locks ---------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("databases")
    void patienceHoldsWhileSomebodysInsertOfTheSameKeyIsNotCommitted(TestDatabase database) throws SQLException {
        JdbcLockStore store = store(database.dataSource());
        put(store, idle(new RecordKey("warm"), 1));

        try (Connection mine = database.dataSource().getConnection()) {
            mine.setAutoCommit(false);
            insert(mine, KEY);
            assertPassingInTime(() -> store.update(KEY, guess(null), INCREMENT, SHORT));
            mine.rollback();
        }

        assertThat(store.update(KEY, guess(null), INCREMENT, PATIENCE).result()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("databases")
    void patienceHoldsWhileSomebodyKeepsTheRow(TestDatabase database) throws SQLException {
        JdbcLockStore store = store(database.dataSource());
        SessionStart session = store.beginSession("node", LONG, PATIENCE);
        LockRecord made = put(store, idle(KEY, 1));

        try (Connection mine = database.dataSource().getConnection();
                Statement statement = mine.createStatement()) {
            mine.setAutoCommit(false);
            statement.executeUpdate("UPDATE " + prefix + "RECORD SET busy = 1");
            statement.executeUpdate("UPDATE " + prefix + "SESSION SET node = 'x'");
            assertPassingInTime(() -> store.update(KEY, guess(made), INCREMENT, SHORT));
            assertPassingInTime(() -> store.beat(session.id(), LONG, "", SHORT));
            assertThat(find(store, KEY)).isEqualTo(made);
            mine.rollback();
        }

        assertThat(store.update(KEY, guess(made), INCREMENT, PATIENCE).result()).isEqualTo(2);
        assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isTrue();
    }

    private void insert(Connection connection, RecordKey key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + prefix
                + "RECORD (name, version, busy, touched, body) VALUES (?, 1, 0, 0, 'interlock')")) {
            statement.setBytes(1, Bytes.key(key.resource()));
            statement.executeUpdate();
        }
    }

    private static void assertPassingInTime(Runnable call) {
        Duration took = timeOf(() -> assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(StoreException.class, fault -> assertThat(fault.isPassing())
                        .isTrue()));
        assertThat(took).isBetween(SHORT.minusMillis(50), SHORT.plusSeconds(3));
    }

    @ParameterizedTest
    @MethodSource("databases")
    void whoIsPickedAsVictimOfADeadlockTriesAgain(TestDatabase database) {
        SpyDataSource spy = new SpyDataSource(database.dataSource());
        JdbcLockStore store = store(spy);
        SessionStart session = store.beginSession("node", LONG, PATIENCE);
        AtomicInteger times = new AtomicInteger();
        Step<Long> counted = (current, view) -> {
            times.incrementAndGet();
            return INCREMENT.apply(current, view);
        };

        spy.failBefore("RECORD", new SQLTransactionRollbackException("Deadlock found", "40001", 1213));
        assertThat(store.update(KEY, guess(null), counted, PATIENCE).result()).isEqualTo(1);
        assertThat(times).hasValueBetween(1, 2);
        spy.failBefore("SESSION", new SQLTransactionRollbackException("could not serialize", "40001"));
        assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isTrue();
    }

    // --- counting --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "useAffectedRows=true",
                "useAffectedRows=false",
                "useServerPrepStmts=true",
                "allowMultiQueries=true"
            })
    void rowsAreCountedTheSameWithAllSettingsOfTheMariaDbDriver(String setting) {
        TestDatabase database = TestDatabase.MARIADB;
        JdbcLockStore store = store(database.at(database.urlAt(database.port(), setting)));
        SessionStart session = store.beginSession("node", LONG, PATIENCE);

        LockRecord made = put(store, idle(KEY, 7));
        LockRecord same = store.update(KEY, guess(made), (current, view) -> Change.to(idle(KEY, 7), ""), PATIENCE)
                .record();

        assertThat(same.version()).isEqualTo(made.version() + 1);
        assertThat(store.tell(session.id(), "word", PATIENCE)).isTrue();
        assertThat(store.beat(session.id(), LONG, "same", PATIENCE).notices()).containsExactly("word");
        assertThat(store.beat(session.id(), LONG, "same", PATIENCE).alive()).isTrue();
    }

    // --- time ------------------------------------------------------------------------------------------------------

    /** A data source whose sessions have a time zone of their own. */
    private static UrlDataSource inTimeZone(TestDatabase database, String name, String offset) {
        String setting =
                switch (database) {
                    case H2_IN_MEMORY, H2_BY_TCP, POSTGRESQL -> "SET TIME ZONE '" + name + "'";
                    case MARIADB -> "SET time_zone = '" + offset + "'";
                };
        return new UrlDataSource(database.url(), "", "") {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = database.dataSource().getConnection();
                try (Statement statement = connection.createStatement()) {
                    statement.execute(setting);
                }
                return connection;
            }
        };
    }

    @ParameterizedTest
    @MethodSource("databases")
    void timeIsTheSameInAllTimeZonesOfSessions(TestDatabase database) {
        for (UrlDataSource dataSource : List.of(
                inTimeZone(database, "Pacific/Chatham", "+12:45"),
                inTimeZone(database, "America/St_Johns", "-03:30"))) {
            JdbcLockStore store = store(dataSource);
            SessionStart session = store.beginSession("node", LONG, PATIENCE);
            Step<Instant> look = (current, view) -> Change.none(view.now());

            // The databases of these tests run on this machine.
            Instant here = Instant.now();
            assertThat(session.now()).isCloseTo(here, within(10, ChronoUnit.SECONDS));
            assertThat(store.update(KEY, null, look, PATIENCE).result())
                    .isCloseTo(here, within(10, ChronoUnit.SECONDS));
        }
    }

    // --- tables ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("databases")
    void aMissingTableIsToldWithThePlaceOfTheScript(TestDatabase database) {
        JdbcLockStore store = bare(database.dataSource(), builder -> builder);

        for (Runnable call :
                List.<Runnable>of(() -> store.check(PATIENCE), () -> store.update(KEY, null, INCREMENT, PATIENCE))) {
            assertThatThrownBy(call::run)
                    .isInstanceOfSatisfying(StoreException.class, fault -> assertThat(fault.isPassing())
                            .isFalse())
                    .hasMessageContaining(prefix + "RECORD")
                    .hasMessageContaining("dev/interlock/store/jdbc/schema-")
                    .hasMessageContaining("interlock.jdbc.initialize-schema");
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void theScriptsMakeTheTablesAndDropThem(TestDatabase database) {
        JdbcLockStore store = store(database.dataSource());
        store.check(PATIENCE);
        store.createTables(PATIENCE);
        put(store, idle(KEY, 1));
        store.createTables(PATIENCE);
        assertThat(find(store, KEY)).isNotNull();

        store.dropTables(PATIENCE);
        store.dropTables(PATIENCE);

        assertThatThrownBy(() -> store.check(PATIENCE)).isInstanceOf(StoreException.class);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void manyNodesMayMakeTheTablesAtOnce(TestDatabase database) {
        List<JdbcLockStore> stores = Stream.generate(() -> bare(database.dataSource(), builder -> builder))
                .limit(6)
                .toList();

        stores.parallelStream().forEach(store -> store.createTables(PATIENCE));

        stores.get(0).check(PATIENCE);
    }

    @Test
    void aTableWhoseNamesAreTextIsRefused() {
        TestDatabase database = TestDatabase.POSTGRESQL;
        JdbcLockStore store = store(database.dataSource());
        database.execute("ALTER TABLE " + prefix + "RECORD ALTER COLUMN name TYPE TEXT USING ''");

        assertThatThrownBy(() -> store.check(PATIENCE))
                .isInstanceOfSatisfying(StoreException.class, fault -> assertThat(fault.isPassing())
                        .isFalse())
                .hasMessageContaining("binary");
    }

    @Test
    void aTableMayLieInAnotherSchema() {
        TestDatabase database = TestDatabase.POSTGRESQL;
        database.execute("CREATE SCHEMA IF NOT EXISTS ops");
        JdbcLockStore store = store(database.dataSource(), builder -> builder.tablePrefix("ops." + prefix));

        store.check(PATIENCE);
        put(store, idle(KEY, 1));

        assertThat(database.query("SELECT count(*) FROM ops." + prefix + "RECORD"))
                .containsExactly("1");
    }

    // --- rights ----------------------------------------------------------------------------------------------------

    @Test
    void aRoleThatMayOnlyReadIsToldWhatItLacks() {
        TestDatabase database = TestDatabase.POSTGRESQL;
        store(database.dataSource());
        database.execute(
                "CREATE ROLE reader" + prefix + " LOGIN",
                "GRANT SELECT ON " + prefix + "RECORD, " + prefix + "SESSION TO reader" + prefix);
        JdbcLockStore store =
                bare(new UrlDataSource(database.url(), "reader" + prefix.toLowerCase(Locale.ROOT), ""), b -> b);

        assertLasting(store, "INSERT, UPDATE and DELETE on " + prefix + "RECORD");
    }

    @Test
    void aReadOnlyPostgreSqlIsToldApart() {
        TestDatabase database = TestDatabase.POSTGRESQL;
        store(database.dataSource());
        String setting = "options=-c%20default_transaction_read_only=on";

        assertLasting(bare(database.at(database.urlAt(database.port(), setting)), b -> b), "takes no changes");
    }

    @Test
    void aReadOnlyMariaDbIsToldApart() {
        TestDatabase database = TestDatabase.MARIADB;
        store(database.dataSource());
        database.execute(
                "CREATE OR REPLACE USER 'app'@'localhost' IDENTIFIED BY 'app'",
                "GRANT ALL ON app.* TO 'app'@'localhost'",
                "SET GLOBAL read_only = 1");
        try {
            assertLasting(bare(new UrlDataSource(database.url(), "app", "app"), b -> b), "takes no changes");
        } finally {
            database.execute("SET GLOBAL read_only = 0", "DROP USER 'app'@'localhost'");
        }
    }

    @Test
    void aUserOfMariaDbWhoMayOnlyReadIsToldWhatItLacks() {
        TestDatabase database = TestDatabase.MARIADB;
        store(database.dataSource());
        database.execute(
                "CREATE OR REPLACE USER 'ro'@'localhost' IDENTIFIED BY 'ro'",
                "GRANT SELECT ON app.* TO 'ro'@'localhost'");

        assertLasting(bare(new UrlDataSource(database.url(), "ro", "ro"), b -> b), "lacks a right");
    }

    @Test
    void aReadOnlyH2IsToldApart() throws Exception {
        java.nio.file.Path directory = java.nio.file.Files.createTempDirectory("interlock");
        String url = "jdbc:h2:file:" + directory.resolve("locks");
        try (JdbcLockStore store = store(new UrlDataSource(url, "sa", ""))) {
            store.check(PATIENCE);
        }

        assertLasting(bare(new UrlDataSource(url + ";ACCESS_MODE_DATA=r", "sa", ""), b -> b), "takes no changes");
    }

    @Test
    void aWrongPasswordIsLasting() {
        UrlDataSource wrong = new UrlDataSource(TestDatabase.MARIADB.url(), "root", "wrong");

        assertThatThrownBy(() -> bare(wrong, b -> b))
                .isInstanceOfSatisfying(StoreException.class, fault -> assertThat(fault.isPassing())
                        .isFalse())
                .hasMessageContaining("Access denied")
                .hasMessageNotContaining("wrong");
    }

    private static void assertLasting(JdbcLockStore store, String words) {
        assertThatThrownBy(() -> store.check(PATIENCE))
                .isInstanceOfSatisfying(StoreException.class, fault -> assertThat(fault.isPassing())
                        .isFalse())
                .hasMessageContaining(words);
    }
}
