package dev.interlock.optimistic;

import dev.interlock.LockedAction;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an operation does once it has computed what to do: short, and alone with its resource.
 *
 * @param <R> the result
 * @param <E> what it may throw
 */
@FunctionalInterface
public interface Change<R extends @Nullable Object, E extends Exception> {

    /** Makes the change. */
    R apply() throws E;

    /** A change without a result. */
    @SuppressWarnings("NullAway") // there is no other Void than null
    static <E extends Exception> Change<@Nullable Void, E> of(LockedAction<E> action) {
        Objects.requireNonNull(action, "the action is null");
        return () -> {
            action.run();
            return null;
        };
    }
}
