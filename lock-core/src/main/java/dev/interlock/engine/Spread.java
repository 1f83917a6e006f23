package dev.interlock.engine;

import java.util.Arrays;
import java.util.OptionalLong;

/** How durations are spread over the buckets of a {@link Sketch}. Never changes. */
final class Spread {

    static final Spread NONE = new Spread(new double[0], 0);

    private static final double NOTHING = 1e-9;

    private final double[] counts;
    /** The longest of them. */
    final long longest;
    /** How many there are; a half may be left of one that was seen long ago. */
    final double total;

    private Spread(double[] counts, long longest) {
        this.counts = counts;
        this.longest = longest;
        this.total = Arrays.stream(counts).sum();
    }

    /** Of the buckets from this one on, each with its count times the scale. */
    static Spread of(int lowest, int[] buckets, double scale, long longest) {
        double[] counts = new double[lowest + buckets.length];
        for (int i = 0; i < buckets.length; i++) {
            counts[lowest + i] = buckets[i] * scale;
        }
        return new Spread(counts, longest);
    }

    /** With so many more that took no time at all. */
    Spread andInstant(double number) {
        double[] more = Arrays.copyOf(counts, Math.max(1, counts.length));
        more[0] += number;
        return new Spread(more, longest);
    }

    Spread plus(Spread other) {
        double[] sum = Arrays.copyOf(counts, Math.max(counts.length, other.counts.length));
        for (int i = 0; i < other.counts.length; i++) {
            sum[i] += other.counts[i];
        }
        return new Spread(sum, Math.max(longest, other.longest));
    }

    /** What has come since; nothing where there is less than before, because statistics began anew. */
    Spread since(Spread before) {
        double[] news = counts.clone();
        int top = -1;
        for (int i = 0; i < news.length; i++) {
            news[i] = Math.max(0, news[i] - (i < before.counts.length ? before.counts[i] : 0));
            top = news[i] > NOTHING ? i : top;
        }
        return new Spread(Arrays.copyOf(news, top + 1), Math.min(longest, endOf(top)));
    }

    /** With half the weight, and without what weighs next to nothing after that. */
    Spread halved() {
        double[] half = new double[counts.length];
        int top = -1;
        for (int i = 0; i < half.length; i++) {
            half[i] = counts[i] / 2 < 0.1 ? 0 : counts[i] / 2;
            top = half[i] > 0 ? i : top;
        }
        return new Spread(Arrays.copyOf(half, top + 1), Math.min(longest, endOf(top)));
    }

    /** What one of a hundred exceeds. */
    long ofHundred() {
        return ofHundred(this, NONE).orElse(longest);
    }

    /**
     * What one of a hundred exceeds, where others gave up earlier than they would have come to their end. How long those would have
     * taken is not known, but at least as long as they did: each counts among those at risk until it gave up, and not from then on
     * (the estimate of Kaplan and Meier). So whoever gives up early neither shortens nor lengthens what is estimated.
     *
     * @return nothing if too many gave up to tell
     */
    static OptionalLong ofHundred(Spread ended, Spread givenUp) {
        double atRisk = ended.total + givenUp.total;
        double left = 1;
        for (int i = 0; i < ended.counts.length; i++) {
            double here = ended.counts[i];
            if (here > 0) {
                left *= Math.max(0, 1 - here / atRisk);
                if (left <= 0.01 + NOTHING) {
                    return OptionalLong.of(Math.min(ended.longest, Sketch.middleOf(i)));
                }
            }
            atRisk -= here + (i < givenUp.counts.length ? givenUp.counts[i] : 0);
        }
        return OptionalLong.empty();
    }

    private static long endOf(int bucket) {
        return bucket < 0 ? 0 : Sketch.middleOf(bucket + 1);
    }
}
