package dev.interlock.optimistic;

import dev.interlock.LockOwner;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An operation to be. Immutable: each setting answers with a new request.
 *
 * <pre>{@code
 * optimistic.on("document", id).kind(OperationKind.STRUCTURAL).timeout(Duration.ofSeconds(5)).attempt(current -> {
 *     Document rendered = render(documents.find(id));        // takes long, and keeps nobody out
 *     return Change.of(() -> documents.save(rendered));      // short, and only if nobody changed it
 * });
 * }</pre>
 *
 * <p>After a conflict an operation is tried again, after a time that doubles with each retry, until its kind's retries or its time
 * are used up. What it began while it ran is a part of it.
 */
public interface OptimisticRequest {

    /** What kind of operation it is; {@link OperationKind#NORMAL} by default. */
    OptimisticRequest kind(OperationKind kind);

    /**
     * The same by name.
     *
     * @throws IllegalArgumentException if there is no such kind
     */
    OptimisticRequest kind(String name);

    /** How often it is tried again, whatever its kind says. */
    OptimisticRequest retries(int most);

    /** How long it may take altogether, from now until the change begins; as long as its retries last by default. */
    OptimisticRequest timeout(Duration time);

    /**
     * How the operation is called; a name is made up by default.
     *
     * @throws IllegalArgumentException when it begins, if an operation of this name is under way
     */
    OptimisticRequest id(String id);

    /**
     * Of which operation it is a part, by its id; by default of the one that the thread works for.
     *
     * @throws IllegalArgumentException when it begins, if there is none of this name under way, or it is the operation itself
     */
    OptimisticRequest parent(String id);

    /** On whose behalf; the calling thread by default. */
    OptimisticRequest owner(LockOwner owner);

    /**
     * Takes a snapshot, computes without a lock, and makes the change if nobody was faster; and all that again if somebody was.
     *
     * @throws dev.interlock.LockInterruptedException if the thread is interrupted between two tries; its flag is set again
     */
    <R extends @Nullable Object, E extends Exception> OperationResult<R> attempt(Computation<R, E> computation)
            throws E;

    /** The same without blocking anybody: the computations and the change are run by this executor. Cancelling ends the retries. */
    <R extends @Nullable Object> CompletableFuture<OperationResult<R>> attemptAsync(
            Computation<R, ?> computation, Executor executor);

    /** The same, run by the manager's own executor for callbacks, which is for short work. */
    <R extends @Nullable Object> CompletableFuture<OperationResult<R>> attemptAsync(Computation<R, ?> computation);

    /**
     * Does the work as a whole, and does it again after a conflict.
     *
     * @param conflicts tells which exceptions are conflicts, besides {@link dev.interlock.OptimisticConflictException}
     */
    <R extends @Nullable Object, E extends Exception> OperationResult<R> repeat(
            TriedCall<R, E> work, Predicate<? super Throwable> conflicts) throws E;

    /** The same for work that goes on after it has returned. Cancelling ends the retries. */
    <R extends @Nullable Object> CompletableFuture<OperationResult<R>> repeatAsync(
            Function<OperationTry, ? extends CompletionStage<R>> work, Predicate<? super Throwable> conflicts);
}
