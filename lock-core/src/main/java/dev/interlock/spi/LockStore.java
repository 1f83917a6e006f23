package dev.interlock.spi;

import org.jspecify.annotations.Nullable;

/**
 * Where the locks of several processes meet. A store has one duty: to replace a record atomically. Everything else — who may
 * hold, who is next, what a token is — is decided by the {@link Step steps} that the engine hands in.
 *
 * <p>What only some stores can do is an interface of its own, {@link ChangeFeed} and {@link ScannableStore}, and is looked for
 * once, when a manager is put together.
 *
 * <p>This is the shape to which backends will be written. No manager takes a store yet.
 */
public interface LockStore extends AutoCloseable {

    /**
     * Atomically replaces one record.
     *
     * @return what the step answered when it was applied to the record that it then replaced
     */
    <R extends @Nullable Object> R update(RecordKey key, Step<R> step);

    @Override
    void close();
}
