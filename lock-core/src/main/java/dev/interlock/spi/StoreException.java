package dev.interlock.spi;

import org.jspecify.annotations.Nullable;

/** A store could not do what it was asked; whether it has is not known. */
public class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean passing;

    private StoreException(String message, @Nullable Throwable cause, boolean passing) {
        super(message, cause);
        this.passing = passing;
    }

    /** A fault that may be gone when the store is asked again. */
    public static StoreException passing(String message, @Nullable Throwable cause) {
        return new StoreException(message, cause, true);
    }

    /** A fault that somebody must mend: asking again is of no use. */
    public static StoreException lasting(String message, @Nullable Throwable cause) {
        return new StoreException(message, cause, false);
    }

    /** Whether asking again may help. */
    public boolean isPassing() {
        return passing;
    }
}
