package dev.interlock.spring.actuate;

import java.time.Duration;
import java.util.List;

/** How things are written in JSON. */
final class Texts {

    private Texts() {}

    /** Milliseconds, down to the microsecond. */
    static double millis(Duration duration) {
        return Math.round(duration.toNanos() / 1e3) / 1e3;
    }

    static List<String> lines(List<StackTraceElement> stackTrace) {
        return stackTrace.stream().map(StackTraceElement::toString).toList();
    }
}
