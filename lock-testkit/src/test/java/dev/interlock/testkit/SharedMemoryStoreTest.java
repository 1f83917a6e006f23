package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.spi.Change;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.StampRecord;
import dev.interlock.spi.StampStore;
import dev.interlock.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharedMemoryStoreTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final RecordKey KEY = new RecordKey("account:42");

    private final SharedMemoryStore space = new SharedMemoryStore(InstantSource.fixed(BEGINNING));
    private final LockStore store = space.connect();

    @Test
    void itsClockFollowsTheOneThatItWasGivenInMicroseconds() {
        Instant odd = Instant.parse("2026-01-01T00:00:00.123456789Z");

        assertThat(new SharedMemoryStore(InstantSource.fixed(odd)).now())
                .isEqualTo(Instant.parse("2026-01-01T00:00:00.123456Z"));
    }

    @Test
    void itsClockIsSetForwardAndBack() {
        space.moveClock(MINUTE);
        assertThat(space.now()).isEqualTo(BEGINNING.plus(MINUTE));

        space.moveClock(Duration.ofMinutes(-3));
        assertThat(space.now()).isEqualTo(BEGINNING.minus(Duration.ofMinutes(2)));
    }

    @Test
    void itsClockStandsStillWhileItIsFrozenAndGoesOnFromThere() {
        ManualTime time = new ManualTime();
        SharedMemoryStore following = new SharedMemoryStore(time::instant);
        Instant begin = following.now();

        following.freezeClock();
        time.advance(MINUTE);
        assertThat(following.now()).isEqualTo(begin);

        following.moveClock(Duration.ofSeconds(1));
        following.runClock();
        time.advance(MINUTE);
        assertThat(following.now()).isEqualTo(begin.plus(MINUTE).plusSeconds(1));
    }

    @Test
    void sessionsEndByItsClockAndStayEndedWhenThatIsSetBack() {
        SessionStart session = store.beginSession("node", MINUTE, PATIENCE);

        space.moveClock(MINUTE.minusNanos(1000));
        assertThat(space.sessions()).hasSize(1);

        space.moveClock(Duration.ofNanos(1000));
        assertThat(space.sessions()).isEmpty();

        space.moveClock(MINUTE.negated());
        assertThat(store.beat(session.id(), MINUTE, "", PATIENCE).alive()).isFalse();
    }

    @Test
    void showsWhatItKeeps() {
        assertThat(space.record("account:42")).isEmpty();

        LockRecord made = make(7);

        assertThat(space.record("account:42")).isEqualTo(Optional.of(made));
        assertThat(space.records()).containsExactly(made);

        space.clear();
        assertThat(space.records()).isEmpty();
    }

    @Test
    void showsTheStampsThatItKeeps() {
        StampRecord made = new StampRecord(1, 100, "alice");
        assertThat(space.stamp("account:42")).isEmpty();

        assertThat(((StampStore) store).replaceStamp("account:42", null, made, PATIENCE))
                .isTrue();

        assertThat(space.stamp("account:42")).contains(made);

        space.clear();
        assertThat(space.stamp("account:42")).isEmpty();
    }

    @Test
    void aStepCannotTurnARecordIntoThatOfAnotherResource() {
        LockRecord other = new LockRecord(new RecordKey("other"), 0, 1, List.of(), List.of());

        assertThatThrownBy(() -> store.update(KEY, null, (current, view) -> Change.to(other, "made"), PATIENCE))
                .hasMessageContaining("account:42")
                .hasMessageContaining("other");
        assertThat(space.records()).isEmpty();
    }

    @Test
    void closingAConnectionClosesNoOther() {
        LockStore another = space.connect();
        SessionStart session = store.beginSession("node", MINUTE, PATIENCE);

        store.close();

        assertThatThrownBy(() -> store.read(List.of(KEY), PATIENCE))
                .isInstanceOfSatisfying(StoreException.class, thrown -> assertThat(thrown.isPassing())
                        .isFalse())
                .hasMessageContaining("closed");
        assertThat(another.sessions(PATIENCE)).extracting("id").containsExactly(session.id());
    }

    @Test
    void aStepIsGivenUpWhenOthersAreAlwaysFaster() {
        assertThatThrownBy(() -> store.update(
                        KEY,
                        null,
                        (current, view) -> {
                            LockRecord faster = make(1);
                            return Change.to(faster, "never");
                        },
                        Duration.ZERO))
                .isInstanceOfSatisfying(StoreException.class, thrown -> assertThat(thrown.isPassing())
                        .isTrue())
                .hasMessageContaining("account:42");
    }

    private LockRecord make(long token) {
        LockRecord record = new LockRecord(KEY, 0, token, List.of(), List.of());
        return Objects.requireNonNull(store.update(KEY, null, (current, view) -> Change.to(record, "made"), PATIENCE)
                .record());
    }
}
