package dev.interlock.spring.aop;

import dev.interlock.LockException;
import dev.interlock.LockRequest;
import io.micrometer.observation.Observation;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/**
 * For methods that answer with a {@link CompletionStage}: no thread waits, and the hold lasts until the stage is complete. When
 * the locks are free the method runs in the calling thread, otherwise in another thread as soon as they are.
 */
final class StagedCalls implements CallStyle {

    private final Surroundings around;
    private final CallThreads threads;
    private final UnaryOperator<Runnable> context;

    /**
     * Calls that answer later.
     *
     * @param threads runs methods whose locks were not free; never a pool that callers may wait in, or the lock would wait for them
     * @param context makes a task carry the calling thread's context along
     */
    StagedCalls(Surroundings around, CallThreads threads, UnaryOperator<Runnable> context) {
        this.around = around;
        this.threads = threads;
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
        around.transactions().beforeAcquiring(method, invocation, requests);
        return new Call(method, ((ProxyMethodInvocation) invocation).invocableClone(), target, requests).begin();
    }

    private final class Call {

        private final LockedMethod method;
        private final MethodInvocation invocation;
        private final Object target;
        private final List<LockRequest> requests;
        private final CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
        private final Episode waiting;
        private final Episode holding;

        Call(LockedMethod method, MethodInvocation invocation, Object target, List<LockRequest> requests) {
            this.method = method;
            this.invocation = invocation;
            this.target = target;
            this.requests = requests;
            Observation caller = around.observations().current();
            this.waiting = around.observations().waiting(method, requests, caller);
            this.holding = around.observations().holding(method, requests, caller);
        }

        CompletableFuture<@Nullable Object> begin() {
            waiting.start();
            Acquisition acquisition = HeldLocks.acquireAsync(around.locks(), requests);
            Settled settled = new Settled();
            if (acquisition.isDone()) {
                whenSettled(acquisition, settled, settled);
            } else {
                whenSettled(acquisition, settled, elsewhere(settled));
                whenDone(failure -> acquisition.giveUp());
            }
            return result;
        }

        private void whenSettled(Acquisition acquisition, Settled settled, Runnable then) {
            CompletableFuture<HeldLocks> unused = acquisition.held().whenComplete((held, failure) -> {
                settled.held = held;
                settled.failure = failure;
                then.run();
            });
        }

        private Runnable elsewhere(Settled settled) {
            Runnable task = carried(settled);
            return () -> {
                try {
                    threads.run(() -> settled.tryWith(task));
                } catch (Throwable refused) {
                    settled.refused(refused);
                }
            };
        }

        private Runnable carried(Settled settled) {
            try {
                return context.apply(settled);
            } catch (Throwable incapable) {
                return () -> settled.refused(incapable);
            }
        }

        private void whenDone(Consumer<@Nullable Throwable> action) {
            CompletableFuture<@Nullable Object> unused =
                    result.whenComplete((value, failure) -> action.accept(failure));
        }

        /** Runs once it is clear what came of the acquisition. */
        private final class Settled implements Runnable {

            private final AtomicBoolean begun = new AtomicBoolean();
            private volatile @Nullable HeldLocks held;
            private volatile @Nullable Throwable failure;

            @Override
            public void run() {
                if (!begun.compareAndSet(false, true)) {
                    return;
                }
                HeldLocks granted = held;
                if (granted != null) {
                    waiting.stop();
                    proceed(granted);
                } else {
                    notLocked(Acquisition.cause(failure == null ? new IllegalStateException("no outcome") : failure));
                }
            }

            /** The task runs this, unless it fails before. */
            void tryWith(Runnable task) {
                try {
                    task.run();
                } catch (Throwable failed) {
                    refused(failed);
                }
            }

            void refused(Throwable refusal) {
                if (!begun.compareAndSet(false, true)) {
                    return;
                }
                waiting.error(refusal).stop();
                HeldLocks granted = held;
                try {
                    if (granted != null) {
                        granted.close();
                    }
                } finally {
                    result.completeExceptionally(refusal);
                }
            }
        }

        private void notLocked(Throwable failure) {
            waiting.error(failure).stop();
            if (!(failure instanceof LockException locking)) {
                result.completeExceptionally(failure);
                return;
            }
            try {
                follow(method.remedy().instead(locking, target, invocation.getArguments()), outcome -> {});
            } catch (Throwable thrown) {
                result.completeExceptionally(thrown);
            }
        }

        private void proceed(HeldLocks held) {
            if (result.isDone()) {
                held.close();
                return;
            }
            holding.start();
            try {
                follow(around.run(invocation, held, requests, holding), failure -> release(held, failure));
            } catch (Throwable thrown) {
                try {
                    release(held, thrown);
                } finally {
                    result.completeExceptionally(thrown);
                }
            }
        }

        private void release(HeldLocks held, @Nullable Throwable failure) {
            try {
                held.close();
            } finally {
                if (failure != null) {
                    holding.error(failure);
                }
                holding.stop();
            }
        }

        /** Completes as the stage does, after what is to be done first. */
        private void follow(@Nullable Object stage, Consumer<@Nullable Throwable> first) {
            if (!(stage instanceof CompletionStage<?> promised)) {
                first.accept(null);
                result.complete(null);
                return;
            }
            if (stage instanceof Future<?> future) {
                whenDone(failure -> cancel(future, failure));
            }
            CompletionStage<?> unused = promised.whenComplete((value, failure) -> {
                Throwable cause = failure == null ? null : Acquisition.cause(failure);
                try {
                    first.accept(cause);
                } finally {
                    complete(value, cause);
                }
            });
        }

        private void complete(@Nullable Object value, @Nullable Throwable failure) {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        }

        private static void cancel(Future<?> running, @Nullable Throwable failure) {
            if (failure instanceof CancellationException) {
                running.cancel(true);
            }
        }
    }
}
