package dev.interlock.spi;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Step} decided.
 *
 * @param next the record from now on; {@code null} if it stays as it is
 * @param result what the caller wants to know
 * @param tell the sessions that wait for just this change; a store that can wake them does so with it
 * @param <R> the kind of result
 */
public record Change<R extends @Nullable Object>(@Nullable LockRecord next, R result, Set<String> tell) {

    /** Copies what could change. */
    public Change {
        tell = Set.copyOf(tell);
    }

    /** The record stays as it is. */
    public static <R extends @Nullable Object> Change<R> none(R result) {
        return new Change<>(null, result, Set.of());
    }

    /** The record is to be this, and nobody waits for it. */
    public static <R extends @Nullable Object> Change<R> to(LockRecord next, R result) {
        return new Change<>(next, result, Set.of());
    }
}
