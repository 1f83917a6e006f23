package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is concluded from durations some of which were cut off. */
class SpreadTest {

    private static final long MS = 1_000_000;

    static Spread of(long... nanos) {
        Sketch sketch = new Sketch();
        LongStream.of(nanos).forEach(each -> sketch.record(each, 1));
        return sketch.spread();
    }

    /** So many of the same length. */
    static Spread of(int number, long nanos) {
        return number == 0
                ? Spread.NONE
                : of(LongStream.generate(() -> nanos).limit(number).toArray());
    }

    @Test
    void aSketchIsSpreadAsItWasRecorded() {
        Sketch sketch = new Sketch();
        sketch.record(5 * MS, 1);
        sketch.record(40 * MS, 64);

        Spread spread = sketch.spread();

        assertThat(spread.total).isEqualTo(65);
        assertThat(spread.longest).isEqualTo(40 * MS);
        assertThat(new Sketch().spread().total).isZero();
    }

    @Test
    void withoutAnybodyWhoGaveUpItIsAPlainPercentile() {
        Spread spread =
                of(LongStream.rangeClosed(1, 1000).map(each -> each * MS).toArray());

        assertThat((double) spread.ofHundred()).isCloseTo(990 * MS, within(990 * MS / 8.0));
        assertThat((double) of(1, 7 * MS).ofHundred()).isCloseTo(7 * MS, within(7 * MS / 8.0));
        assertThat(Spread.NONE.ofHundred()).isZero();
    }

    @Test
    void whoTookNoTimeCountsToo() {
        Spread spread = of(1, 7 * MS).andInstant(99);

        assertThat(spread.total).isEqualTo(100);
        assertThat(spread.ofHundred()).isZero();
        assertThat(spread.longest).isEqualTo(7 * MS);
    }

    @Test
    void whoGivesUpEarlyChangesNothing() {
        Spread ended = of(98, 10 * MS).plus(of(2, 1000 * MS));

        assertThat(Spread.ofHundred(ended, of(500, MS))).isEqualTo(Spread.ofHundred(ended, Spread.NONE));
    }

    @Test
    void whereTooManyGaveUpThereIsNothingToSay() {
        assertThat(Spread.ofHundred(of(97, 10 * MS), of(3, 100 * MS))).isEmpty();
        assertThat(Spread.ofHundred(of(997, 10 * MS), of(3, 100 * MS))).isPresent();
        assertThat(Spread.ofHundred(Spread.NONE, of(3, 100 * MS))).isEmpty();
    }

    @Test
    void whoGaveUpHalfwayMakesThoseCountForMoreWhoWentOn() {
        // 100 are over after 1 ms, 899 gave up at 10 ms, and the last one took 50 ms: of a thousand others like these,
        // 900 would
        Spread ended = of(100, MS).plus(of(1, 50 * MS));

        assertThat((double) Spread.ofHundred(ended, of(899, 10 * MS)).orElseThrow())
                .isCloseTo(50 * MS, within(50 * MS / 8.0));
    }

    @Test
    void whatHasComeSinceIsWhatIsNew() {
        Spread before = of(3, MS).plus(of(1, 80 * MS));
        Spread after = before.plus(of(2, 5 * MS));

        Spread news = after.since(before);

        assertThat(news.total).isEqualTo(2);
        assertThat((double) news.longest).isCloseTo(5 * MS, within(5 * MS / 4.0));
        assertThat(of(1, MS).since(after).total).as("statistics began anew").isZero();
        assertThat(of(1, MS).since(after).longest).isZero();
    }

    @Test
    void whatIsHalvedOftenEnoughIsForgotten() {
        Spread spread = of(1000, MS).plus(of(1, 80 * MS));
        for (int i = 0; i < 4; i++) {
            spread = spread.halved();
        }

        assertThat(spread.total).isEqualTo(62.5);
        assertThat((double) spread.longest).isCloseTo(MS, within(MS / 4.0));
    }
}
