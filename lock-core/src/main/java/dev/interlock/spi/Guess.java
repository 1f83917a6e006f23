package dev.interlock.spi;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the caller believes to be in the store, so that a store may try the replacement first and read only when that fails.
 *
 * @param record the record as last seen; {@code null} if there seems to be none
 * @param now the store's time, as well as the caller knows it
 */
public record Guess(@Nullable LockRecord record, Instant now) {

    /**
     * What a step is shown when it is applied to a guess. Nothing is known of sessions then, so a guess is only made of a record
     * that concerns no other session.
     */
    public StoreView view() {
        return new StoreView() {
            @Override
            public Instant now() {
                return now;
            }

            @Override
            public boolean isGuess() {
                return true;
            }

            @Override
            public boolean isAlive(String session) {
                throw new IllegalStateException("a step asked about the session '" + session + "' on a mere guess");
            }
        };
    }
}
