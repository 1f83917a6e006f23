package dev.interlock.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a lease must last for a hold that ends by itself. A lease ends a little later than the hold, so that the holder knows of
 * its end before another can have the resource, although the clocks of node and store do not go quite alike.
 */
final class Span {

    private static final long MARGIN = 100_000_000;
    private static final int MARGIN_PART = 1000;

    private Span() {}

    /** For a hold that ends at this time; nothing if it does not. */
    static @Nullable Duration until(long end, long now) {
        if (end == Grant.OPEN) {
            return null;
        }
        long left = Math.max(0, end - now);
        return Duration.ofNanos(left + MARGIN + left / MARGIN_PART);
    }

    /** When a lease of this length, asked for at that time, may have ended: not before. */
    static long sureUntil(long asked, Duration span) {
        long nanos = span.toNanos();
        return asked + nanos - MARGIN / 5 - nanos / MARGIN_PART / 2;
    }
}
