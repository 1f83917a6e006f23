package dev.interlock;

import org.jspecify.annotations.Nullable;

/**
 * Work done while a lock is held, with a result.
 *
 * @param <T> the result
 * @param <E> what the work may throw
 */
@FunctionalInterface
public interface LockedCall<T extends @Nullable Object, E extends Exception> {
    /** Does the work and answers with its result. */
    T call() throws E;
}
