package dev.interlock;

/**
 * Who holds or waits. Owners are logical: by default the calling thread, otherwise whatever the application names — an
 * agent, a request, a subscription. Two owners are the same when they are {@link Object#equals equal}, so an
 * implementation needs {@code equals} and {@code hashCode}; a record gives both.
 *
 * <p>Reentrancy, limits and deadlock detection follow the owner, not the thread.
 */
public interface LockOwner {

    /** The name that people read in messages and reports. */
    String name();

    /** An owner known by this name; owners of equal names are the same owner. */
    static LockOwner named(String name) {
        return new NamedOwner(name);
    }
}
