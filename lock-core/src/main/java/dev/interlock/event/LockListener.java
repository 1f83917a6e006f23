package dev.interlock.event;

/**
 * Hears what happens to locks. Each listener is called by one thread at a time, in the order of the events, and at the
 * side: a slow or throwing listener delays and harms nobody. One that falls too far behind misses events, and that is
 * logged.
 */
@FunctionalInterface
public interface LockListener {
    /** Something has happened. */
    void onEvent(LockEvent event);
}
