package dev.interlock.optimistic;

/** Why an operation came to its end without its change. */
public enum Rejection {
    /** A more important operation was under way on the same resource. */
    TURNED_AWAY,
    /** It met a conflict in each of its tries, or ran out of time. */
    EXHAUSTED,
    /** Nobody wanted it any more: it was cancelled or interrupted, or the manager was closed. */
    CANCELLED
}
