package dev.interlock.spi;

import java.time.Instant;

/** What a store knows at the moment of a step. The store's clock decides, never that of a node. */
public interface StoreView {

    /** The store's time. */
    Instant now();

    /** Whether this session lives. Once it does not, it never will again. */
    boolean isAlive(String session);

    /** Whether this is a mere {@link Guess}, which knows nothing of sessions. */
    default boolean isGuess() {
        return false;
    }
}
