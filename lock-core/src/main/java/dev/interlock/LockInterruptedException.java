package dev.interlock;

import org.jspecify.annotations.Nullable;

/** The thread was interrupted while it waited. Its interrupt flag is set again. */
public class LockInterruptedException extends LockException {

    private static final long serialVersionUID = 1L;

    /** A failure of this attempt. */
    public LockInterruptedException(String message, LockAttempt attempt, @Nullable Throwable cause) {
        super(message, attempt, cause);
    }
}
