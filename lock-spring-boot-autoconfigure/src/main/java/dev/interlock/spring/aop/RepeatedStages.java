package dev.interlock.spring.aop;

import dev.interlock.LockException;
import dev.interlock.optimistic.OperationContext;
import dev.interlock.optimistic.OperationResult;
import dev.interlock.optimistic.OperationTry;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/**
 * For methods that answer with a {@link CompletionStage}: no thread rests. The first try runs in the calling thread, if it can begin
 * at once; each further one in a thread of its own, with the caller's context.
 */
final class RepeatedStages implements OptimisticStyle {

    private final OperationSurroundings around;
    private final CallThreads threads;
    private final UnaryOperator<Runnable> context;

    /**
     * Calls that answer later.
     *
     * @param threads runs further tries
     * @param context makes a task carry the calling thread's context along
     */
    RepeatedStages(OperationSurroundings around, CallThreads threads, UnaryOperator<Runnable> context) {
        this.around = around;
        this.threads = threads;
        this.context = context;
    }

    @Override
    public CompletionStage<@Nullable Object> call(OptimisticMethod method, MethodInvocation invocation, Object target) {
        try {
            String resource = method.resource(target, invocation.getArguments());
            around.transactions().checkCall(method, invocation);
            MethodInvocation kept = ((ProxyMethodInvocation) invocation).invocableClone();
            return new Call(method, new OperationCall(around, method, kept, target, resource, null)).begin();
        } catch (LockException unusable) {
            return CompletableFuture.failedFuture(unusable);
        }
    }

    private final class Call {

        private final OptimisticMethod method;
        private final OperationCall call;
        private final CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
        private final Runnable carried;
        private volatile Runnable further = () -> {};
        private volatile @Nullable Future<?> running;
        private final Thread caller = Thread.currentThread();
        /** Whether the caller's thread has done its part. */
        private volatile boolean begun;

        Call(OptimisticMethod method, OperationCall call) {
            this.method = method;
            this.call = call;
            this.carried = context.apply(() -> further.run());
        }

        @SuppressWarnings("FutureReturnValueIgnored") // what follows is in the result
        CompletableFuture<@Nullable Object> begin() {
            call.episode().start();
            CompletableFuture<OperationResult<@Nullable Object>> repeated =
                    call.request().repeatAsync(this::tried, call::isConflict);
            begun = true;
            repeated.whenComplete(this::ended);
            result.whenComplete((value, failure) -> {
                if (failure instanceof CancellationException) {
                    call.cancelled();
                    repeated.cancel(false);
                    cancelRunning();
                }
            });
            return result;
        }

        private void cancelRunning() {
            Future<?> now = running;
            if (now != null) {
                now.cancel(true);
            }
        }

        private CompletionStage<@Nullable Object> tried(OperationTry attempt) {
            if (!begun && Thread.currentThread() == caller) {
                begun = true;
                return run(attempt);
            }
            CompletableFuture<@Nullable Object> elsewhere = new CompletableFuture<>();
            OperationContext here = method.stamps().operations().context();
            further = here.wrap(() -> follow(run(attempt), elsewhere));
            threads.run(() -> {
                try {
                    carried.run();
                } catch (Throwable incapable) {
                    elsewhere.completeExceptionally(incapable);
                }
            });
            return elsewhere;
        }

        private CompletionStage<@Nullable Object> run(OperationTry attempt) {
            CurrentTry current = call.next(attempt);
            try {
                return settled(call.run(current, attempt.operation()), current);
            } catch (Throwable failure) {
                return call.isTooLate(current, failure)
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure);
            }
        }

        private CompletionStage<@Nullable Object> settled(@Nullable Object answer, CurrentTry current) {
            if (!(answer instanceof CompletionStage<?> promised)) {
                return CompletableFuture.completedFuture(null);
            }
            running = promised instanceof Future<?> future ? future : null;
            if (result.isCancelled()) {
                cancelRunning();
            }
            return promised.handle((value, failure) -> {
                if (failure != null && !call.isTooLate(current, failure)) {
                    throw failure instanceof CompletionException known ? known : new CompletionException(failure);
                }
                return failure == null ? value : null;
            });
        }

        private void ended(@Nullable OperationResult<@Nullable Object> ended, @Nullable Throwable failure) {
            if (ended == null) {
                Throwable cause =
                        Acquisition.cause(failure == null ? new IllegalStateException("no outcome") : failure);
                call.failed(cause);
                result.completeExceptionally(cause);
                return;
            }
            try {
                Object answer = call.answer(ended);
                if (!ended.isSuccess() && answer instanceof CompletionStage<?> instead) {
                    follow(instead, result);
                } else {
                    result.complete(answer);
                }
            } catch (Throwable thrown) {
                result.completeExceptionally(thrown);
            }
        }

        @SuppressWarnings("FutureReturnValueIgnored") // what follows is in the other
        private static void follow(CompletionStage<?> stage, CompletableFuture<@Nullable Object> follower) {
            stage.whenComplete((value, failure) -> {
                if (failure == null) {
                    follower.complete(value);
                } else {
                    follower.completeExceptionally(Acquisition.cause(failure));
                }
            });
        }
    }
}
