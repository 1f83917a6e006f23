package dev.interlock;

import org.jspecify.annotations.Nullable;

/** A reader asked to write. Two readers doing so would wait for each other for ever, so it is refused at once. */
public class LockUpgradeException extends LockException {

    private static final long serialVersionUID = 1L;

    /** A failure of this attempt. */
    public LockUpgradeException(String message, LockAttempt attempt, @Nullable Throwable cause) {
        super(message, attempt, cause);
    }
}
