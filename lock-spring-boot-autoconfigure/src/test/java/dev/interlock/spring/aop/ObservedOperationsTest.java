package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockManager;
import dev.interlock.OptimisticConflictException;
import dev.interlock.annotation.Optimistic;
import io.micrometer.common.KeyValue;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.tck.TestObservationRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.dao.OptimisticLockingFailureException;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What others see of an operation, and what goes along with it from thread to thread. */
class ObservedOperationsTest {

    private static final String OPERATION = "interlock.operation";

    private final TestObservationRegistry registry = TestObservationRegistry.create();
    private final ObservedEpisodes observed = new ObservedEpisodes();
    private final List<String> tries = new ArrayList<>();
    private final ApplicationContextRunner runner = withLocks()
            .withPropertyValues("interlock.optimistic.backoff.initial=1ms")
            .withBean(TestObservationRegistry.class, () -> {
                registry.observationConfig().observationHandler(observed).observationHandler(new Tries());
                return registry;
            })
            .withBean(Notes.class);

    @Test
    void anOperationIsOneObservationWithItsTriesAsEvents() {
        runner.run(context -> {
            AtomicInteger calls = new AtomicInteger();
            notes(context).call(7, () -> {
                assertThat(registry.getCurrentObservation().getContextView().getName())
                        .isEqualTo(OPERATION);
                if (calls.incrementAndGet() < 3) {
                    throw new OptimisticLockingFailureException("stale");
                }
                return "";
            });
            assertThat(observed.events()).containsExactly("start " + OPERATION, "stop " + OPERATION);
            assertThat(tries).containsExactly("try: try 1", "try: try 2", "try: try 3");
            assertTags("succeeded", "2");
        });
    }

    @Test
    void aRejectedOneSaysSo() {
        runner.run(context -> {
            assertThatThrownBy(() -> notes(context).call(7, () -> {
                        throw new OptimisticLockingFailureException("stale");
                    }))
                    .isInstanceOf(OptimisticConflictException.class);
            assertThat(tries).hasSize(6);
            assertThat(observed.get(OPERATION).getError()).isInstanceOf(OptimisticConflictException.class);
            assertTags("rejected", "5");
        });
    }

    @Test
    void aFailedOneIsAnError() {
        runner.run(context -> {
            IllegalStateException failure = new IllegalStateException("on purpose");
            assertThatThrownBy(() -> notes(context).call(7, () -> {
                        throw failure;
                    }))
                    .isSameAs(failure);
            assertThat(observed.get(OPERATION).getError()).isSameAs(failure);
            assertTags("failed", "0");
        });
    }

    @Test
    void operationsOfFuturesAndPublishersAreObservedToo() {
        runner.run(context -> {
            AtomicInteger calls = new AtomicInteger();
            assertThat(notes(context)
                            .later(
                                    7,
                                    () -> calls.incrementAndGet() == 1
                                            ? CompletableFuture.failedFuture(
                                                    new OptimisticLockingFailureException("stale"))
                                            : CompletableFuture.completedFuture("")))
                    .succeedsWithin(Duration.ofSeconds(10));
            assertTags("succeeded", "1");
            StepVerifier.create(notes(context)
                            .mono(
                                    7,
                                    () -> Mono.deferContextual(
                                            seen -> Mono.just(seen.<Observation>get("micrometer.observation")
                                                    .getContextView()
                                                    .getName()))))
                    .expectNext(OPERATION)
                    .expectComplete()
                    .verify(Duration.ofSeconds(10));
            assertThat(observed.count("stop " + OPERATION)).isEqualTo(2);
        });
    }

    @Test
    void aCancelledOneIsRejectedAndNoError() {
        runner.run(context -> {
            notes(context).later(7, CompletableFuture::new).cancel(true);
            notes(context).mono(7, Mono::never).subscribe().dispose();
            assertThat(observed.events())
                    .containsExactly(
                            "start " + OPERATION, "stop " + OPERATION, "start " + OPERATION, "stop " + OPERATION);
            assertTags("rejected", "0");
        });
    }

    @Test
    void whatIsBoundToTheCallingThreadComesAlongToFurtherTries() {
        ThreadLocal<String> tenant = new ThreadLocal<>();
        ContextRegistry.getInstance()
                .registerThreadLocalAccessor("tenant of an operation", tenant::get, tenant::set, tenant::remove);
        try {
            runner.run(context -> {
                tenant.set("blue");
                List<String> seen = new CopyOnWriteArrayList<>();
                assertThat(notes(context).later(7, () -> {
                            seen.add(tenant.get());
                            return seen.size() == 1
                                    ? CompletableFuture.failedFuture(new OptimisticLockingFailureException("stale"))
                                    : CompletableFuture.completedFuture("");
                        }))
                        .succeedsWithin(Duration.ofSeconds(10));
                assertThat(seen).containsExactly("blue", "blue");
            });
        } finally {
            ContextRegistry.getInstance().removeThreadLocalAccessor("tenant of an operation");
            tenant.remove();
        }
    }

    private void assertTags(String outcome, String retries) {
        Observation.Context context = observed.get(OPERATION);
        assertThat(context.getContextualName()).isEqualTo("operation on note");
        assertThat(context.getLowCardinalityKeyValues())
                .contains(KeyValue.of("type", "note"), KeyValue.of("kind", "NORMAL"), KeyValue.of("outcome", outcome))
                .extracting(KeyValue::getKey)
                .containsExactlyInAnyOrder("type", "kind", "method", "outcome");
        assertThat(context.getHighCardinalityKeyValues())
                .contains(KeyValue.of("resource", "note:7"), KeyValue.of("retries", retries))
                .extracting(KeyValue::getKey)
                .containsExactlyInAnyOrder("resource", "id", "retries");
    }

    @Test
    void theLoggingContextIsLeftAloneIfThatIsSet() {
        runner.withPropertyValues("interlock.mdc=false")
                .run(context -> assertThat(notes(context).call(7, () -> String.valueOf(MDC.get("operation"))))
                        .isEqualTo("null"));
    }

    @Test
    void theOperationGoesAlongWithAContextThatIsHandedOn() {
        runner.run(context -> {
            LockManager locks = context.getBean(LockManager.class);
            var threads = Executors.newSingleThreadExecutor();
            try {
                var handingOn =
                        ContextSnapshotFactory.builder().clearMissing(true).build();
                Supplier<Optional<String>> current =
                        () -> locks.operations().current().map(each -> each.id());
                notes(context).call(7, () -> {
                    var snapshot = handingOn.captureAll();
                    assertThat(CompletableFuture.supplyAsync(current, snapshot.wrapExecutor(threads)))
                            .succeedsWithin(Duration.ofSeconds(10))
                            .isEqualTo(current.get());
                    assertThat(current.get()).isPresent();
                    return "";
                });
                assertThat(CompletableFuture.supplyAsync(current, threads))
                        .succeedsWithin(Duration.ofSeconds(10))
                        .isEqualTo(Optional.empty());
            } finally {
                threads.shutdownNow();
            }
        });
    }

    private static Notes notes(AssertableApplicationContext context) {
        return context.getBean(Notes.class);
    }

    private final class Tries implements ObservationHandler<Observation.Context> {

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }

        @Override
        public void onEvent(Observation.Event event, Observation.Context context) {
            tries.add(event.getName() + ": " + event.getContextualName());
        }
    }

    static class Notes {

        @Optimistic(value = "note", key = "#id")
        public String call(long id, Supplier<String> work) {
            return work.get();
        }

        @Optimistic(value = "note", key = "#id")
        public CompletableFuture<String> later(long id, Supplier<CompletableFuture<String>> work) {
            return work.get();
        }

        @Optimistic(value = "note", key = "#id")
        public Mono<String> mono(long id, Supplier<Mono<String>> work) {
            return work.get();
        }
    }
}
