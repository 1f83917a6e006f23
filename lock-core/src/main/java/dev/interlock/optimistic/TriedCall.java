package dev.interlock.optimistic;

import org.jspecify.annotations.Nullable;

/**
 * Work that is done again as a whole after a conflict.
 *
 * @param <R> the result
 * @param <E> what it may throw
 */
@FunctionalInterface
public interface TriedCall<R extends @Nullable Object, E extends Exception> {

    /** Does the work, in this try. */
    R call(OperationTry attempt) throws E;
}
