package dev.interlock.spi;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link Step} decided.
 *
 * @param next the record from now on; {@code null} removes it
 * @param result what the caller wants to know
 * @param <R> the kind of result
 */
public record Change<R extends @Nullable Object>(@Nullable LockRecord next, R result) {}
