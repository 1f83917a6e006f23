package dev.interlock.benchmarks;

/** A way to lock by name that reaches other processes. */
interface SharedLocks extends AutoCloseable {

    /** Takes the lock, however long it has to wait. */
    Held acquire(String key) throws Exception;

    @Override
    default void close() throws Exception {}

    /** What can be released. */
    interface Held {
        void release() throws Exception;
    }
}
