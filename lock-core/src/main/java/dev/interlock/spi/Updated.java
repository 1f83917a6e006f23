package dev.interlock.spi;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What came of an update.
 *
 * @param result what the step answered when it was applied to the record that it then replaced, or left as it was
 * @param record the record as it stands after that; {@code null} if there is none
 * @param now the store's time, if it was asked; {@code null} if the guess was right
 * @param <R> the kind of result
 */
public record Updated<R extends @Nullable Object>(
        R result, @Nullable LockRecord record, @Nullable Instant now) {}
