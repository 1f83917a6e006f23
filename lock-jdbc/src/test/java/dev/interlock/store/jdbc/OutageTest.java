package dev.interlock.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.interlock.spi.Change;
import dev.interlock.spi.Heartbeat;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.StampRecord;
import dev.interlock.spi.Step;
import dev.interlock.spi.StoreException;
import dev.interlock.spi.Updated;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may happen to a network between a store and its database. */
@Tag("once")
class OutageTest extends StoreTest {

    private static final Duration SHORT = Duration.ofMillis(400);
    /** What a busy machine may add to it. */
    private static final Duration AT_MOST = SHORT.plusSeconds(3);

    private TcpProxy proxy;
    private JdbcLockStore store;
    private JdbcLockStore other;

    /** One store behind a proxy, and another one that has no trouble. */
    private void open(TestDatabase database) {
        proxy = closing(new TcpProxy(database.port()));
        other = store(database.dataSource());
        store = bare(database.at(database.urlAt(proxy.port())), builder -> builder);
    }

    /** Both connections are at hand, and their statements prepared. */
    private SessionStart warm() {
        SessionStart session = store.beginSession("node", LONG, PATIENCE);
        store.beat(session.id(), LONG, "", PATIENCE);
        LockRecord made = put(store, idle(KEY, 0));
        store.update(KEY, guess(made), INCREMENT, PATIENCE);
        return session;
    }

    private static Step<Long> counted(AtomicInteger times) {
        return (current, view) -> {
            times.incrementAndGet();
            return INCREMENT.apply(current, view);
        };
    }

    // --- replies that are lost -------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("servers")
    void aReplacementWhoseReplyIsLostIsRecognisedAndNotDoneTwice(TestDatabase database) {
        open(database);
        warm();
        LockRecord before = find(other, KEY);
        AtomicInteger times = new AtomicInteger();

        proxy.loseNextReply();
        Updated<Long> updated = store.update(KEY, guess(before), counted(times), PATIENCE);

        assertThat(updated.result()).isEqualTo(2);
        assertThat(updated.record().version()).isEqualTo(before.version() + 1);
        assertThat(find(other, KEY)).isEqualTo(updated.record());
        assertThat(times).hasValue(1);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aRecordWhoseMakingGotNoReplyIsRecognisedAndNotMadeTwice(TestDatabase database) {
        open(database);
        warm();
        RecordKey key = new RecordKey("account:new");
        store.update(key, guess(null), (current, view) -> Change.none(""), PATIENCE);
        AtomicInteger times = new AtomicInteger();
        Step<String> make = (current, view) -> {
            times.incrementAndGet();
            return current == null ? Change.to(idle(key, 5), "made") : Change.none("found");
        };

        proxy.loseNextReply();
        Updated<String> updated = store.update(key, guess(null), make, PATIENCE);

        assertThat(updated.result()).isEqualTo("made");
        assertThat(find(other, key)).isEqualTo(updated.record());
        assertThat(times).hasValue(1);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aReplacementThatOthersHaveReplacedBeforeItCouldBeRecognisedIsNotClaimed(TestDatabase database) {
        open(database);
        warm();
        LockRecord before = find(other, KEY);

        proxy.loseNextReplyAfter(() -> other.update(KEY, null, INCREMENT, PATIENCE));

        assertThatThrownBy(() -> store.update(KEY, guess(before), INCREMENT, PATIENCE))
                .isInstanceOfSatisfying(StoreException.class, unknown -> assertThat(unknown.isPassing())
                        .isTrue())
                .hasMessageContaining("account:42")
                .hasMessageContaining("not known");
        assertThat(find(other, KEY).token()).isEqualTo(3);
        assertThat(store.update(KEY, null, INCREMENT, PATIENCE).result()).isEqualTo(4);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aStampWhoseReplyIsLostIsRecognisedWhoeverHasSetIt(TestDatabase database) {
        open(database);
        warm();
        StampRecord mark = new StampRecord(1, 100, "session-1/7");
        StampRecord done = new StampRecord(1, 100, null);
        store.readStamp(KEY.resource(), PATIENCE);

        proxy.loseNextReply();
        assertThat(store.replaceStamp(KEY.resource(), null, mark, PATIENCE)).isTrue();
        proxy.resetAll();
        assertThat(store.replaceStamp(KEY.resource(), mark, done, PATIENCE)).isTrue();

        assertThat(other.readStamp(KEY.resource(), PATIENCE)).isEqualTo(done);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aRequestThatReachesTheDatabaseAfterItsRepetitionDoesNothing(TestDatabase database) throws Exception {
        open(database);
        warm();
        LockRecord before = find(other, KEY);

        CountDownLatch late = proxy.delayNextRequest();
        Updated<Long> updated = store.update(KEY, guess(before), INCREMENT, PATIENCE);
        late.countDown();

        assertThat(proxy.delayedHasArrived().await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(updated.result()).isEqualTo(2);
        assertThat(find(other, KEY)).isEqualTo(updated.record());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aHeartbeatWhoseReplyIsLostIsRepeated(TestDatabase database) {
        open(database);
        SessionStart session = warm();

        proxy.loseNextReply();

        assertThat(store.beat(session.id(), LONG, "published", PATIENCE).alive())
                .isTrue();
        assertThat(other.sessions(PATIENCE)).singleElement().satisfies(info -> assertThat(info.published())
                .isEqualTo("published"));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void wordWhoseReplyIsLostIsLeftOnce(TestDatabase database) {
        open(database);
        SessionStart session = warm();
        store.tell(session.id(), "first", PATIENCE);

        proxy.loseNextReply();
        assertThat(store.tell(session.id(), "second", PATIENCE)).isTrue();

        assertThat(other.beat(session.id(), LONG, "", PATIENCE))
                .isEqualTo(new Heartbeat(true, List.of("first", "second")));
    }

    // --- connections that break ------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("servers")
    void aConnectionThatWasResetWhileNobodyUsedItIsReplaced(TestDatabase database) {
        open(database);
        SessionStart session = warm();
        LockRecord before = find(other, KEY);

        proxy.resetAll();

        assertThat(store.update(KEY, guess(before), INCREMENT, PATIENCE).result())
                .isEqualTo(2);
        assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isTrue();
    }

    // --- a black hole ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("servers")
    void patienceHoldsWhenTheNetworkSwallowsEverything(TestDatabase database) {
        open(database);
        SessionStart session = warm();
        String much = "much ".repeat(2_000_000);

        proxy.swallowEverything();

        assertPassingInTime(() -> store.update(KEY, null, INCREMENT, SHORT));
        assertPassingInTime(() -> store.beat(session.id(), LONG, "", SHORT));
        assertPassingInTime(() -> store.beat(session.id(), LONG, much, SHORT));
        assertPassingInTime(() -> store.read(List.of(KEY), SHORT));
        assertPassingInTime(() -> store.sessions(SHORT));
        assertPassingInTime(() -> store.readStamp(KEY.resource(), SHORT));
        assertPassingInTime(() -> store.replaceStamp(KEY.resource(), null, new StampRecord(1, 1, null), SHORT));
        assertPassingInTime(() -> store.check(SHORT));

        proxy.heal();
        await().untilAsserted(() -> assertThat(
                        store.update(KEY, null, INCREMENT, PATIENCE).result())
                .isGreaterThan(1));
        await().ignoreExceptions().untilAsserted(() -> assertThat(
                        store.beat(session.id(), LONG, "", SHORT).alive())
                .isTrue());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void patienceHoldsWhenNobodyTakesWhatIsSent(TestDatabase database) {
        open(database);
        SessionStart session = warm();
        String much = "much ".repeat(2_000_000);

        proxy.takeNothing();

        assertPassingInTime(() -> store.beat(session.id(), LONG, much, SHORT));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void patienceHoldsWhileConnecting(TestDatabase database) {
        open(database);
        proxy.swallowEverything();

        assertPassingInTime(() -> store.update(KEY, null, INCREMENT, SHORT));
        assertPassingInTime(() -> store.beginSession("node", LONG, SHORT));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void patienceHoldsWhileAStoreIsBuilt(TestDatabase database) {
        open(database);
        proxy.swallowEverything();

        assertPassingInTime(() -> JdbcLockStore.builder(database.at(database.urlAt(proxy.port())))
                .patience(SHORT)
                .build());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void closingWaitsForNobodyWhoDoesNotAnswer(TestDatabase database) {
        open(database);
        warm();
        proxy.swallowEverything();

        assertThat(timeOf(store::close)).isLessThan(Duration.ofSeconds(6));
    }

    private static void assertPassingInTime(ThrowingCallable call) {
        Duration took = timeOf(() -> assertThatThrownBy(call)
                .isInstanceOfSatisfying(StoreException.class, fault -> assertThat(fault.isPassing())
                        .isTrue())
                .hasMessageContaining("400 ms"));
        assertThat(took).isBetween(SHORT.minusMillis(50), AT_MOST);
    }

    // --- a server that ends ----------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("servers")
    void aDatabaseThatWasAwayIsFoundAgain(TestDatabase database) {
        open(database);
        SessionStart session = warm();
        LockRecord before = find(other, KEY);

        proxy.close();
        assertThatThrownBy(() -> store.update(KEY, guess(before), INCREMENT, PATIENCE))
                .isInstanceOfSatisfying(StoreException.class, fault -> assertThat(fault.isPassing())
                        .isTrue());
        proxy.reopen();

        assertThat(store.update(KEY, guess(before), INCREMENT, PATIENCE).result())
                .isEqualTo(2);
        assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isTrue();
    }
}
