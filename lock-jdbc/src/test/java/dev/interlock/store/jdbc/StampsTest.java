package dev.interlock.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.spi.StampRecord;
import dev.interlock.spi.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stamps when connections break, when others are in the way, and when their table is not as it should be. */
@Tag("once")
class StampsTest extends StoreTest {

    private static final String RESOURCE = KEY.resource();
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final StampRecord IDLE = new StampRecord(1, 100, null);
    private static final StampRecord MARKED = new StampRecord(2, 200, "session-1/7");
    private static final StampRecord MARKED_ELSE = new StampRecord(3, 300, "session-2/1");
    private static final StampRecord DONE = new StampRecord(2, 200, null);

    private SpyDataSource spy;
    private JdbcLockStore store;
    private JdbcLockStore other;

    private void open(TestDatabase database) {
        spy = new SpyDataSource(database.dataSource());
        store = store(spy);
        other = store(database.dataSource());
        assertThat(store.readStamp(RESOURCE, PATIENCE)).isNull();
        spy.executed();
    }

    private static boolean replace(JdbcLockStore in, StampRecord expected, StampRecord next) {
        return in.replaceStamp(RESOURCE, expected, next, PATIENCE);
    }

    private static StampRecord read(JdbcLockStore in) {
        return in.readStamp(RESOURCE, PATIENCE);
    }

    private static SQLException broken() {
        return new SQLNonTransientConnectionException("the connection broke", "08006");
    }

    // --- statements ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("databases")
    void everythingTakesOneStatement(TestDatabase database) {
        open(database);

        assertThat(replace(store, null, IDLE)).isTrue();
        assertThat(replace(store, null, MARKED)).isFalse();
        assertThat(replace(store, IDLE, MARKED)).isTrue();
        assertThat(replace(store, IDLE, MARKED)).isFalse();
        assertThat(read(store)).isEqualTo(MARKED);
        assertThat(replace(store, MARKED, DONE)).isTrue();

        assertThat(spy.executed())
                .extracting(each -> each.substring(0, 6))
                .containsExactly("INSERT", "INSERT", "UPDATE", "UPDATE", "SELECT", "UPDATE");
        assertThat(spy.open()).isEqualTo(1);
    }

    @Test
    void whoChangesItCanBeReadInTheTable() {
        open(TestDatabase.POSTGRESQL);
        replace(store, null, MARKED);

        assertThat(TestDatabase.POSTGRESQL.query("SELECT encode(name, 'escape') || ' ' || version || ' '"
                        + " || encode(changing, 'escape') FROM " + prefix + "STAMP"))
                .containsExactly("account:42 2 session-1/7");
    }

    // --- connections that break ------------------------------------------------------------------------------------

    static Stream<List<StampRecord>> signed() {
        return Stream.of(pair(null, MARKED), pair(IDLE, MARKED), pair(MARKED, DONE), pair(MARKED, MARKED_ELSE));
    }

    private static List<StampRecord> pair(StampRecord expected, StampRecord next) {
        return expected == null ? List.of(next) : List.of(expected, next);
    }

    @ParameterizedTest
    @MethodSource("signed")
    void whatWasDoneThoughTheReplyWasLostIsRecognised(List<StampRecord> pair) {
        open(TestDatabase.H2_IN_MEMORY);
        StampRecord expected = pair.size() == 1 ? null : pair.get(0);
        StampRecord next = pair.get(pair.size() - 1);
        if (expected != null) {
            replace(other, null, expected);
        }

        spy.failAfter("STAMP", broken());

        assertThat(replace(store, expected, next)).isTrue();
        assertThat(read(other)).isEqualTo(next);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void whatWasNotDoneWhenTheConnectionBrokeIsDoneAgain(TestDatabase database) {
        open(database);

        spy.failBefore("STAMP", broken());
        assertThat(replace(store, null, IDLE)).isTrue();
        spy.failBefore("STAMP", broken());
        assertThat(replace(store, IDLE, MARKED)).isTrue();
        spy.failBefore("STAMP", broken());
        assertThat(read(store)).isEqualTo(MARKED).isEqualTo(read(other));
    }

    @ParameterizedTest
    @MethodSource("databases")
    void whatOthersMightHaveDoneIsNotClaimed(TestDatabase database) {
        open(database);
        replace(other, null, IDLE);

        spy.failAfter("STAMP", broken());

        assertNotKnown(() -> replace(store, IDLE, DONE));
        assertThat(read(other)).isEqualTo(DONE);
    }

    @Test
    void whatOthersHaveReplacedSinceIsNotClaimed() {
        open(TestDatabase.H2_IN_MEMORY);
        replace(other, null, IDLE);

        spy.failBefore("STAMP", broken());
        assertThat(replace(other, IDLE, MARKED)).isTrue();

        assertNotKnown(() -> replace(store, IDLE, MARKED_ELSE));
        assertThat(read(other)).isEqualTo(MARKED);
    }

    private static void assertNotKnown(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(StoreException.class, unknown -> assertThat(unknown.isPassing())
                        .isTrue())
                .hasMessageContaining(RESOURCE)
                .hasMessageContaining("not known");
    }

    // --- others in the way -----------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("databases")
    void whoIsPickedAsVictimTriesAgain(TestDatabase database) {
        open(database);

        spy.failBefore("STAMP", new SQLTransactionRollbackException("Deadlock found", "40001", 1213));
        assertThat(replace(store, null, IDLE)).isTrue();
        spy.failBefore("STAMP", new SQLTransactionRollbackException("could not serialize", "40001"));
        assertThat(replace(store, IDLE, DONE)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("databases")
    void patienceHoldsWhileSomebodyKeepsTheRow(TestDatabase database) throws SQLException {
        open(database);
        replace(store, null, IDLE);

        try (Connection mine = database.dataSource().getConnection();
                PreparedStatement statement = mine.prepareStatement("UPDATE " + prefix + "STAMP SET nanos = 7")) {
            mine.setAutoCommit(false);
            statement.executeUpdate();
            Duration took = timeOf(() -> assertThatThrownBy(() -> store.replaceStamp(RESOURCE, IDLE, MARKED, SHORT))
                    .isInstanceOfSatisfying(StoreException.class, fault -> assertThat(fault.isPassing())
                            .isTrue()));
            assertThat(took).isBetween(SHORT.minusMillis(50), SHORT.plusSeconds(3));
            assertThat(read(store)).isEqualTo(IDLE);
            mine.rollback();
        }

        // What was given up may still be done once the way is free.
        assertThat(replace(store, IDLE, MARKED) || MARKED.equals(read(store))).isTrue();
    }

    // --- the table -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("databases")
    void withoutTheTableLocksGoOnAndTheFirstStampSaysWhatIsMissing(TestDatabase database) {
        open(database);
        database.execute("DROP TABLE " + prefix + "STAMP");
        JdbcLockStore later = bare(database.dataSource(), builder -> builder);

        later.check(PATIENCE);
        assertThat(later.update(KEY, null, INCREMENT, PATIENCE).result()).isEqualTo(1);
        assertThat(later.beginSession("node", LONG, PATIENCE).id()).isNotEmpty();
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> read(later), () -> replace(later, null, IDLE), () -> replace(later, IDLE, DONE))) {
            assertThatThrownBy(call)
                    .isInstanceOfSatisfying(StoreException.class, fault -> assertThat(fault.isPassing())
                            .isFalse())
                    .hasMessageContaining("the table " + prefix + "STAMP is not there")
                    .hasMessageContaining("dev/interlock/store/jdbc/schema-")
                    .hasMessageContaining("interlock.jdbc.initialize-schema");
        }

        later.createTables(PATIENCE);
        later.check(PATIENCE);
        assertThat(replace(later, null, IDLE)).isTrue();
        assertThat(Objects.requireNonNull(find(later, KEY)).token()).isEqualTo(1);
    }

    @Test
    void whoMayUseOnlyTheTablesOfLocksMayLockAndIsToldWhatItLacks() {
        TestDatabase database = TestDatabase.POSTGRESQL;
        open(database);
        database.execute(
                "CREATE ROLE locker" + prefix + " LOGIN",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON " + prefix + "RECORD, " + prefix + "SESSION TO locker"
                        + prefix);
        JdbcLockStore locker =
                bare(new UrlDataSource(database.url(), "locker" + prefix.toLowerCase(Locale.ROOT), ""), b -> b);

        locker.check(PATIENCE);
        assertThat(locker.update(KEY, null, INCREMENT, PATIENCE).result()).isEqualTo(1);
        assertThatThrownBy(() -> read(locker))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("INSERT, UPDATE and DELETE on " + prefix + "STAMP");
    }

    @Test
    void aTableOfStampsWhoseTextsAreNoBytesIsRefused() {
        TestDatabase database = TestDatabase.POSTGRESQL;
        for (String column : List.of("name", "changing")) {
            open(database);
            database.execute("ALTER TABLE " + prefix + "STAMP ALTER COLUMN " + column + " TYPE TEXT USING ''");

            assertThatThrownBy(() -> store.check(PATIENCE))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("'" + column + "'")
                    .hasMessageContaining(prefix + "STAMP")
                    .hasMessageContaining("binary");
            store.dropTables(PATIENCE);
        }
    }
}
