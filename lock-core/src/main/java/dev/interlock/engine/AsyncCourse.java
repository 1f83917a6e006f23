package dev.interlock.engine;

import dev.interlock.optimistic.OperationContext;
import dev.interlock.optimistic.OperationResult;
import dev.interlock.optimistic.OperationTry;
import dev.interlock.spi.TimeSource.Scheduled;
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
        future.whenComplete((result, failure) -> endIfCancelled());
        run(first);
        return future;
    }

    private void run(Executor where) {
        try {
            where.execute(this::tryOnce);
        } catch (RuntimeException refused) {
            if (state.compareAndSet(State.RESTING, State.TRYING)) {
                fail(refused);
            }
        }
    }

    private void tryOnce() {
        if (!state.compareAndSet(State.RESTING, State.TRYING)) {
            return;
        }
        Course.Try attempt = null;
        try (OperationContext.Scope ignored = engine.operations.work(course.operation)) {
            course.endIfClosed();
            attempt = course.nextTryNow(looks++);
            if (attempt == null) {
                later(Math.min(LAST_LOOK, FIRST_LOOK << Math.min(looks, 10)));
                return;
            }
            looks = 0;
            Course.Try begun = attempt;
            work.apply(attempt).whenComplete((value, failure) -> tried(begun, value, failure));
        } catch (Throwable failure) {
            failed(attempt, failure);
        }
    }

    /** Rests; whoever cancelled the future meanwhile has left the end to us. */
    private void later(long nanos) {
        state.set(State.RESTING);
        timer = engine.clock.source().schedule(engine.clock.now() + nanos, () -> run(executor));
        endIfCancelled();
    }

    private void endIfCancelled() {
        if (future.isCancelled() && state.compareAndSet(State.RESTING, State.OVER)) {
            EngineClock.cancel(timer);
            course.cancelled();
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
        } catch (RuntimeException lost) {
            fail(lost);
            return;
        }
        future.complete(course.succeeded(value));
    }

    private void failed(Course.@Nullable Try attempt, Throwable failure) {
        OptimisticCall.endQuietly(attempt, failure);
        if (course.operation.isOver()) {
            future.completeExceptionally(failure);
        } else if (!course.isConflict(failure)) {
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
                later(rest);
            }
        } catch (RuntimeException failure) {
            fail(failure);
        }
    }

    private void fail(Throwable failure) {
        if (!course.operation.isOver()) {
            course.failed(failure);
        }
        future.completeExceptionally(failure);
    }
}
