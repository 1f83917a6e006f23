package dev.interlock.entity;

import org.jspecify.annotations.Nullable;

/**
 * Work on an entity, or on several, while their locks are held.
 *
 * @param <T> what is worked on
 * @param <R> the result
 * @param <E> what the work may throw
 */
@FunctionalInterface
public interface EntityCall<T, R extends @Nullable Object, E extends Exception> {
    /** Does the work and answers with its result. */
    R call(T entity) throws E;
}
