package dev.interlock;

import org.jspecify.annotations.Nullable;

/** The manager is closed, or was closed while the request waited. */
public class LockClosedException extends LockException {

    private static final long serialVersionUID = 1L;

    /** A failure of this attempt. */
    public LockClosedException(String message, @Nullable LockAttempt attempt, @Nullable Throwable cause) {
        super(message, attempt, cause);
    }
}
