package dev.interlock.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A store that keeps version stamps, for changes that are made without a lock. It knows nothing of what they mean: it reads one,
 * and replaces one that is still what it was taken for. What is decided by them is decided by the engine.
 *
 * <p>Stamps are kept until somebody deletes them, whether anybody holds or waits or not: a stamp that was forgotten could be taken
 * for one that never was. They survive restarts as records do, and {@link ScannableStore#sweep sweeping} leaves them alone.
 */
public interface StampStore {

    /** The stamp of this resource; {@code null} if it never had one. */
    @Nullable StampRecord readStamp(String resource, Duration patience);

    /**
     * Atomically replaces the stamp of a resource if it still is the expected one, in every part of it.
     *
     * @param expected the stamp as the caller knows it; {@code null} for none
     * @return whether it was replaced
     * @throws StoreException if the store failed; then it is not known whether it was
     */
    boolean replaceStamp(String resource, @Nullable StampRecord expected, StampRecord next, Duration patience);
}
