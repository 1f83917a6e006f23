package dev.interlock;

import dev.interlock.deadlock.OrderViolation;
import org.jspecify.annotations.Nullable;

/** This request was refused because it goes against the order in which such locks are taken. Nothing was acquired. */
public class PotentialDeadlockException extends LockException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable OrderViolation violation;

    /** The refusal of this attempt. */
    public PotentialDeadlockException(String message, LockAttempt attempt, OrderViolation violation) {
        super(message, attempt, null);
        this.violation = violation;
    }

    /**
     * Who took what in which order, when that was seen first.
     *
     * @throws IllegalStateException after deserialization, which loses the report
     */
    public OrderViolation violation() {
        if (violation == null) {
            throw new IllegalStateException("the order violation was lost when this exception was serialized;"
                    + " ask for it where the request was refused");
        }
        return violation;
    }
}
