package dev.interlock;

/** What happens when requests wait for each other in a circle. */
public enum DeadlockPolicy {
    /** Nothing: deadlocks are not looked for. */
    OFF,
    /** It is reported, once, and the participants go on waiting until their deadlines. */
    REPORT,
    /** It is reported, and the request of lowest priority — the youngest among equals — gets {@link DeadlockException}. */
    BREAK
}
