package dev.interlock.monitor;

import java.util.List;

/**
 * One resource that somebody holds or waits for.
 *
 * @param resource its name; for a striped type, the name of the stripe
 * @param type the part before the first colon
 * @param backend where the lock lives: {@code memory}, or the kind of the store
 * @param holders who holds it
 * @param waiters who waits for it, in the order in which they will be granted
 */
public record LockStatus(
        String resource, String type, String backend, List<LockHolder> holders, List<LockWaiter> waiters) {

    /** Copies what could change. */
    public LockStatus {
        holders = List.copyOf(holders);
        waiters = List.copyOf(waiters);
    }

    /** Whether somebody holds it. */
    public boolean held() {
        return !holders.isEmpty();
    }

    /** Whether somebody waits for it. */
    public boolean contended() {
        return !waiters.isEmpty();
    }
}
