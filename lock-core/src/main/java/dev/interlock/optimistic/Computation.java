package dev.interlock.optimistic;

import org.jspecify.annotations.Nullable;

/**
 * The long part of an operation: it reads, and computes what is to be changed, without keeping anybody out. It is run again each time
 * that somebody else was faster, so it changes nothing itself.
 *
 * @param <R> the result of the change
 * @param <E> what it may throw
 */
@FunctionalInterface
public interface Computation<R extends @Nullable Object, E extends Exception> {

    /**
     * Computes the change.
     *
     * @param current what the resource is, as of now; everything is to be read after this
     * @return what is to be done if the resource is still that; {@code null} if nothing is
     */
    @Nullable Change<R, E> compute(VersionStamp current) throws E;
}
