package dev.interlock;

import java.util.List;
import java.util.Optional;

/** Holds taken together. Closing releases all of them, in reverse order, even if one release fails. */
public interface MultiLockHandle extends AutoCloseable {

    /** The holds, in the order in which they were taken. */
    List<LockHandle> handles();

    /** The hold on this resource, if it is one of them. */
    Optional<LockHandle> handle(String resource);

    /** Whether every one of them is still held. */
    boolean isHeld();

    /**
     * Checks that every one of them is still held.
     *
     * @throws LockLostException naming the first that is not
     */
    void ensureHeld();

    /** Runs the action once, when the first of them is lost. */
    void onLost(Runnable action);

    @Override
    void close();
}
