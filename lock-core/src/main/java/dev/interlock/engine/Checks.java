package dev.interlock.engine;

import dev.interlock.ResourceNames;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Refuses bad input, and says how to put it right. */
final class Checks {

    private Checks() {}

    static String name(String resource) {
        if (resource.isBlank()) {
            throw new IllegalArgumentException(
                    "the resource name is blank; name what is to be locked, such as 'account:42'");
        }
        return resource;
    }

    static String type(String type) {
        return ResourceNames.checkType(type);
    }

    static List<String> hierarchy(List<String> types) {
        Objects.requireNonNull(types, "the hierarchy is null");
        Set<String> seen = new HashSet<>();
        for (String each : types) {
            if (!seen.add(type(each))) {
                throw new IllegalArgumentException("the hierarchy names the type '" + each
                        + "' twice; each type has one place in it, those to be taken first come first");
            }
        }
        return List.copyOf(types);
    }

    static Duration notNegative(Duration duration, String what) {
        Objects.requireNonNull(duration, () -> "the " + what + " is null");
        if (duration.isNegative()) {
            throw new IllegalArgumentException("the " + what + " must not be negative, but is " + duration);
        }
        return duration;
    }

    static Duration positive(Duration duration, String what) {
        Objects.requireNonNull(duration, () -> "the " + what + " is null");
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("the " + what + " must be longer than zero, but is " + duration);
        }
        return duration;
    }

    static int priority(int priority) {
        if (priority < 1 || priority > 10) {
            throw new IllegalArgumentException("a priority is from 1 (lowest) to 10 (highest), but is " + priority);
        }
        return priority;
    }

    static int atLeast(int least, int value, String what) {
        if (value < least) {
            throw new IllegalArgumentException("the " + what + " must be at least " + least + ", but is " + value);
        }
        return value;
    }

    /** In nanoseconds, cut off where it makes no difference any more. */
    static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(Options.FOR_EVER)) >= 0 ? Options.FOR_EVER : duration.toNanos();
    }
}
