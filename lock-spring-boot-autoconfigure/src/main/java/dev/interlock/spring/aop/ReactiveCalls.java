package dev.interlock.spring.aop;

import dev.interlock.LockException;
import dev.interlock.LockRequest;
import io.micrometer.observation.Observation;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.core.ReactiveAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * For methods that answer with a publisher: each subscription takes the locks anew, without blocking, runs the method, and holds
 * until completion, error or cancellation.
 */
final class ReactiveCalls implements CallStyle {

    /** Under this key instrumented libraries look for the observation that they are in. */
    static final String OBSERVATION = "micrometer.observation";

    private final Surroundings around;
    private final ReactiveAdapter adapter;

    ReactiveCalls(Surroundings around, ReactiveAdapter adapter) {
        this.around = around;
        this.adapter = adapter;
    }

    @Override
    public Object call(LockedMethod method, MethodInvocation invocation, Object target) {
        Publisher<Object> publisher;
        try {
            List<LockRequest> requests = method.requests(target, invocation.getArguments());
            publisher = publisher(new Call(method, ((ProxyMethodInvocation) invocation), target, requests));
        } catch (LockException unusable) {
            publisher = Mono.error(unusable);
        }
        return adapter.fromPublisher(publisher);
    }

    private Publisher<Object> publisher(Call call) {
        return adapter.isMultiValue()
                ? Flux.usingWhen(
                        call.subscriptions(),
                        Subscription::values,
                        Subscription::end,
                        Subscription::failed,
                        Subscription::end)
                : Mono.usingWhen(
                        call.subscriptions(),
                        Subscription::value,
                        Subscription::end,
                        Subscription::failed,
                        Subscription::end);
    }

    private final class Call {

        private final LockedMethod method;
        private final ProxyMethodInvocation invocation;
        private final Object target;
        private final List<LockRequest> requests;

        Call(LockedMethod method, ProxyMethodInvocation invocation, Object target, List<LockRequest> requests) {
            this.method = method;
            this.invocation = (ProxyMethodInvocation) invocation.invocableClone();
            this.target = target;
            this.requests = requests;
        }

        Mono<Subscription> subscriptions() {
            return Mono.deferContextual(subscriber -> Mono.fromSupplier(() -> new Subscription(this, subscriber)));
        }

        Publisher<?> proceed(HeldLocks held, Episode holding) {
            try {
                return published(around.run(invocation.invocableClone(), held, requests, holding));
            } catch (Throwable thrown) {
                return Mono.error(thrown);
            }
        }

        Publisher<?> instead(Throwable failure) {
            if (!(failure instanceof LockException locking)) {
                return Mono.error(failure);
            }
            try {
                return published(method.remedy().instead(locking, target, invocation.getArguments()));
            } catch (Throwable thrown) {
                return Mono.error(thrown);
            }
        }

        private Publisher<?> published(@Nullable Object result) {
            return result == null ? Mono.empty() : adapter.toPublisher(result);
        }
    }

    /** One subscription's locks. Nothing is asked for before Reactor has it in hand and is sure to call {@link #end}. */
    private final class Subscription {

        private final Call call;
        private final Episode waiting;
        private final Episode holding;
        private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.OUTSIDE);

        private volatile @Nullable Acquisition acquisition;

        Subscription(Call call, ContextView subscriber) {
            this.call = call;
            Observation caller =
                    subscriber.getOrDefault(OBSERVATION, around.observations().current());
            this.waiting = around.observations().waiting(call.method, call.requests, caller);
            this.holding = around.observations().holding(call.method, call.requests, caller);
        }

        Mono<Object> value() {
            return settled().flatMap(outcome -> Mono.fromDirect(run(outcome)).contextWrite(this::observed));
        }

        Flux<Object> values() {
            return settled().flatMapMany(outcome -> Flux.from(run(outcome)).contextWrite(this::observed));
        }

        private Context observed(Context context) {
            return holding.isRunning() ? context.put(OBSERVATION, holding.observation()) : context;
        }

        /** What is held, or what the acquisition failed with. */
        private Mono<Object> settled() {
            return Mono.defer(() -> {
                waiting.start();
                Acquisition asked = HeldLocks.acquireAsync(around.locks(), call.requests);
                acquisition = asked;
                if (phase.get() == Phase.OVER) {
                    release();
                    return Mono.never();
                }
                CompletableFuture<Object> outcome =
                        asked.held().handle((held, failure) -> failure == null ? held : Acquisition.cause(failure));
                Mono<Object> settled = Mono.fromFuture(outcome, true);
                return outcome.isDone() ? settled : settled.publishOn(Schedulers.parallel());
            });
        }

        private Publisher<?> run(Object outcome) {
            if (outcome instanceof HeldLocks held) {
                return phase.compareAndSet(Phase.OUTSIDE, Phase.INSIDE) ? runLocked(held) : Mono.never();
            }
            Throwable failure = (Throwable) outcome;
            waiting.error(failure).stop();
            return call.instead(failure);
        }

        private Publisher<?> runLocked(HeldLocks held) {
            try {
                waiting.stop();
                return call.proceed(held, holding.start());
            } finally {
                if (!phase.compareAndSet(Phase.INSIDE, Phase.OUTSIDE)) {
                    release();
                }
            }
        }

        Publisher<?> failed(Throwable failure) {
            holding.error(failure);
            return end();
        }

        /** Not while the method itself still runs: then whoever runs it gives the locks back. */
        Publisher<?> end() {
            return Mono.fromRunnable(() -> {
                Phase before = phase.getAndUpdate(now -> now == Phase.INSIDE ? Phase.LEAVING : Phase.OVER);
                if (before != Phase.INSIDE) {
                    release();
                }
            });
        }

        private void release() {
            Acquisition asked = acquisition;
            if (asked != null) {
                asked.end();
            }
            waiting.stop();
            holding.stop();
        }
    }

    /** Where a subscription is. */
    private enum Phase {
        /** No thread is in the method. */
        OUTSIDE,
        /** A thread is in the method. */
        INSIDE,
        /** The same, and the subscription has ended meanwhile. */
        LEAVING,
        /** The subscription has ended. */
        OVER
    }
}
