package dev.interlock;

import dev.interlock.deadlock.DeadlockReport;
import org.jspecify.annotations.Nullable;

/** This request was given up so that the other participants of a deadlock could go on. */
public class DeadlockException extends LockException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable DeadlockReport report;

    /** The failure of the victim of this deadlock. */
    public DeadlockException(String message, LockAttempt attempt, DeadlockReport report) {
        super(message, attempt, null);
        this.report = report;
    }

    /**
     * Who held what and waited for what.
     *
     * @throws IllegalStateException after deserialization, which loses the report
     */
    public DeadlockReport report() {
        if (report == null) {
            throw new IllegalStateException("the deadlock report was lost when this exception was serialized;"
                    + " ask for it where the deadlock was found");
        }
        return report;
    }
}
