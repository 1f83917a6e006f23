package dev.interlock.optimistic;

import dev.interlock.OptimisticConflictException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of an operation. That it was rejected is no exception, unless it is {@linkplain #orElseThrow made one}.
 *
 * @param <R> the result of the change
 */
public final class OperationResult<R extends @Nullable Object> {

    private final Operation operation;
    private final R value;

    private final @Nullable OptimisticConflictException rejection;

    private OperationResult(Operation operation, R value, @Nullable OptimisticConflictException rejection) {
        this.operation = operation;
        this.value = value;
        this.rejection = rejection;
    }

    /** One that succeeded with this value. */
    public static <R extends @Nullable Object> OperationResult<R> succeeded(Operation operation, R value) {
        return new OperationResult<>(operation, value, null);
    }

    /** One that was rejected. */
    @SuppressWarnings("NullAway") // nobody gets to see the value
    public static <R extends @Nullable Object> OperationResult<R> rejected(
            Operation operation, OptimisticConflictException rejection) {
        return new OperationResult<>(operation, null, rejection);
    }

    /** The operation, at its end. */
    public Operation operation() {
        return operation;
    }

    /** Whether it did what it was to do. */
    public boolean isSuccess() {
        return rejection == null;
    }

    /** The result of the change; empty if it had none, and if it was not made. */
    public Optional<R> value() {
        return Optional.ofNullable(value);
    }

    /** Why it was rejected, if it was. */
    public Optional<OptimisticConflictException> rejection() {
        return Optional.ofNullable(rejection);
    }

    /**
     * The result of the change.
     *
     * @throws OptimisticConflictException if it was not made
     */
    public R orElseThrow() {
        if (rejection != null) {
            throw rejection;
        }
        return value;
    }

    @Override
    public String toString() {
        return rejection == null ? "succeeded: " + value : "rejected: " + rejection.getMessage();
    }
}
