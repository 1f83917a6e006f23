package dev.interlock;

import org.jspecify.annotations.Nullable;

/** A configured limit was reached: locks per owner, queue length, length of the name, or number of dependencies. */
public class LockLimitException extends LockException {

    private static final long serialVersionUID = 1L;

    /** A failure of this attempt, if it was one. */
    public LockLimitException(String message, @Nullable LockAttempt attempt, @Nullable Throwable cause) {
        super(message, attempt, cause);
    }
}
