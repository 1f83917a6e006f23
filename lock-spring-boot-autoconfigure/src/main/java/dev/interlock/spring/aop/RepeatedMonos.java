package dev.interlock.spring.aop;

import dev.interlock.LockException;
import dev.interlock.optimistic.OperationContext;
import dev.interlock.optimistic.OperationResult;
import dev.interlock.optimistic.OperationTry;
import io.micrometer.observation.Observation;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.core.ReactiveAdapter;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** For methods that answer with a publisher of one value: each subscription is an operation, and no thread rests. */
final class RepeatedMonos implements OptimisticStyle {

    private final OperationSurroundings around;
    private final ReactiveAdapter adapter;

    RepeatedMonos(OperationSurroundings around, ReactiveAdapter adapter) {
        this.around = around;
        this.adapter = adapter;
    }

    @Override
    public Object call(OptimisticMethod method, MethodInvocation invocation, Object target) {
        return adapter.fromPublisher(mono(method, invocation, target));
    }

    private Mono<Object> mono(OptimisticMethod method, MethodInvocation invocation, Object target) {
        try {
            String resource = method.resource(target, invocation.getArguments());
            around.transactions().checkCall(method, invocation);
            MethodInvocation kept = ((ProxyMethodInvocation) invocation).invocableClone();
            return Mono.deferContextual(subscriber -> {
                Observation caller = subscriber.getOrDefault(
                        ReactiveCalls.OBSERVATION, around.observations().current());
                OperationCall call = new OperationCall(around, method, kept, target, resource, caller);
                return new Subscription(method, call, subscriber).mono();
            });
        } catch (LockException unusable) {
            return Mono.error(unusable);
        }
    }

    private final class Subscription {

        private final OptimisticMethod method;
        private final OperationCall call;
        private final ContextView subscriber;
        private volatile @Nullable Future<?> running;
        private boolean begun;

        Subscription(OptimisticMethod method, OperationCall call, ContextView subscriber) {
            this.method = method;
            this.call = call;
            this.subscriber = subscriber;
        }

        Mono<Object> mono() {
            call.episode().start();
            return Mono.fromFuture(this::repeated)
                    .doOnError(call::failed)
                    .flatMap(result -> Mono.fromDirect(answer(result)));
        }

        private CompletableFuture<OperationResult<Object>> repeated() {
            CompletableFuture<OperationResult<Object>> repeated =
                    call.request().repeatAsync(this::tried, call::isConflict);
            CompletableFuture<OperationResult<Object>> unused = repeated.whenComplete((result, failure) -> {
                if (repeated.isCancelled()) {
                    cancelled();
                }
            });
            return repeated;
        }

        private void cancelled() {
            call.cancelled();
            Future<?> now = running;
            if (now != null) {
                now.cancel(true);
            }
            call.failed(new CancellationException());
        }

        /** The first try is subscribed to where the caller subscribes; each further one where reactive work is done. */
        private CompletionStage<Object> tried(OperationTry attempt) {
            OperationContext here = method.stamps().operations().context();
            CurrentTry current = call.next(attempt);
            Mono<Object> once = Mono.<Object>defer(() -> {
                        try (OperationContext.Scope working = here.open()) {
                            return Mono.fromDirect(published(call.run(current, attempt.operation())));
                        } catch (Throwable failure) {
                            return Mono.error(failure);
                        }
                    })
                    .onErrorResume(failure -> call.isTooLate(current, failure), failure -> Mono.empty())
                    .contextWrite(this::handedOn);
            CompletableFuture<Object> future = (begun ? once.subscribeOn(Schedulers.parallel()) : once).toFuture();
            begun = true;
            running = future;
            return future;
        }

        private Context handedOn(Context context) {
            Context whole = context.putAll(subscriber);
            return call.episode().isRunning()
                    ? whole.put(ReactiveCalls.OBSERVATION, call.episode().observation())
                    : whole;
        }

        private Publisher<?> answer(OperationResult<Object> result) {
            try {
                Object answer = call.answer(result);
                return result.isSuccess() ? Mono.justOrEmpty(answer) : published(answer);
            } catch (Throwable thrown) {
                return Mono.error(thrown);
            }
        }

        private Publisher<?> published(@Nullable Object result) {
            return result == null ? Mono.empty() : adapter.toPublisher(result);
        }
    }
}
