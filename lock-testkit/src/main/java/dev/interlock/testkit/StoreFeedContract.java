package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.spi.Change;
import dev.interlock.spi.ChangeFeed;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionStart;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that can wake sessions wakes the right ones. As a hint may be lost, changes are told until one has come. */
abstract class StoreFeedContract extends StoreContract {

    private static final RecordKey LAST = new RecordKey("last:1");

    private final List<AutoCloseable> subscriptions = new ArrayList<>();
    private SessionStart here;
    private SessionStart there;

    StoreFeedContract(LockStoreContract storage) {
        super(storage);
    }

    @BeforeEach
    void storeCanFeed() {
        assumeTrue(store instanceof ChangeFeed, "a store that can wake sessions");
        here = begin();
        there = other.beginSession("there", LONG, PATIENCE);
    }

    @AfterEach
    void closeSubscriptions() throws Exception {
        for (AutoCloseable each : subscriptions) {
            each.close();
        }
    }

    private Queue<RecordKey> subscribe(LockStore to, SessionStart session) {
        Queue<RecordKey> hints = new ConcurrentLinkedQueue<>();
        subscriptions.add(((ChangeFeed) to).subscribe(session.id(), hints::add));
        return hints;
    }

    private static void tell(LockStore from, RecordKey key, SessionStart... sessions) {
        Set<String> told =
                Set.of(List.of(sessions).stream().map(SessionStart::id).toArray(String[]::new));
        from.update(key, null, (current, view) -> new Change<>(idle(key, 1), "", told), PATIENCE);
    }

    private static void tellUntilHinted(
            LockStore from, RecordKey key, Queue<RecordKey> hints, SessionStart... sessions) {
        Contenders.until("a hint at " + key, () -> {
            tell(from, key, sessions);
            return hints.contains(key);
        });
    }

    @Test
    void aSessionIsToldOfAChangeByAnotherStore() {
        Queue<RecordKey> hints = subscribe(other, there);

        tellUntilHinted(store, KEY, hints, there);

        assertThat(hints).containsOnly(KEY);
    }

    @Test
    void aSessionIsToldOfAChangeByItsOwnStore() {
        Queue<RecordKey> hints = subscribe(store, here);

        tellUntilHinted(store, KEY, hints, here);

        assertThat(hints).containsOnly(KEY);
    }

    @Test
    void severalSessionsAreToldAtOnce() {
        Queue<RecordKey> hintsHere = subscribe(store, here);
        Queue<RecordKey> hintsThere = subscribe(other, there);

        tellUntilHinted(store, KEY, hintsHere, here, there);
        tellUntilHinted(other, KEY, hintsThere, here, there);
    }

    @Test
    void severalSessionsOfOneStoreAreToldApart() {
        SessionStart second = other.beginSession("second", LONG, PATIENCE);
        Queue<RecordKey> first = subscribe(other, there);
        Queue<RecordKey> seconds = subscribe(other, second);

        tellUntilHinted(store, KEY, first, there);
        tellUntilHinted(store, LAST, seconds, second);

        assertThat(first).containsOnly(KEY);
        assertThat(seconds).containsOnly(LAST);
    }

    @Test
    void nobodyElseIsTold() {
        Queue<RecordKey> hintsHere = subscribe(store, here);
        Queue<RecordKey> hintsThere = subscribe(other, there);

        tellUntilHinted(store, KEY, hintsThere, there);
        tellUntilHinted(other, LAST, hintsHere, here);

        assertThat(hintsHere).containsOnly(LAST);
        assertThat(hintsThere).containsOnly(KEY);
    }

    @Test
    void whoHasClosedItsSubscriptionIsToldNothing() throws Exception {
        Queue<RecordKey> closed = subscribe(other, there);
        tellUntilHinted(store, KEY, closed, there);
        subscriptions.get(0).close();
        Queue<RecordKey> open = subscribe(other, there);

        tellUntilHinted(store, LAST, open, there);

        assertThat(closed).doesNotContain(LAST);
        subscriptions.get(0).close();
    }

    @Test
    void aHintNamesTheResourceExactly() {
        Queue<RecordKey> hints = subscribe(other, there);

        for (String name :
                List.of("Job", "job", "a b ", "\u4F60\u597D", "\uD83D\uDD12", "it's; \\ \"%\"", "a\nb", "a\0b")) {
            tellUntilHinted(store, new RecordKey(name), hints, there);
        }
    }

    @Test
    void aNameThatIsTooLongForAHintIsChangedAllTheSame() {
        Queue<RecordKey> hints = subscribe(other, there);
        RecordKey name = new RecordKey("\uD83D\uDD12".repeat(2_000));

        tell(store, name, there);

        assertThat(find(other, name)).isNotNull();
        tellUntilHinted(store, LAST, hints, there);
    }

    @Test
    void aChangeMayBeToldToSessionsThatAreNoMore() {
        Queue<RecordKey> hints = subscribe(other, there);
        storage.expire(here);

        tell(store, KEY, here, there);

        assertThat(find(other, KEY)).isNotNull();
        tellUntilHinted(store, LAST, hints, there);
    }

    @Test
    void whoeverFailsWhenToldIsToldAgainNextTime() {
        Queue<RecordKey> hints = new ConcurrentLinkedQueue<>();
        subscriptions.add(((ChangeFeed) other).subscribe(there.id(), key -> {
            hints.add(key);
            throw new IllegalStateException("a test fails when it is told of " + key);
        }));

        tellUntilHinted(store, KEY, hints, there);
        tellUntilHinted(store, LAST, hints, there);
    }
}
