package dev.interlock;

import dev.interlock.optimistic.Operation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Somebody else changed the resource, or is more important: what was to be done to it has not been done. */
public class OptimisticConflictException extends LockException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Operation operation;

    /** A conflict of this attempt, in this operation if it belongs to one. */
    public OptimisticConflictException(
            String message, LockAttempt attempt, @Nullable Operation operation, @Nullable Throwable cause) {
        super(message, attempt, cause);
        this.operation = operation;
    }

    /** The operation; empty outside one, and after deserialization. */
    public Optional<Operation> operation() {
        return Optional.ofNullable(operation);
    }
}
