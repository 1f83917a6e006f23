package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.annotation.WriteLock;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class OtherReactiveTypesTest {

    static List<Kind> kinds() {
        return List.of(
                new Kind("Single", feeds -> feeds.single().toFlowable()),
                new Kind("Maybe", feeds -> feeds.maybe().toFlowable()),
                new Kind("Completable", feeds -> feeds.completable().toFlowable()),
                new Kind("Flowable", Feeds::flowable),
                new Kind("Observable", feeds -> feeds.observable()
                        .toFlowable(io.reactivex.rxjava3.core.BackpressureStrategy.BUFFER)),
                new Kind("Publisher", Feeds::publisher),
                new Kind("Flow.Publisher", feeds -> JdkFlowAdapter.flowPublisherToFlux(feeds.flow())));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void locksWhenItIsSubscribedToAndHoldsUntilItIsComplete(Kind kind) {
        AtomicBoolean locked = new AtomicBoolean();
        withLocks()
                .withBean(AtomicBoolean.class, () -> locked)
                .withBean(Feeds.class)
                .run(context -> {
                    LockManager locks = context.getBean(LockManager.class);
                    Publisher<?> assembled = kind.of.apply(context.getBean(Feeds.class));
                    assertThat(Holds.all(locks)).isEmpty();
                    assertThat(locked).isFalse();
                    Flux.from(assembled).collectList().toFuture().get(10, TimeUnit.SECONDS);
                    assertThat(locked).isTrue();
                    Holds.assertNothingLeft(locks);
                });
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void doesNotBlockWhileTheLockIsNotFree(Kind kind) {
        AtomicBoolean locked = new AtomicBoolean();
        withLocks()
                .withBean(AtomicBoolean.class, () -> locked)
                .withBean(Feeds.class)
                .run(context -> {
                    LockManager locks = context.getBean(LockManager.class);
                    LockHandle elsewhere = Holds.elsewhere(locks, "feed");
                    var result = Flux.from(kind.of.apply(context.getBean(Feeds.class)))
                            .collectList()
                            .toFuture();
                    assertThat(result).isNotDone();
                    elsewhere.close();
                    result.get(10, TimeUnit.SECONDS);
                    assertThat(locked).isTrue();
                    Holds.assertNothingLeft(locks);
                });
    }

    record Kind(String name, Function<Feeds, Publisher<?>> of) {
        @Override
        public String toString() {
            return name;
        }
    }

    static class Feeds {

        private final LockManager locks;
        private final AtomicBoolean locked;

        Feeds(LockManager locks, AtomicBoolean locked) {
            this.locks = locks;
            this.locked = locked;
        }

        private Mono<String> look() {
            return Mono.fromSupplier(() -> {
                locked.set(Holds.all(locks).equals(List.of("WRITE feed")));
                return "seen";
            });
        }

        @WriteLock("feed")
        public Single<String> single() {
            return Single.fromPublisher(look());
        }

        @WriteLock("feed")
        public Maybe<String> maybe() {
            return Maybe.fromPublisher(look());
        }

        @WriteLock("feed")
        public Completable completable() {
            return Completable.fromPublisher(look());
        }

        @WriteLock("feed")
        public Flowable<String> flowable() {
            return Flowable.fromPublisher(look());
        }

        @WriteLock("feed")
        public Observable<String> observable() {
            return Observable.fromPublisher(look());
        }

        @WriteLock("feed")
        public Publisher<String> publisher() {
            return look();
        }

        @WriteLock("feed")
        public Flow.Publisher<String> flow() {
            return JdkFlowAdapter.publisherToFlowPublisher(look());
        }
    }
}
