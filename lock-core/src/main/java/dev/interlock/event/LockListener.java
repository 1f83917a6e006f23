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

    /**
     * Whether it hears of events of this type; of all types unless it says otherwise. It is asked once for each type, when it
     * is added. Where nobody wants {@link LockEvent.Acquired} and {@link LockEvent.Released}, they are not even made.
     */
    default boolean wants(Class<? extends LockEvent> type) {
        return true;
    }
}
