package dev.interlock;

import org.jspecify.annotations.Nullable;

/** The store behind the lock cannot do what was asked, or could not be reached. */
public class LockStoreException extends LockException {

    private static final long serialVersionUID = 1L;

    /** A failure of this attempt. */
    public LockStoreException(String message, @Nullable LockAttempt attempt, @Nullable Throwable cause) {
        super(message, attempt, cause);
    }
}
