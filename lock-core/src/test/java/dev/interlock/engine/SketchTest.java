package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.monitor.DurationSummary;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SketchTest {

    private final Sketch sketch = new Sketch();

    @Test
    void ofNothingThereIsNothingToSay() {
        assertThat(sketch.summary(0)).isEqualTo(DurationSummary.NONE);
    }

    @Test
    void everyBucketHoldsItsMiddleAndTheyFollowEachOther() {
        for (int bucket = 1; bucket < 240; bucket++) {
            assertThat(Sketch.bucketOf(Sketch.middleOf(bucket))).isEqualTo(bucket);
            assertThat(Sketch.middleOf(bucket)).isGreaterThan(Sketch.middleOf(bucket - 1));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void percentilesAreExactToAnEighth(long seed) {
        Random random = new Random(seed);
        long[] values = new long[10_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) Math.exp(random.nextDouble() * 25);
            sketch.record(values[i], 1);
        }
        Arrays.sort(values);

        DurationSummary summary = sketch.summary(0);

        assertWithinAnEighth(summary.p50(), values[4999]);
        assertWithinAnEighth(summary.p95(), values[9499]);
        assertWithinAnEighth(summary.p99(), values[9899]);
        assertThat(summary.min().toNanos()).isEqualTo(values[0]);
        assertThat(summary.max().toNanos()).isEqualTo(values[9999]);
        assertThat(summary.mean().toNanos()).isEqualTo(Arrays.stream(values).sum() / values.length);
    }

    private static void assertWithinAnEighth(Duration found, long exact) {
        assertThat(found.toNanos()).isBetween(exact - exact / 8 - 1, exact + exact / 8 + 1);
    }

    @Test
    void whatTookNoTimeCountsToo() {
        sketch.record(1000, 1);

        DurationSummary summary = sketch.summary(9);

        assertThat(summary.count()).isEqualTo(10);
        assertThat(summary.min()).isZero();
        assertThat(summary.p50()).isZero();
        assertThat(summary.p99().toNanos()).isEqualTo(1000);
        assertThat(summary.mean().toNanos()).isEqualTo(100);
    }

    @Test
    void aNegativeTimeIsNone() {
        sketch.record(-5, 1);

        assertThat(sketch.summary(0).max()).isZero();
    }

    @Test
    void aSampleStandsForSeveral() {
        sketch.record(1000, 64);

        assertThat(sketch.summary(0).count()).isEqualTo(64);
    }

    @Test
    void sketchesAddUp() {
        Sketch other = new Sketch();
        sketch.record(10, 1);
        other.record(1_000_000, 1);

        sketch.absorb(other);
        sketch.absorb(new Sketch());

        assertThat(sketch.summary(0).min().toNanos()).isEqualTo(10);
        assertThat(sketch.summary(0).max().toNanos()).isEqualTo(1_000_000);
        assertThat(sketch.summary(0).count()).isEqualTo(2);
    }

    @Test
    void aSketchThatHasSeenVeryMuchKeepsItsShape() {
        for (int i = 0; i < 100; i++) {
            sketch.record(1000, 1 << 28);
            sketch.record(100_000, 1 << 26);
        }

        DurationSummary summary = sketch.summary(0);

        assertThat(summary.count()).isEqualTo(100L * ((1 << 28) + (1 << 26)));
        assertWithinAnEighth(summary.p50(), 1000);
        assertWithinAnEighth(summary.p99(), 100_000);
    }

    @Test
    void theLongestTimeFits() {
        sketch.record(Long.MAX_VALUE, 1);

        assertThat(sketch.summary(0).p99().toNanos()).isEqualTo(Long.MAX_VALUE);
    }
}
