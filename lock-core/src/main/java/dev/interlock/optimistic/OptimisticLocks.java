package dev.interlock.optimistic;

import dev.interlock.LockedAction;
import dev.interlock.ResourceNames;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Changes without holding a lock while computing, for resources about which there is seldom a conflict. Each resource has a stamp
 * that moves with each change; who changes it says which stamp the change was computed from, and is told if it has moved.
 *
 * <pre>{@code
 * OptimisticLocks optimistic = locks.optimistic();
 * VersionStamp before = optimistic.stamp("document:7");
 * Document draft = render(documents.find(7));
 * boolean saved = optimistic.commit(before, () -> documents.save(draft)).isPresent();
 * }</pre>
 *
 * <p>The stamps are where the manager's locks are: in memory, or in a store, where they hold for all who share it and survive restarts.
 * They have nothing to do with locks: who holds a lock on a resource does not move its stamp.
 */
public interface OptimisticLocks {

    /**
     * What the resource is now. Whoever is just changing it is awaited, for as long as a read request would wait.
     *
     * @throws dev.interlock.LockTimeoutException if that lasts too long
     * @throws dev.interlock.LockStoreException if the backend cannot be asked
     */
    VersionStamp stamp(String resource);

    /** The same for {@code type:id}. */
    default VersionStamp stamp(String type, Object id) {
        return stamp(ResourceNames.of(type, id));
    }

    /**
     * Makes the change if the resource is still what it was when the stamp was taken, alone with the resource; tries once and waits for
     * nobody. If the change throws, the stamp moves all the same, for nobody knows how far it came.
     *
     * @return the stamp after the change; empty if it was not made
     * @throws dev.interlock.LockLostException if the change was made, but this node was taken for dead meanwhile
     */
    <E extends Exception> Optional<VersionStamp> commit(VersionStamp stamp, LockedAction<E> change) throws E;

    /** An operation on this resource, to be tried until it succeeds. */
    OptimisticRequest on(String resource);

    /** The same on {@code type:id}. */
    default OptimisticRequest on(String type, Object id) {
        return on(ResourceNames.of(type, id));
    }

    /** Tries an operation of the kind {@link OperationKind#NORMAL} until it succeeds: see {@link OptimisticRequest#attempt}. */
    default <R extends @Nullable Object, E extends Exception> OperationResult<R> attempt(
            String resource, Computation<R, E> computation) throws E {
        return on(resource).attempt(computation);
    }

    /** The operations of this manager, on whichever backend: the same as {@link dev.interlock.LockManager#operations()}. */
    Operations operations();
}
