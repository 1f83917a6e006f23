package dev.interlock;

import org.jspecify.annotations.Nullable;

/** A configured limit was reached: locks per owner, queue length or length of the name. */
public class LockLimitException extends LockException {

    private static final long serialVersionUID = 1L;

    /** A failure of this attempt. */
    public LockLimitException(String message, LockAttempt attempt, @Nullable Throwable cause) {
        super(message, attempt, cause);
    }
}
