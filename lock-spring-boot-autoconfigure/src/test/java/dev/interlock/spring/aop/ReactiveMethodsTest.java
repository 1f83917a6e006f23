package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockTimeoutException;
import dev.interlock.annotation.OnTimeout;
import dev.interlock.annotation.WriteLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.PublisherProbe;
import reactor.test.publisher.TestPublisher;

class ReactiveMethodsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ApplicationContextRunner runner = withLocks().withBean(Feeds.class);
    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void nothingIsLockedOrRunBeforeSomebodySubscribes() {
        runner.run(context -> {
            Mono<String> mono = feeds(context).mono(this::counted);
            Flux<String> flux = feeds(context).flux(() -> counted().flux());
            assertThat(Holds.all(locks(context))).isEmpty();
            assertThat(runs).hasValue(0);
            StepVerifier.create(Flux.concat(mono, flux))
                    .expectNextCount(2)
                    .expectComplete()
                    .verify(PATIENCE);
            assertThat(runs).hasValue(2);
        });
    }

    @Test
    void eachSubscriptionLocksAnew() {
        runner.run(context -> {
            Mono<List<String>> held = feeds(context).mono(() -> Mono.fromSupplier(() -> Holds.all(locks(context))));
            for (int i = 0; i < 3; i++) {
                StepVerifier.create(held)
                        .expectNext(List.of("WRITE feed"))
                        .expectComplete()
                        .verify(PATIENCE);
                assertThat(Holds.all(locks(context))).isEmpty();
            }
        });
    }

    @Test
    void theLockIsHeldUntilTheMonoIsComplete() {
        runner.run(context -> {
            Sinks.One<String> sink = Sinks.one();
            StepVerifier.create(feeds(context).mono(sink::asMono))
                    .then(() -> assertThat(Holds.all(locks(context))).containsExactly("WRITE feed"))
                    .then(() -> sink.tryEmitValue("done"))
                    .expectNext("done")
                    .expectComplete()
                    .verify(PATIENCE);
            assertThat(Holds.all(locks(context))).isEmpty();
        });
    }

    @Test
    void theLockIsHeldUntilTheFluxIsComplete() {
        runner.run(context -> {
            TestPublisher<String> source = TestPublisher.create();
            StepVerifier.create(feeds(context).flux(source::flux))
                    .then(() -> source.next("one"))
                    .expectNext("one")
                    .then(() -> assertThat(Holds.all(locks(context))).containsExactly("WRITE feed"))
                    .then(source::complete)
                    .expectComplete()
                    .verify(PATIENCE);
            assertThat(Holds.all(locks(context))).isEmpty();
        });
    }

    @Test
    void anErrorReleases() {
        runner.run(context -> {
            StepVerifier.create(feeds(context).mono(() -> Mono.error(new IllegalStateException("on purpose"))))
                    .expectErrorMessage("on purpose")
                    .verify(PATIENCE);
            StepVerifier.create(feeds(context).flux(() -> Flux.error(new IllegalStateException("on purpose"))))
                    .expectErrorMessage("on purpose")
                    .verify(PATIENCE);
            StepVerifier.create(feeds(context).mono(() -> {
                        throw new IllegalStateException("thrown on purpose");
                    }))
                    .expectErrorMessage("thrown on purpose")
                    .verify(PATIENCE);
            assertThat(Holds.all(locks(context))).isEmpty();
        });
    }

    @Test
    void nullInsteadOfAPublisherIsEmpty() {
        runner.run(context -> {
            StepVerifier.create(feeds(context).mono(() -> null))
                    .expectComplete()
                    .verify(PATIENCE);
            StepVerifier.create(feeds(context).flux(() -> null))
                    .expectComplete()
                    .verify(PATIENCE);
            assertThat(Holds.all(locks(context))).isEmpty();
        });
    }

    @Test
    void cancellingReleases() {
        runner.run(context -> {
            PublisherProbe<String> endless = PublisherProbe.of(Mono.never());
            Disposable subscription = feeds(context).mono(endless::mono).subscribe();
            assertThat(Holds.all(locks(context))).containsExactly("WRITE feed");
            subscription.dispose();
            endless.assertWasCancelled();
            Holds.assertNothingLeft(locks(context));
        });
    }

    @Test
    void takingWhatIsEnoughReleases() {
        runner.run(context -> {
            StepVerifier.create(feeds(context)
                            .flux(() -> Flux.just("one").concatWith(Flux.never()))
                            .take(1))
                    .expectNext("one")
                    .expectComplete()
                    .verify(PATIENCE);
            Holds.assertNothingLeft(locks(context));
        });
    }

    @Test
    void theLockIsReleasedBeforeTheSubscriberIsTold() {
        runner.run(context -> {
            List<String> seen = new ArrayList<>();
            feeds(context)
                    .mono(() -> Mono.just("value"))
                    .doOnNext(value -> seen.add(value + " " + Holds.all(locks(context))))
                    .doOnSuccess(value -> seen.add("success " + Holds.all(locks(context))))
                    .block(PATIENCE);
            feeds(context)
                    .flux(() -> Flux.just("element"))
                    .doOnNext(value -> seen.add(value + " " + Holds.all(locks(context))))
                    .doOnComplete(() -> seen.add("complete " + Holds.all(locks(context))))
                    .blockLast(PATIENCE);
            assertThat(seen).containsExactly("value []", "success []", "element [WRITE feed]", "complete []");
        });
    }

    @Test
    void theErrorIsSeenAfterTheRelease() {
        runner.run(context -> {
            List<String> seen = new ArrayList<>();
            feeds(context)
                    .flux(() -> Flux.error(new IllegalStateException("on purpose")))
                    .doOnError(failure -> seen.add("error " + Holds.all(locks(context))))
                    .onErrorComplete()
                    .blockLast(PATIENCE);
            assertThat(seen).containsExactly("error []");
        });
    }

    @Test
    void aMonoIsNotCancelledBecauseItHasGivenItsValue() {
        runner.run(context -> {
            PublisherProbe<String> source = PublisherProbe.of(Mono.just("value"));
            StepVerifier.create(feeds(context).mono(source::mono))
                    .expectNext("value")
                    .expectComplete()
                    .verify(PATIENCE);
            source.assertWasNotCancelled();
        });
    }

    @Test
    void repeatingAndTryingAgainLockAnew() {
        runner.run(context -> {
            feeds(context).flux(() -> counted().flux()).repeat(2).blockLast(PATIENCE);
            assertThat(acquisitions(context)).isEqualTo(3);
            StepVerifier.create(feeds(context)
                            .mono(() -> counted().filter(run -> runs.get() > 5).switchIfEmpty(failed()))
                            .retry(5))
                    .expectNextCount(1)
                    .expectComplete()
                    .verify(PATIENCE);
            assertThat(acquisitions(context)).isEqualTo(6);
        });
    }

    @Test
    void nobodyIsBlockedWhileTheLockIsNotFree() {
        runner.run(context -> {
            LockHandle elsewhere = Holds.elsewhere(locks(context), "feed");
            StepVerifier.create(feeds(context).mono(this::counted))
                    .then(() -> assertThat(runs).hasValue(0))
                    // only this thread can do so, and a blocked one never would
                    .then(elsewhere::close)
                    .expectNextCount(1)
                    .expectComplete()
                    .verify(PATIENCE);
            Holds.assertNothingLeft(locks(context));
        });
    }

    @Test
    void theMethodRunsInTheSubscribersThreadIfTheLockIsFree() {
        runner.run(context -> StepVerifier.create(feeds(context).mono(ReactiveMethodsTest::nameOfThread))
                .expectNext(Thread.currentThread().getName())
                .expectComplete()
                .verify(PATIENCE));
    }

    @Test
    void theMethodRunsOnASchedulersThreadIfItHadToWait() {
        runner.run(context -> {
            LockHandle elsewhere = Holds.elsewhere(locks(context), "feed");
            StepVerifier.create(feeds(context).mono(ReactiveMethodsTest::nameOfThread))
                    .then(elsewhere::close)
                    .assertNext(thread -> assertThat(thread).startsWith("parallel-"))
                    .expectComplete()
                    .verify(PATIENCE);
        });
    }

    @Test
    void cancellingWhileWaitingLeavesTheQueueAndNothingIsRun() {
        runner.run(context -> {
            LockHandle elsewhere = Holds.elsewhere(locks(context), "feed");
            Disposable subscription = feeds(context).mono(this::counted).subscribe();
            Holds.awaitWaiters(locks(context), "feed", 1);
            subscription.dispose();
            Holds.awaitWaiters(locks(context), "feed", 0);
            elsewhere.close();
            Holds.assertNothingLeft(locks(context));
            assertThat(runs).hasValue(0);
        });
    }

    @Test
    void aTimeoutIsAnError() {
        runner.run(context -> {
            LockHandle elsewhere = Holds.elsewhere(locks(context), "feed");
            StepVerifier.create(feeds(context).impatient(this::counted))
                    .expectErrorSatisfies(failure -> assertThat(failure)
                            .isInstanceOf(LockTimeoutException.class)
                            .hasMessageContaining("somebody"))
                    .verify(PATIENCE);
            StepVerifier.create(feeds(context).skipped(this::counted))
                    .expectComplete()
                    .verify(PATIENCE);
            StepVerifier.create(feeds(context).replaced(this::counted))
                    .expectNext("another")
                    .expectComplete()
                    .verify(PATIENCE);
            elsewhere.close();
            assertThat(runs).hasValue(0);
            Holds.assertNothingLeft(locks(context));
        });
    }

    @Test
    void aKeyThatNamesNothingIsAnError() {
        runner.run(context -> StepVerifier.create(feeds(context).keyed(null))
                .expectErrorSatisfies(failure ->
                        assertThat(failure).isInstanceOf(LockException.class).hasMessageContaining("Feeds.keyed"))
                .verify(PATIENCE));
    }

    @Test
    void aStormOfCancellationsLeavesNothingAndLetsNoTwoInTogether() {
        runner.run(context -> {
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            Mono<Integer> section = feeds(context)
                    .mono(() -> Mono.fromSupplier(() -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        return inside.decrementAndGet();
                    }));
            Flux.range(0, 2000)
                    .flatMap(
                            i -> Flux.firstWithSignal(section, i % 3 == 0 ? Mono.empty() : section)
                                    .subscribeOn(Schedulers.parallel()),
                            64)
                    .blockLast(Duration.ofSeconds(60));
            Holds.assertNothingLeft(locks(context));
            assertThat(most).hasValue(1);
        });
    }

    private Mono<String> counted() {
        return Mono.fromSupplier(() -> "run " + runs.incrementAndGet());
    }

    private static Mono<String> failed() {
        return Mono.error(new IllegalStateException("on purpose"));
    }

    private static Mono<String> nameOfThread() {
        return Mono.just(Thread.currentThread().getName());
    }

    private static Feeds feeds(AssertableApplicationContext context) {
        return context.getBean(Feeds.class);
    }

    private static LockManager locks(AssertableApplicationContext context) {
        return context.getBean(LockManager.class);
    }

    private static long acquisitions(AssertableApplicationContext context) {
        return locks(context).monitor().statistics("feed").orElseThrow().write().acquisitions();
    }

    static class Feeds {

        @WriteLock("feed")
        public <T> Mono<T> mono(Supplier<@Nullable Mono<T>> work) {
            return work.get();
        }

        @WriteLock("feed")
        public <T> Flux<T> flux(Supplier<@Nullable Flux<T>> work) {
            return work.get();
        }

        @WriteLock(value = "feed", timeout = "0s")
        public Mono<String> impatient(Supplier<Mono<String>> work) {
            return work.get();
        }

        @WriteLock(value = "feed", timeout = "0s", onTimeout = OnTimeout.SKIP)
        public Mono<String> skipped(Supplier<Mono<String>> work) {
            return work.get();
        }

        @WriteLock(value = "feed", timeout = "0s", fallback = "another")
        public Mono<String> replaced(Supplier<Mono<String>> work) {
            return work.get();
        }

        @SuppressWarnings("unused") // the fallback
        private Mono<String> another(Supplier<Mono<String>> work) {
            return Mono.just("another");
        }

        @WriteLock(value = "feed", key = "#id")
        public Flux<String> keyed(@Nullable String id) {
            return Flux.empty();
        }
    }
}
