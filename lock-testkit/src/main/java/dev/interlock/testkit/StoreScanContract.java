package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.spi.LockRecord;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.ScannableStore;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.Updated;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that can list its records lists those in use, and clears away the others. */
abstract class StoreScanContract extends StoreContract {

    private ScannableStore scanned;

    StoreScanContract(LockStoreContract storage) {
        super(storage);
    }

    @BeforeEach
    void storeCanScan() {
        assumeTrue(store instanceof ScannableStore, "a store that can list its records");
        scanned = (ScannableStore) other;
    }

    private static RecordKey key(int number) {
        return new RecordKey("scanned:" + number);
    }

    @Test
    void recordsThatAreHeldOrAwaitedAreBusy() {
        LockRecord held = put(store, held(key(1), 1));
        LockRecord awaited = put(store, awaited(key(2), 2));
        put(store, idle(key(3), 3));

        assertThat(scanned.busy(10, PATIENCE)).containsExactlyInAnyOrder(held, awaited);
    }

    @Test
    void aRecordThatWasBusyIsNotBusyAnyMore() {
        put(store, held(KEY, 1));
        put(store, idle(KEY, 2));
        assertThat(scanned.busy(10, PATIENCE)).isEmpty();

        LockRecord again = put(store, held(KEY, 3));
        assertThat(scanned.busy(10, PATIENCE)).containsExactly(again);
    }

    @Test
    void noMoreRecordsAreListedThanWereAskedFor() {
        List<LockRecord> made = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            made.add(put(store, i % 2 == 0 ? held(key(i), i) : awaited(key(i), i)));
            put(store, idle(new RecordKey("idle:" + i), i));
        }

        assertThat(scanned.busy(5, PATIENCE)).hasSize(5).isSubsetOf(made).doesNotHaveDuplicates();
        assertThat(scanned.busy(12, PATIENCE)).containsExactlyInAnyOrderElementsOf(made);
        assertThat(scanned.busy(Integer.MAX_VALUE, PATIENCE)).containsExactlyInAnyOrderElementsOf(made);
    }

    @Test
    void onlyIdleRecordsAreSwept() {
        LockRecord held = put(store, held(key(1), 1));
        LockRecord awaited = put(store, awaited(key(2), 2));
        put(store, idle(key(3), 3));
        put(store, idle(key(4), 4));
        put(store, held(key(5), 5));
        put(store, idle(key(5), 5));

        assertThat(sweepUntilSwept(3)).isEqualTo(3);

        assertThat(store.read(List.of(key(1), key(2), key(3), key(4), key(5)), PATIENCE))
                .containsExactlyInAnyOrder(held, awaited);
        assertThat(scanned.sweep(Duration.ZERO, PATIENCE)).isZero();
    }

    /** A record that was idle for no time at all may stay for another sweep. */
    private int sweepUntilSwept(int count) {
        int[] swept = {0};
        Contenders.until(count + " records are swept", () -> {
            swept[0] += scanned.sweep(Duration.ZERO, PATIENCE);
            return swept[0] >= count;
        });
        return swept[0];
    }

    @Test
    void recordsThatWereInUseNotLongAgoStay() {
        LockRecord recent = put(store, idle(KEY, 1));

        assertThat(scanned.sweep(LONG, PATIENCE)).isZero();

        assertThat(find(store, KEY)).isEqualTo(recent);
    }

    @Test
    void aGuessOfARecordThatWasSweptIsWrong() {
        LockRecord swept = put(store, idle(KEY, 7));
        sweepUntilSwept(1);

        Updated<Long> updated = store.update(KEY, guess(swept), INCREMENT, PATIENCE);

        assertThat(updated.result()).isEqualTo(1);
        assertThat(find(other, KEY)).isEqualTo(updated.record());
    }

    @Test
    void aRecordThatIsMadeAnewIsNotTakenForTheOneThatWasSwept() {
        for (int i = 0; i < 10; i++) {
            LockRecord swept = put(store, idle(KEY, 7));
            sweepUntilSwept(1);
            LockRecord anew = put(other, idle(KEY, 100));
            assertThat(anew.version()).isNotEqualTo(swept.version());

            assertThat(store.update(KEY, guess(swept), INCREMENT, PATIENCE).result())
                    .isEqualTo(101);
            sweepUntilSwept(1);
        }
    }

    @Test
    void sessionsThatLiveAreNotSweptAndThoseThatDiedStayDead() {
        SessionStart living = begin();
        SessionStart dead = begin();
        other.tell(living.id(), "word", PATIENCE);
        storage.expire(dead);

        scanned.sweep(Duration.ZERO, PATIENCE);

        assertThat(isAlive(other, living)).isTrue();
        assertThat(store.beat(living.id(), LONG, "", PATIENCE).notices()).containsExactly("word");
        assertThat(isAlive(other, dead)).isFalse();
        assertThat(store.beat(dead.id(), LONG, "", PATIENCE).alive()).isFalse();
    }
}
