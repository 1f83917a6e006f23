package dev.interlock;

/** What happens when locks are taken in an order that may one day end in a deadlock. */
public enum OrderingPolicy {
    /** Nothing: no order is learned, and a declared hierarchy only says in which order {@code all(…)} takes its locks. */
    OFF,
    /** It is reported, once, and the request goes on. */
    REPORT,
    /** It is reported, once, and every request against the order gets {@link PotentialDeadlockException}. */
    FAIL
}
