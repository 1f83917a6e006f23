package dev.interlock.spring.aop;

import dev.interlock.LockException;
import dev.interlock.LockRequest;
import io.micrometer.observation.Observation;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/**
 * For methods that answer with a {@link CompletionStage}: no thread waits, and the hold lasts until the stage is complete. When
 * the locks are free the method runs in the calling thread, otherwise on an executor as soon as they are.
 */
final class StagedCalls implements CallStyle {

    private final Surroundings around;
    private final Executor executor;
    private final UnaryOperator<Runnable> context;

    /**
     * Calls that answer later.
     *
     * @param executor runs methods whose locks were not free
     * @param context makes a task carry the calling thread's context along
     */
    StagedCalls(Surroundings around, Executor executor, UnaryOperator<Runnable> context) {
        this.around = around;
        this.executor = executor;
        this.context = context;
    }

    @Override
    public CompletionStage<@Nullable Object> call(LockedMethod method, MethodInvocation invocation, Object target) {
        List<LockRequest> requests;
        try {
            requests = method.requests(target, invocation.getArguments());
        } catch (LockException unusable) {
            return CompletableFuture.failedFuture(unusable);
        }
        around.transactions().beforeAcquiring(method, requests);
        return new Call(method, ((ProxyMethodInvocation) invocation).invocableClone(), target, requests).begin();
    }

    private final class Call {

        private final LockedMethod method;
        private final MethodInvocation invocation;
        private final Object target;
        private final List<LockRequest> requests;
        private final CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
        private final Observation waiting;

        Call(LockedMethod method, MethodInvocation invocation, Object target, List<LockRequest> requests) {
            this.method = method;
            this.invocation = invocation;
            this.target = target;
            this.requests = requests;
            this.waiting = around.observations().waiting(method, requests);
        }

        CompletableFuture<@Nullable Object> begin() {
            waiting.start();
            Acquisition acquisition = HeldLocks.acquireAsync(around.locks(), requests);
            if (acquisition.isDone()) {
                whenSettled(acquisition, Runnable::run, task -> task);
            } else {
                whenSettled(acquisition, executor, context);
                onCancel(acquisition::giveUp);
            }
            return result;
        }

        private void whenSettled(Acquisition acquisition, Executor runner, UnaryOperator<Runnable> wrapper) {
            Settled settled = new Settled();
            Runnable task = wrapper.apply(settled);
            CompletableFuture<HeldLocks> unused = acquisition.held().whenComplete((held, failure) -> {
                settled.held = held;
                settled.failure = failure;
                try {
                    runner.execute(task);
                } catch (RuntimeException refused) {
                    settled.refused(refused);
                }
            });
        }

        private void onCancel(Runnable action) {
            CompletableFuture<@Nullable Object> unused = result.whenComplete((value, failure) -> {
                if (failure instanceof CancellationException) {
                    action.run();
                }
            });
        }

        /** Runs once it is clear what came of the acquisition. */
        private final class Settled implements Runnable {

            private volatile @Nullable HeldLocks held;
            private volatile @Nullable Throwable failure;

            @Override
            public void run() {
                HeldLocks granted = held;
                if (granted != null) {
                    waiting.stop();
                    proceed(granted);
                } else {
                    notLocked(Acquisition.cause(failure == null ? new IllegalStateException("no outcome") : failure));
                }
            }

            void refused(RuntimeException refusal) {
                waiting.error(refusal).stop();
                HeldLocks granted = held;
                if (granted != null) {
                    granted.close();
                }
                result.completeExceptionally(refusal);
            }
        }

        private void notLocked(Throwable failure) {
            waiting.error(failure).stop();
            if (!(failure instanceof LockException locking)) {
                result.completeExceptionally(failure);
                return;
            }
            try {
                follow(method.remedy().instead(locking, target, invocation.getArguments()), () -> {});
            } catch (Throwable thrown) {
                result.completeExceptionally(thrown);
            }
        }

        private void proceed(HeldLocks held) {
            if (result.isDone()) {
                held.close();
                return;
            }
            Observation holding =
                    around.observations().holding(method, requests).start();
            Runnable release = () -> {
                held.close();
                holding.stop();
            };
            try {
                follow(around.run(invocation, held, requests, holding), release);
            } catch (Throwable thrown) {
                holding.error(thrown);
                release.run();
                result.completeExceptionally(thrown);
            }
        }

        /** Completes as the stage does, after what is to be done first. */
        private void follow(@Nullable Object stage, Runnable first) {
            if (!(stage instanceof CompletionStage<?> promised)) {
                first.run();
                result.complete(null);
                return;
            }
            if (stage instanceof Future<?> future) {
                onCancel(() -> future.cancel(true));
            }
            CompletionStage<?> unused = promised.whenComplete((value, failure) -> {
                first.run();
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(Acquisition.cause(failure));
                }
            });
        }
    }
}
