package dev.interlock;

import dev.interlock.deadlock.DeadlockReport;

/** This request was given up so that the other participants of a deadlock could go on. */
public class DeadlockException extends LockException {

    private static final long serialVersionUID = 1L;

    private final transient DeadlockReport report;

    /** The failure of the victim of this deadlock. */
    public DeadlockException(String message, LockAttempt attempt, DeadlockReport report) {
        super(message, attempt, null);
        this.report = report;
    }

    /** Who held what and waited for what. */
    public DeadlockReport report() {
        return report;
    }
}
