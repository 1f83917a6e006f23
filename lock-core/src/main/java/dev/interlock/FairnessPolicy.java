package dev.interlock;

/** How strictly waiters are served in the order in which they came. */
public enum FairnessPolicy {
    /**
     * A newcomer may take a free lock ahead of the waiters, for a while. When the oldest waiter has waited longer than a
     * short bound, the first one gets the lock at the next release after it is awake; when it has waited eight times as
     * long, nobody overtakes any more. Nearly as fast as an unfair lock, and nobody starves.
     */
    BOUNDED,
    /** Nobody ever overtakes a waiter of the same priority. Every hand-over waits for a thread to wake, so it is slow. */
    STRICT
}
