package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.spi.LockRecord;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.StoreException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A store says what it is, is shared by threads, and is closed by itself. */
abstract class StoreClosingContract extends StoreContract {

    StoreClosingContract(LockStoreContract storage) {
        super(storage);
    }

    @Test
    void aStoreSaysWhatItIs() {
        store.check(PATIENCE);

        assertThat(store.kind()).matches("[a-z][a-z0-9-]*").isEqualTo(other.kind());
        assertThat(store.describe()).isNotBlank().doesNotContain("\n");
        assertThat(store.firstLook()).isPositive();
    }

    @Test
    void closingAStoreClosesNoOther() {
        LockRecord before = put(store, idle(KEY, 7));
        SessionStart theirs = other.beginSession("other", LONG, PATIENCE);

        store.close();

        assertThat(find(other, KEY)).isEqualTo(before);
        assertThat(other.beat(theirs.id(), LONG, "", PATIENCE).alive()).isTrue();
        assertThat(find(open(), KEY)).isEqualTo(before);
    }

    @Test
    void aStoreThatIsClosedSaysSo() {
        store.close();
        store.close();

        assertThatThrownBy(() -> put(store, idle(KEY, 7)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> store.read(List.of(KEY), PATIENCE)).isInstanceOf(StoreException.class);
        assertThatThrownBy(this::begin).isInstanceOf(StoreException.class);
        assertThat(find(other, KEY)).isNull();
    }

    @Test
    void anInterruptHarmsNobodyElse() {
        SessionStart session = begin();
        LockRecord before = put(store, held(KEY, 7));

        assertThat(inInterruptedThread(() -> put(store, idle(KEY, 8)))).isTrue();
        assertThat(inInterruptedThread(() -> store.read(List.of(KEY), PATIENCE)))
                .isTrue();
        assertThat(inInterruptedThread(() -> store.beat(session.id(), LONG, "", PATIENCE)))
                .isTrue();

        assertThat(find(store, KEY)).isIn(before, find(other, KEY));
        assertThat(put(store, idle(KEY, 9)).token()).isEqualTo(9);
        assertThat(isAlive(other, session)).isTrue();
        assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isTrue();
    }

    /** Whether the thread was still interrupted after this, whatever came of it. */
    private boolean inInterruptedThread(Callable<?> work) {
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        contenders
                .start("interrupted", () -> {
                    Thread.currentThread().interrupt();
                    try {
                        return work.call() != null;
                    } catch (StoreException interrupted) {
                        return false;
                    } finally {
                        stillInterrupted.set(Thread.currentThread().isInterrupted());
                    }
                })
                .result();
        return stillInterrupted.get();
    }
}
