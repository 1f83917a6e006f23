package dev.interlock.optimistic;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The operation that a thread is working for, to be handed on to another thread: what that begins is then a part of it, and
 * inherits its priority.
 *
 * <pre>{@code
 * OperationContext here = optimistic.operations().context();
 * pool.execute(here.wrap(() -> renderPages(document)));
 * }</pre>
 */
public interface OperationContext {

    /** The operation, if there is one. */
    Optional<Operation> operation();

    /** Works for the operation from now on, in this thread, until the scope is closed there. */
    Scope open();

    /** The same work for this operation, in whichever thread. */
    default Runnable wrap(Runnable work) {
        return () -> {
            try (Scope ignored = open()) {
                work.run();
            }
        };
    }

    /** The same work for this operation, in whichever thread. */
    default <T extends @Nullable Object> Callable<T> wrap(Callable<T> work) {
        return () -> {
            try (Scope ignored = open()) {
                return work.call();
            }
        };
    }

    /** An executor that does everything for this operation. */
    default Executor wrap(Executor executor) {
        return work -> executor.execute(wrap(work));
    }

    /** Until it is closed, a thread works for an operation. */
    interface Scope extends AutoCloseable {
        @Override
        void close();
    }
}
