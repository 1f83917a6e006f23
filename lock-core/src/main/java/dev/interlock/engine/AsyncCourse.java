package dev.interlock.engine;

import dev.interlock.LockClosedException;
import dev.interlock.optimistic.OperationContext;
import dev.interlock.optimistic.OperationResult;
import dev.interlock.optimistic.OperationTry;
import dev.interlock.spi.TimeSource.Scheduled;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Drives an operation without a thread that waits for it. */
final class AsyncCourse<R extends @Nullable Object> {

    private static final long FIRST_LOOK = 1_000_000;
    private static final long LAST_LOOK = 50_000_000;

    private enum State {
        RESTING,
        TRYING,
        OVER
    }

    private final Engine engine;
    private final Course course;
    private final Function<OperationTry, ? extends CompletionStage<R>> work;
    private final Executor executor;
    private final CompletableFuture<OperationResult<R>> future = new CompletableFuture<>();
    private final AtomicReference<State> state = new AtomicReference<>(State.RESTING);
    private volatile @Nullable Scheduled timer;
    private int looks;

    AsyncCourse(
            Engine engine,
            Course course,
            Function<OperationTry, ? extends CompletionStage<R>> work,
            Executor executor) {
        this.engine = engine;
        this.course = course;
        this.work = work;
        this.executor = executor;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for what is done on cancelling
    CompletableFuture<OperationResult<R>> begin(Executor first) {
        course.operation.resting(this::endIfUnwanted);
        future.whenComplete((result, failure) -> endIfUnwanted());
        run(first);
        return future;
    }

    private void run(Executor where) {
        try {
            where.execute(this::tryOnce);
        } catch (Throwable refused) {
            // an Error too: a thread that cannot be made is one
            failIfResting(refused);
        }
    }

    private void tryOnce() {
        if (!state.compareAndSet(State.RESTING, State.TRYING)) {
            return;
        }
        Course.Try attempt = null;
        CompletionStage<R> stage = null;
        try (OperationContext.Scope ignored = engine.operations.work(course.operation)) {
            course.endIfClosed();
            attempt = course.nextTryNow(looks++);
            stage = attempt == null ? null : begun(attempt);
        } catch (Throwable failure) {
            failed(attempt, failure);
            return;
        }
        // no longer for the operation: what others do when it is over is no part of it
        if (attempt == null || stage == null) {
            laterOrFail(Math.min(LAST_LOOK, FIRST_LOOK << Math.min(looks, 10)));
        } else {
            follow(attempt, stage);
        }
    }

    private CompletionStage<R> begun(Course.Try attempt) {
        looks = 0;
        return Objects.requireNonNull(work.apply(attempt), "the work answered with null instead of a stage");
    }

    @SuppressWarnings("FutureReturnValueIgnored") // tried() fails nobody
    private void follow(Course.Try attempt, CompletionStage<R> stage) {
        try {
            stage.whenComplete((value, failure) -> tried(attempt, value, failure));
        } catch (Throwable failure) {
            failed(attempt, failure);
        }
    }

    private void laterOrFail(long nanos) {
        try {
            later(nanos);
        } catch (Throwable failure) {
            failIfResting(failure);
        }
    }

    /** Rests; whoever cancelled the future or closed the manager meanwhile has left the end to us. */
    private void later(long nanos) {
        state.set(State.RESTING);
        timer = engine.clock.source().schedule(engine.clock.now() + nanos, () -> run(executor));
        endIfUnwanted();
    }

    private void endIfUnwanted() {
        boolean cancelled = future.isCancelled();
        if ((cancelled || engine.isClosed()) && state.compareAndSet(State.RESTING, State.OVER)) {
            EngineClock.cancel(timer);
            if (cancelled) {
                course.cancelled();
            } else {
                LockClosedException closed = course.endedByClosing();
                engine.complete(() -> future.completeExceptionally(closed));
            }
        }
    }

    private void tried(Course.Try attempt, R value, @Nullable Throwable failure) {
        if (failure != null) {
            failed(
                    attempt,
                    failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure);
            return;
        }
        try {
            attempt.end();
            future.complete(course.succeeded(value));
        } catch (Throwable lost) {
            fail(lost);
        }
    }

    private void failed(Course.@Nullable Try attempt, Throwable failure) {
        OptimisticCall.endQuietly(attempt, failure);
        if (course.operation.isOver() || !course.isConflict(failure)) {
            fail(failure);
        } else if (future.isCancelled()) {
            course.cancelled();
        } else {
            goOn(attempt, failure);
        }
    }

    private void goOn(Course.@Nullable Try attempt, Throwable conflict) {
        try {
            long rest = course.afterConflict(attempt, conflict);
            if (rest < 0) {
                future.complete(course.rejection(conflict));
            } else {
                laterOrFail(rest);
            }
        } catch (Throwable failure) {
            fail(failure);
        }
    }

    private void failIfResting(Throwable failure) {
        if (state.compareAndSet(State.RESTING, State.OVER)) {
            fail(failure);
        }
    }

    private void fail(Throwable failure) {
        course.failed(failure);
        future.completeExceptionally(failure);
    }
}
