package dev.interlock.engine;

import java.time.Duration;

/** Between which a timeout may adapt, in nanoseconds. */
record Bounds(long least, long most) {

    static Bounds of(Duration min, Duration max) {
        Checks.positive(min, "shortest adaptive timeout");
        Checks.positive(max, "longest adaptive timeout");
        if (min.compareTo(max) > 0) {
            throw new IllegalArgumentException("the shortest adaptive timeout is " + min
                    + ", which is more than the longest, " + max + "; exchange them");
        }
        return new Bounds(Checks.nanos(min), Checks.nanos(max));
    }

    long within(long nanos) {
        return Math.max(least, Math.min(most, nanos));
    }
}
