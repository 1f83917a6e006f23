package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.engine.TimeoutRule.Suggestion;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How a timeout adapts from look to look. */
class AdaptationTest {

    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;

    private final Adaptation adaptation = new Adaptation();
    private Observed all = Observed.NOTHING;
    private long timeout = 10 * SECOND;
    private Bounds bounds = new Bounds(SECOND, 60 * SECOND);

    /** Another minute, in which so many waited for so long, and so many in vain for as long as they might. */
    private void minute(int served, long waits, int timedOut) {
        Spread holds = SpreadTest.of(served, MS);
        all = all.plus(new Observed(SpreadTest.of(served, waits), SpreadTest.of(timedOut, timeout), holds, holds));
        look();
    }

    private void look() {
        Suggestion next = adaptation.look(all, timeout, bounds);
        timeout = next.nanos();
    }

    private void minutes(int number, int served, long waits) {
        for (int i = 0; i < number; i++) {
            minute(served, waits, 0);
        }
    }

    @Test
    void aTimeoutStaysAsLongAsNothingIsLearned() {
        minutes(Adaptation.LOOKS_BEFORE_FALLING + 2, 1, MS);

        assertThat(timeout).isEqualTo(10 * SECOND);
    }

    @Test
    void itRisesAtOnceWhenManyTimeOutAndAgainUntilItSuffices() {
        minute(900, MS, 100);
        assertThat(timeout).isEqualTo(20 * SECOND);

        minute(900, MS, 100);
        assertThat(timeout).isEqualTo(60 * SECOND);
    }

    @Test
    void itStaysWithinItsBounds() {
        for (int i = 0; i < 10; i++) {
            minute(0, 0, 100);
            assertThat(timeout).isLessThanOrEqualTo(60 * SECOND);
        }
        assertThat(timeout).isEqualTo(60 * SECOND);

        minutes(200, 1000, MS);
        assertThat(timeout).isEqualTo(SECOND);
    }

    @Test
    void oneThatIsSetBeyondTheBoundsComesWithinThemOnceEnoughIsKnown() {
        bounds = new Bounds(20 * SECOND, 60 * SECOND);
        minute(50, MS, 0);
        assertThat(timeout).isEqualTo(10 * SECOND);

        minute(50, MS, 0);
        assertThat(timeout).isEqualTo(20 * SECOND);
    }

    @Test
    void itFallsOnlyAfterALongTimeOfShortWaits() {
        minutes(Adaptation.LOOKS_BEFORE_FALLING - 1, 1000, MS);
        assertThat(timeout).isEqualTo(10 * SECOND);

        minute(1000, MS, 0);
        assertThat(timeout).isEqualTo(SECOND);
    }

    @Test
    void itFallsToTheLongestThatItWouldHaveHadMeanwhile() {
        minutes(10, 1000, MS);
        minute(1000, 1500 * MS, 0);
        minutes(Adaptation.LOOKS_BEFORE_FALLING - 11, 1000, MS);

        assertThat(timeout).isEqualTo(5 * SECOND);
    }

    @Test
    void oneBusyMinuteBeginsTheCountAnew() {
        minutes(Adaptation.LOOKS_BEFORE_FALLING - 1, 1000, MS);
        minute(1000, 4 * SECOND, 0);
        minutes(Adaptation.LOOKS_BEFORE_FALLING - 1, 1000, MS);
        assertThat(timeout).isEqualTo(10 * SECOND);
    }

    @Test
    void minutesInWhichNothingHappenedDoNotCount() {
        minutes(Adaptation.LOOKS_BEFORE_FALLING - 1, 1000, MS);
        for (int i = 0; i < 100; i++) {
            look();
        }

        assertThat(timeout).isEqualTo(10 * SECOND);
    }

    @Test
    void itDoesNotFallBecauseItCutsOffTheLongWaits() {
        for (int i = 0; i < 300; i++) {
            minute(1000, MS, 1);
            assertThat(timeout).isGreaterThanOrEqualTo(10 * SECOND);
        }
    }

    @Test
    void underTheSameLoadItComesToRest() {
        int changes = 0;
        for (int i = 0; i < 300; i++) {
            long before = timeout;
            boolean rush = i % 20 == 0;
            minute(900, rush ? 3 * SECOND : MS, rush && timeout < 3 * SECOND ? 100 : 0);
            changes += timeout == before ? 0 : 1;
        }

        assertThat(changes).isLessThanOrEqualTo(1);
    }

    @Test
    void statisticsThatBeginAnewAreNoNews() {
        minutes(10, 1000, MS);
        all = Observed.NOTHING;
        minute(10, MS, 0);
        minutes(Adaptation.LOOKS_BEFORE_FALLING, 1000, MS);

        assertThat(timeout).isEqualTo(SECOND);
    }

    @Test
    void boundsMustBeBounds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bounds.of(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .withMessage(
                        "the shortest adaptive timeout is PT2S, which is more than the longest, PT1S; exchange them");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bounds.of(Duration.ZERO, Duration.ofSeconds(1)))
                .withMessage("the shortest adaptive timeout must be longer than zero, but is PT0S");
    }
}
