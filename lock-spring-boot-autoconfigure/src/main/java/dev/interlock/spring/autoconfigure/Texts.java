package dev.interlock.spring.autoconfigure;

import java.time.Duration;
import java.util.Locale;

/** Durations as people write them. */
final class Texts {

    private Texts() {}

    /** Such as {@code 1m30s}, to the millisecond. */
    static String of(Duration duration) {
        return Duration.ofMillis(duration.toMillis()).toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
