package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.spi.Change;
import dev.interlock.spi.ChangeFeed;
import dev.interlock.spi.Guess;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.ScannableStore;
import dev.interlock.spi.StampRecord;
import dev.interlock.spi.StampStore;
import dev.interlock.spi.StoreException;
import dev.interlock.spi.Updated;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreFaultsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final RecordKey KEY = new RecordKey("account:42");

    private final SharedMemoryStore space = new SharedMemoryStore();
    private final StoreFaults faults = new StoreFaults();
    private final LockStore store = faults.around(space.connect());
    private final Contenders contenders = new Contenders();

    @AfterEach
    void letGo() {
        faults.heal();
        contenders.close();
    }

    @Test
    void whatIsRefusedHasDoneNothing() {
        faults.next(1, StoreFault.REFUSED, StoreCall.UPDATE);

        assertThatThrownBy(() -> make(null))
                .isInstanceOfSatisfying(StoreException.class, thrown -> assertThat(thrown.isPassing())
                        .isTrue());
        assertThat(space.records()).isEmpty();

        make(null);
        assertThat(space.records()).hasSize(1);
    }

    @Test
    void whatWasDoneThoughTheReplyIsLostIsDone() {
        faults.next(1, StoreFault.REPLY_LOST);

        assertThatThrownBy(() -> make(null))
                .isInstanceOfSatisfying(StoreException.class, thrown -> assertThat(thrown.isPassing())
                        .isTrue());
        assertThat(space.records()).hasSize(1);
    }

    @Test
    void whatIsBrokenStaysSoUntilItIsHealed() {
        faults.always(StoreFault.BROKEN, StoreCall.SESSIONS, StoreCall.CHECK);

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> store.sessions(PATIENCE))
                    .isInstanceOfSatisfying(StoreException.class, thrown -> assertThat(thrown.isPassing())
                            .isFalse());
        }
        make(null);
        faults.heal();
        assertThat(store.sessions(PATIENCE)).isEmpty();
    }

    @Test
    void whatHangsGoesOnWhenItIsHealedAndIsDeafToInterrupts() {
        faults.always(StoreFault.HANGING, StoreCall.UPDATE);
        Contender<Boolean> hung = contenders.start("hung", () -> {
            make(null);
            return Thread.currentThread().isInterrupted();
        });
        Contenders.until("it hangs", () -> faults.hanging() == 1);
        assertThat(space.records()).isEmpty();

        hung.interrupt();
        faults.heal();

        assertThat(hung.result()).isTrue();
        assertThat(faults.hanging()).isZero();
        assertThat(space.records()).hasSize(1);
    }

    @Test
    void whatHangsFailsWhenItsPatienceEnds() {
        faults.always(StoreFault.HANGING, StoreCall.READ);

        assertThatThrownBy(() -> store.read(List.of(KEY), Duration.ofMillis(1)))
                .isInstanceOfSatisfying(StoreException.class, thrown -> assertThat(thrown.isPassing())
                        .isTrue())
                .hasMessageContaining("PT0.001S");
    }

    @Test
    void countsCallsAndUpdatesWhoseGuessWasRight() {
        Updated<String> made = make(null);
        make(new Guess(made.record(), space.now()));
        make(new Guess(null, space.now()));
        store.sessions(PATIENCE);
        faults.next(1, StoreFault.REFUSED);
        assertThatThrownBy(() -> store.read(List.of(), PATIENCE)).isInstanceOf(StoreException.class);

        assertThat(faults.calls(StoreCall.UPDATE)).isEqualTo(3);
        assertThat(faults.calls()).isEqualTo(5);
        assertThat(faults.calls(StoreCall.BEAT)).isZero();
        assertThat(faults.guessed()).isEqualTo(1);
    }

    @Test
    void stampsHaveFaultsOfTheirOwn() {
        StampStore stamps = (StampStore) store;
        StampRecord first = new StampRecord(1, 1, null);
        StampRecord second = new StampRecord(2, 2, null);
        faults.next(1, StoreFault.REFUSED, StoreCall.REPLACE_STAMP);
        faults.next(1, StoreFault.REPLY_LOST, StoreCall.REPLACE_STAMP);
        faults.next(1, StoreFault.BROKEN, StoreCall.READ_STAMP);

        assertThatThrownBy(() -> stamps.replaceStamp("account:42", null, first, PATIENCE))
                .isInstanceOf(StoreException.class);
        assertThat(space.stamp("account:42")).isEmpty();
        assertThatThrownBy(() -> stamps.replaceStamp("account:42", null, first, PATIENCE))
                .isInstanceOf(StoreException.class);
        assertThat(space.stamp("account:42")).contains(first);
        assertThat(stamps.replaceStamp("account:42", first, second, PATIENCE)).isTrue();

        assertThatThrownBy(() -> stamps.readStamp("account:42", PATIENCE)).isInstanceOf(StoreException.class);
        assertThat(stamps.readStamp("account:42", PATIENCE)).isEqualTo(second);
        assertThat(faults.calls(StoreCall.REPLACE_STAMP)).isEqualTo(3);
        assertThat(faults.calls(StoreCall.READ_STAMP)).isEqualTo(2);
    }

    @Test
    void noHintArrivesWhileThereIsSilence() throws Exception {
        Queue<RecordKey> hints = new ConcurrentLinkedQueue<>();
        Queue<RecordKey> others = new ConcurrentLinkedQueue<>();
        try (AutoCloseable mine = ((ChangeFeed) store).subscribe("me", hints::add);
                AutoCloseable theirs = ((ChangeFeed) space.connect()).subscribe("me", others::add)) {
            faults.silence();
            make(null);
            Contenders.until("others are told", () -> others.size() == 1);
            faults.heal();
            make(null);
            Contenders.until("others are told again", () -> others.size() == 2);

            Contenders.until("the second is told", () -> hints.size() == 1);
        }
    }

    @Test
    void whatIsAroundAStoreCanDoWhatTheStoreCan() {
        LockStore plain = (LockStore) Proxy.newProxyInstance(
                LockStore.class.getClassLoader(),
                new Class<?>[] {LockStore.class},
                (proxy, method, arguments) -> "plain");

        assertThat(store)
                .isInstanceOf(ScannableStore.class)
                .isInstanceOf(ChangeFeed.class)
                .isInstanceOf(StampStore.class);
        assertThat(store.kind()).isEqualTo("shared-memory");
        assertThat(faults.around(plain))
                .isNotInstanceOf(ScannableStore.class)
                .isNotInstanceOf(ChangeFeed.class)
                .isNotInstanceOf(StampStore.class);
        assertThat(faults.around(plain).kind()).isEqualTo("plain");
    }

    private Updated<String> make(@Nullable Guess guess) {
        LockRecord record = new LockRecord(KEY, 0, 7, List.of(), List.of());
        return store.update(KEY, guess, (current, view) -> new Change<>(record, "made", Set.of("me")), PATIENCE);
    }
}
