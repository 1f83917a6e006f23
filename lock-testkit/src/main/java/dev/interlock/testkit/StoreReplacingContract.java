package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.spi.Change;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.Step;
import dev.interlock.spi.Updated;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A record is replaced by what the step makes of what is really there, whatever the guess was. */
abstract class StoreReplacingContract extends StoreContract {

    private static final Step<Optional<LockRecord>> LOOK = (current, view) -> Change.none(Optional.ofNullable(current));

    StoreReplacingContract(LockStoreContract storage) {
        super(storage);
    }

    @Test
    void thereIsNoRecordBeforeOneIsMade() {
        assertThat(store.read(List.of(KEY), PATIENCE)).isEmpty();

        Updated<Optional<LockRecord>> looked = store.update(KEY, null, LOOK, PATIENCE);

        assertThat(looked.result()).isEmpty();
        assertThat(looked.record()).isNull();
        assertThat(store.read(List.of(KEY), PATIENCE)).isEmpty();
    }

    @Test
    void aRecordIsMadeWithoutAGuess() {
        Updated<Long> made = store.update(KEY, null, INCREMENT, PATIENCE);

        assertThat(made.result()).isEqualTo(1);
        assertThat(stored(made)).isEqualTo(idle(KEY, 1).withVersion(stored(made).version()));
        assertThat(find(other, KEY)).isEqualTo(made.record());
    }

    @Test
    void aRecordIsMadeOnTheGuessThatThereIsNone() {
        Updated<Long> made = store.update(KEY, guess(null), INCREMENT, PATIENCE);

        assertThat(made.result()).isEqualTo(1);
        assertThat(find(other, KEY)).isEqualTo(made.record());
    }

    @Test
    void aRecordIsReplacedOnTheRightGuess() {
        LockRecord first = put(store, idle(KEY, 7));

        Updated<Long> second = store.update(KEY, guess(first), INCREMENT, PATIENCE);

        assertThat(second.result()).isEqualTo(8);
        assertThat(find(other, KEY)).isEqualTo(second.record());
    }

    @Test
    void aRecordIsReplacedOnTheRightGuessOfAnotherStore() {
        LockRecord first = put(store, idle(KEY, 7));

        assertThat(other.update(KEY, guess(first), INCREMENT, PATIENCE).result())
                .isEqualTo(8);
        assertThat(store.update(KEY, guess(find(store, KEY)), INCREMENT, PATIENCE)
                        .result())
                .isEqualTo(9);
    }

    @Test
    void theTimeOfARightGuessIsTheOneThatWasGuessed() {
        Step<Instant> made = (current, view) -> Change.to(idle(KEY, 1), view.now());

        Updated<Instant> updated = store.update(KEY, guess(null), made, PATIENCE);

        assertThat(updated.result()).isEqualTo(updated.now() == null ? SINCE : updated.now());
    }

    @Test
    void aStaleGuessOverwritesNothing() {
        LockRecord stale = put(store, idle(KEY, 7));
        put(other, idle(KEY, 100));

        Updated<Long> updated = store.update(KEY, guess(stale), INCREMENT, PATIENCE);

        assertThat(updated.result()).isEqualTo(101);
        assertThat(updated.now()).isNotNull();
        assertThat(find(other, KEY))
                .isEqualTo(updated.record())
                .isEqualTo(idle(KEY, 101).withVersion(stored(updated).version()));
    }

    @Test
    void aStaleGuessThatLooksLikeWhatIsThereIsStillStale() {
        LockRecord stale = put(store, idle(KEY, 7));
        put(other, idle(KEY, 8));
        put(other, idle(KEY, 7));
        List<@Nullable LockRecord> seen = new ArrayList<>();

        store.update(
                KEY,
                guess(stale),
                (current, view) -> {
                    seen.add(current);
                    return Change.to(idle(KEY, 9), "");
                },
                PATIENCE);

        LockRecord last = Objects.requireNonNull(seen.get(seen.size() - 1));
        assertThat(last.version()).isNotEqualTo(stale.version());
    }

    @Test
    void theGuessThatThereIsNoneOverwritesNothing() {
        put(other, idle(KEY, 7));

        assertThat(store.update(KEY, guess(null), INCREMENT, PATIENCE).result()).isEqualTo(8);
    }

    @Test
    void aGuessedRecordThatNeverWasIsNoRecord() {
        LockRecord invented = idle(KEY, 7).withVersion(123_456_789);

        Updated<Long> updated = store.update(KEY, guess(invented), INCREMENT, PATIENCE);

        assertThat(updated.result()).isEqualTo(1);
        assertThat(find(other, KEY)).isEqualTo(updated.record());
    }

    @Test
    void aStepThatWantsNoChangeSeesWhatIsReallyThere() {
        LockRecord stale = put(store, idle(KEY, 7));
        LockRecord real = put(other, idle(KEY, 100));

        for (LockRecord guessed : new @Nullable LockRecord[] {stale, real, null}) {
            Updated<Optional<LockRecord>> looked = store.update(KEY, guess(guessed), LOOK, PATIENCE);

            assertThat(looked.result()).contains(real);
            assertThat(looked.record()).isEqualTo(real);
            assertThat(looked.now()).isNotNull();
        }
        assertThat(find(store, KEY)).isEqualTo(real);
    }

    @Test
    void aStepThatWantsNoChangeOfWhatIsNotThereMakesNothing() {
        LockRecord invented = idle(KEY, 7).withVersion(123_456_789);

        assertThat(store.update(KEY, guess(invented), LOOK, PATIENCE).result()).isEmpty();
        assertThat(store.update(KEY, guess(null), LOOK, PATIENCE).record()).isNull();
        assertThat(find(store, KEY)).isNull();
    }

    @Test
    void aStepThatOnlyWantsAChangeOfTheGuessChangesNothing() {
        LockRecord stale = put(store, idle(KEY, 7));
        LockRecord real = put(other, held(KEY, 100));

        Updated<String> updated = store.update(
                KEY,
                guess(stale),
                (current, view) -> current != null && current.isIdle()
                        ? Change.to(held(KEY, current.token() + 1), "taken")
                        : Change.none("refused"),
                PATIENCE);

        assertThat(updated.result()).isEqualTo("refused");
        assertThat(updated.record()).isEqualTo(real);
        assertThat(find(store, KEY)).isEqualTo(real);
    }

    @Test
    void theVersionIsAnotherOneWithEachReplacementAndOfTheStoresChoice() {
        Set<Long> versions = new HashSet<>();
        LockRecord last = put(store, idle(KEY, 0));
        versions.add(last.version());

        for (int i = 1; i <= 20; i++) {
            LockRecord before = last;
            last = stored((i % 2 == 0 ? store : other)
                    .update(
                            KEY,
                            guess(before),
                            (current, view) -> Change.to(idle(KEY, 1).withVersion(before.version()), ""),
                            PATIENCE));
            versions.add(last.version());
        }

        assertThat(versions).hasSize(21).allMatch(version -> version >= 0);
        assertThat(find(store, KEY)).isEqualTo(last);
    }

    @Test
    void aReplacementByAnEqualRecordIsOne() {
        LockRecord first = put(store, idle(KEY, 7));

        LockRecord second = put(store, idle(KEY, 7));

        assertThat(second.version()).isNotEqualTo(first.version());
        assertThat(find(other, KEY)).isEqualTo(second);
    }

    @Test
    void otherRecordsStayAsTheyAre() {
        RecordKey another = new RecordKey("account:43");
        LockRecord untouched = put(store, held(another, 5));

        put(store, idle(KEY, 7));
        put(other, idle(KEY, 8));

        assertThat(find(store, another)).isEqualTo(untouched);
    }

    @Test
    @SuppressWarnings("NullAway") // does not see that the result of this step may be null
    void aResultMayBeNothing() {
        Step<@Nullable String> step = (current, view) -> Change.to(idle(KEY, 1), null);

        assertThat(store.update(KEY, null, step, PATIENCE).result()).isNull();
    }

    @Test
    void aStepThatFailsHasDoneNothingAndItsFailureIsTold() {
        LockRecord before = put(store, idle(KEY, 7));
        Step<String> failing = (current, view) -> {
            throw new ArithmeticException("a test");
        };

        assertThatThrownBy(() -> store.update(KEY, null, failing, PATIENCE)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> store.update(KEY, guess(before), failing, PATIENCE))
                .isInstanceOf(ArithmeticException.class);

        assertThat(find(store, KEY)).isEqualTo(before);
        assertThat(store.update(KEY, null, INCREMENT, PATIENCE).result()).isEqualTo(8);
        assertThat(other.update(KEY, null, INCREMENT, PATIENCE).result()).isEqualTo(9);
    }

    @Test
    void theTimeIsThatOfTheStoreInMicroseconds() {
        Instant before = begin().now();
        Step<Instant> look = (current, view) -> Change.none(view.now());

        Updated<Instant> updated = other.update(KEY, null, look, PATIENCE);

        assertThat(updated.result()).isEqualTo(updated.now());
        assertThat(updated.result()).isBetween(before, before.plus(Duration.ofMinutes(1)));
        assertThat(updated.result()).isEqualTo(updated.result().truncatedTo(ChronoUnit.MICROS));
        assertThat(before).isEqualTo(before.truncatedTo(ChronoUnit.MICROS));
    }

    @Test
    void manyRecordsAreReadAtOnce() {
        List<RecordKey> keys = IntStream.range(0, 1500)
                .mapToObj(i -> new RecordKey("many:" + i))
                .toList();
        List<LockRecord> made = new ArrayList<>();
        for (int i = 0; i < keys.size(); i += 10) {
            made.add(put(store, idle(keys.get(i), i)));
        }

        assertThat(other.read(keys, PATIENCE)).containsExactlyInAnyOrderElementsOf(made);
    }

    @Test
    void nothingIsReadWhenNothingIsAskedFor() {
        put(store, idle(KEY, 7));

        assertThat(store.read(List.of(), PATIENCE)).isEmpty();
        assertThat(store.read(List.of(new RecordKey("other")), PATIENCE)).isEmpty();
    }
}
