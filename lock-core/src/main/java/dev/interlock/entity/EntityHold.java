package dev.interlock.entity;

import dev.interlock.LockHandle;

/**
 * An entity, and the hold on it. Closing releases.
 *
 * @param entity the entity, loaded after its lock was acquired
 * @param handle the hold
 * @param <T> the kind of entity
 */
public record EntityHold<T>(T entity, LockHandle handle) implements AutoCloseable {

    @Override
    public void close() {
        handle.close();
    }
}
