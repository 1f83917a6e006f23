package dev.interlock.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockMode;
import dev.interlock.spi.Change;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.Step;
import dev.interlock.spi.Updated;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How many statements things take. */
@Tag("once")
class StatementsTest extends StoreTest {

    private SpyDataSource spy;
    private JdbcLockStore store;
    private SessionStart session;

    /** Both connections are at hand. */
    private void open(TestDatabase database) {
        spy = new SpyDataSource(database.dataSource());
        store = store(spy);
        session = store.beginSession("node", LONG, PATIENCE);
        put(store, idle(new RecordKey("another"), 1));
        spy.executed();
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aRightGuessTakesOneStatementWhetherThereIsARecordOrNot(TestDatabase database) {
        open(database);

        LockRecord made = store.update(KEY, guess(null), INCREMENT, PATIENCE).record();
        assertThat(spy.executed()).singleElement().asString().startsWith("INSERT");

        store.update(KEY, guess(made), INCREMENT, PATIENCE);
        assertThat(spy.executed()).singleElement().asString().startsWith("UPDATE");
        assertThat(spy.open()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aWrongGuessTakesThree(TestDatabase database) {
        open(database);
        LockRecord stale = put(store, idle(KEY, 1));
        put(store, idle(KEY, 2));
        spy.executed();

        store.update(KEY, guess(stale), INCREMENT, PATIENCE);
        assertThat(spy.executed()).hasSize(3);

        store.update(KEY, guess(null), INCREMENT, PATIENCE);
        assertThat(spy.executed()).hasSize(3);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aHeartbeatTakesOneUnlessThereIsWord(TestDatabase database) {
        open(database);

        store.beat(session.id(), LONG, "much", PATIENCE);
        assertThat(spy.executed()).hasSize(1);

        store.tell(session.id(), "word", PATIENCE);
        assertThat(spy.executed()).hasSize(1);
        store.beat(session.id(), LONG, "much", PATIENCE);
        assertThat(spy.executed()).hasSize(3);
        store.beat(session.id(), LONG, "much", PATIENCE);
        assertThat(spy.executed()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aHundredRecordsAreReadByOne(TestDatabase database) {
        open(database);

        store.read(IntStream.range(0, 100).mapToObj(i -> new RecordKey("k" + i)).toList(), PATIENCE);

        assertThat(spy.executed()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void manyIdleRecordsAreSweptByFew(TestDatabase database) {
        open(database);
        int count = 300;
        for (int i = 0; i < count; i++) {
            store.update(new RecordKey("k" + i), guess(null), make("k" + i), PATIENCE);
        }
        spy.executed();

        assertThat(store.sweep(Duration.ofMillis(-1), PATIENCE)).isEqualTo(count + 1);

        assertThat(spy.executed()).hasSize(5);
    }

    private static Step<String> make(String name) {
        return (current, view) -> Change.to(idle(new RecordKey(name), 1), "");
    }

    @ParameterizedTest
    @MethodSource("databases")
    void allSessionsOfARecordAreAskedForAtOnce(TestDatabase database) {
        open(database);
        SessionStart second = store.beginSession("second", LONG, PATIENCE);
        LockRecord.Lease lease = heldBy(session.id(), KEY, 1).leases().get(0);
        LockRecord.Claim claim = new LockRecord.Claim(second.id(), "node", "who", LockMode.READ, 1, SINCE);
        put(store, new LockRecord(KEY, 0, 1, List.of(lease), List.of(claim)));
        spy.executed();

        Updated<Boolean> looked = store.update(
                KEY,
                null,
                (current, view) -> Change.none(view.isAlive(session.id()) && view.isAlive(second.id())),
                PATIENCE);

        assertThat(looked.result()).isTrue();
        assertThat(spy.executed()).hasSize(2);
    }

    @Test
    void theNotificationIsPartOfTheStatement() {
        open(TestDatabase.POSTGRESQL);
        Step<String> telling = (current, view) ->
                new Change<>(idle(KEY, 1), "", Set.of(session.id(), "8c7b0fd5-0a1b-4c52-9a27-000000000000"));

        LockRecord made = store.update(KEY, guess(null), telling, PATIENCE).record();
        store.update(KEY, guess(made), telling, PATIENCE);

        List<String> executed = spy.executed();
        assertThat(executed).hasSize(2).allMatch(sql -> sql.contains("pg_notify"));
        assertThat(find(store, KEY).version()).isEqualTo(made.version() + 1);
    }

    @Test
    void aWrongGuessTellsNobodyAndIsNotTakenForARightOne() {
        open(TestDatabase.POSTGRESQL);
        put(store, idle(KEY, 7));
        Step<Long> telling = (current, view) ->
                new Change<>(idle(KEY, current == null ? 0 : current.token() + 1), 0L, Set.of(session.id()));

        store.update(KEY, guess(null), telling, PATIENCE);

        assertThat(find(store, KEY).token()).isEqualTo(8);
    }
}
