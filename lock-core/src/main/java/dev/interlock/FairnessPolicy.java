package dev.interlock;

/** How strictly waiters are served in the order in which they came. */
public enum FairnessPolicy {
    /**
     * A newcomer may take a free lock only while the oldest waiter has waited less than a short bound; after that the lock
     * is handed to the waiters in order. Nearly as fast as an unfair lock, and nobody starves.
     */
    BOUNDED,
    /** Nobody ever overtakes a waiter of the same priority. Every hand-over waits for a thread to wake, so it is slow. */
    STRICT
}
