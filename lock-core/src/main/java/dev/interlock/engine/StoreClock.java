package dev.interlock.engine;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of the store's time: what the store said last, carried on by the node's monotonic clock. The wall clock of
 * this machine plays no part.
 */
final class StoreClock {

    /** Older than this, clocks may have gone apart by more than anybody allowed for. */
    private static final long FRESH = 60_000_000_000L;

    private record Sample(Instant said, long asked) {}

    private volatile @Nullable Sample sample;

    /** The store said this; it was asked at that time. */
    void said(Instant now, long asked) {
        sample = new Sample(now, asked);
    }

    /** The store's time, late rather than early; nothing if the store has not said for long. */
    @Nullable Instant at(long nanos) {
        Sample known = sample;
        return known == null || nanos - known.asked() > FRESH
                ? null
                : known.said().plusNanos(nanos - known.asked());
    }

    /** The same, however old. */
    @Nullable Instant roughly(long nanos) {
        Sample known = sample;
        return known == null ? null : known.said().plus(Duration.ofNanos(nanos - known.asked()));
    }
}
