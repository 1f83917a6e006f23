package dev.interlock;

/**
 * Work done while a lock is held.
 *
 * @param <E> what the work may throw
 */
@FunctionalInterface
public interface LockedAction<E extends Exception> {
    /** Does the work. */
    void run() throws E;
}
