package dev.interlock.spi;

import org.jspecify.annotations.Nullable;

/**
 * The stamp of one resource, as a store keeps it.
 *
 * @param version how often the resource was changed; more with each change
 * @param nanos when it was changed last, in nanoseconds since 1970; more with each change
 * @param changing who is changing it at this moment, in plain ASCII of 200 characters at the most; {@code null} for nobody
 */
public record StampRecord(
        long version, long nanos, @Nullable String changing) {}
