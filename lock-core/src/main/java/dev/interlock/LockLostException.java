package dev.interlock;

import org.jspecify.annotations.Nullable;

/** The hold has ended: its lease ran out, somebody took it away, or it was closed. */
public class LockLostException extends LockException {

    private static final long serialVersionUID = 1L;

    /** A failure of this attempt. */
    public LockLostException(String message, LockAttempt attempt, @Nullable Throwable cause) {
        super(message, attempt, cause);
    }
}
