package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockTimeoutException;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.tck.TestObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@ExtendWith(OutputCaptureExtension.class)
class ObservationsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String WAIT = "interlock.method.wait";
    private static final String HOLD = "interlock.method.hold";

    private final TestObservationRegistry registry = TestObservationRegistry.create();
    private final ObservedEpisodes observed = new ObservedEpisodes();
    private final ApplicationContextRunner runner = withLocks()
            .withBean(TestObservationRegistry.class, () -> {
                registry.observationConfig().observationHandler(observed);
                return registry;
            })
            .withBean(Shop.class);

    @AfterEach
    void noObserverHasComplained(CapturedOutput output) {
        assertThat(output).doesNotContain("an observer of locked methods has failed");
    }

    @Test
    void waitingAndHoldingAreTwoEpisodes() {
        runner.run(context -> {
            shop(context).call(7, () -> "done");
            assertThat(observed.events())
                    .containsExactly("start " + WAIT, "stop " + WAIT, "start " + HOLD, "stop " + HOLD);
        });
    }

    @Test
    void theyNameTypeModeAndMethodAndTheResourceForTracesOnly() {
        runner.run(context -> {
            shop(context).call(7, () -> "done");
            for (String each : List.of(WAIT, HOLD)) {
                Observation.Context episode = observed.get(each);
                assertThat(episode.getLowCardinalityKeyValues())
                        .containsExactlyInAnyOrder(
                                KeyValue.of("type", "item"),
                                KeyValue.of("mode", "WRITE"),
                                KeyValue.of("method", "Shop.call(long, Supplier)"));
                assertThat(episode.getHighCardinalityKeyValues()).containsExactly(KeyValue.of("resource", "item:7"));
            }
            assertThat(observed.get(WAIT).getContextualName()).isEqualTo("wait for item");
            assertThat(observed.get(HOLD).getContextualName()).isEqualTo("hold item");
        });
    }

    @Test
    void severalLocksAreOneEpisode() {
        runner.run(context -> {
            shop(context).several(1, 2);
            assertThat(observed.count("start " + WAIT)).isEqualTo(1);
            assertThat(observed.get(HOLD).getLowCardinalityKeyValue("type").getValue())
                    .isEqualTo("item,stock");
            assertThat(observed.get(HOLD).getLowCardinalityKeyValue("mode").getValue())
                    .isEqualTo("WRITE,READ");
            assertThat(observed.get(HOLD).getHighCardinalityKeyValue("resource").getValue())
                    .isEqualTo("item:1,stock:2");
        });
    }

    @Test
    void aTimeoutIsAnErrorOfTheWaiting() {
        runner.run(context -> {
            Holds.elsewhere(locks(context), "item:0");
            assertThatThrownBy(() -> shop(context).impatient()).isInstanceOf(LockTimeoutException.class);
            assertTimeoutObserved();
            assertThat(observed.get(WAIT).getError()).isInstanceOf(LockTimeoutException.class);
        });
    }

    @Test
    void anExceptionOfTheMethodIsAnErrorOfTheHolding() {
        runner.run(context -> {
            assertThatThrownBy(() -> shop(context).call(7, () -> {
                        throw new IllegalStateException("on purpose");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(observed.events())
                    .containsExactly(
                            "start " + WAIT, "stop " + WAIT, "start " + HOLD, "error of " + HOLD, "stop " + HOLD);
        });
    }

    @Test
    void whatTheMethodDoesHappensWithinTheHoldAndThatWithinWhatTheCallerDoes() {
        runner.run(context -> {
            within("caller", () -> shop(context).call(7, this::inner));
            assertThat(observed.parentOf("inner")).isEqualTo(HOLD);
            assertThat(observed.parentOf(HOLD)).isEqualTo("caller");
            assertThat(observed.parentOf(WAIT)).isEqualTo("caller");
            assertThat(registry.getCurrentObservation()).isNull();
        });
    }

    @Test
    void theHoldOfAStageLastsUntilItIsComplete() {
        runner.run(context -> {
            CompletableFuture<String> stage = new CompletableFuture<>();
            CompletableFuture<String> unused = shop(context).stage(() -> stage);
            assertThat(observed.events()).endsWith("start " + HOLD);
            assertThat(registry.getCurrentObservation()).isNull();
            stage.completeExceptionally(new IllegalStateException("on purpose"));
            assertThat(observed.events()).endsWith("error of " + HOLD, "stop " + HOLD);
        });
    }

    @Test
    void whatAStagedMethodDoesHappensWithinTheHoldEvenIfItHadToWait() {
        runner.run(context -> {
            LockHandle elsewhere = Holds.elsewhere(locks(context), "item:0");
            CompletableFuture<String> result = new CompletableFuture<>();
            within("caller", () -> {
                CompletableFuture<Void> unused = shop(context)
                        .stage(() -> CompletableFuture.completedFuture(inner()))
                        .thenAccept(result::complete);
            });
            assertThat(observed.events()).contains("start " + WAIT).doesNotContain("start " + HOLD);
            elsewhere.close();
            result.get(10, TimeUnit.SECONDS);
            assertThat(observed.parentOf("inner")).isEqualTo(HOLD);
            assertThat(observed.parentOf(HOLD)).isEqualTo("caller");
            assertThat(observed.parentOf(WAIT)).isEqualTo("caller");
        });
    }

    @Test
    void aStagedCallThatIsCancelledEndsItsWaiting() {
        runner.run(context -> {
            LockHandle elsewhere = Holds.elsewhere(locks(context), "item:0");
            CompletableFuture<String> result = shop(context).stage(() -> CompletableFuture.completedFuture("done"));
            result.cancel(true);
            elsewhere.close();
            await().until(() -> observed.events().contains("stop " + WAIT));
            assertThat(observed.events()).doesNotContain("start " + HOLD);
        });
    }

    @Test
    void theHoldOfAMonoIsInItsContext() {
        runner.run(context -> {
            Observation caller = Observation.start("caller", registry);
            shop(context)
                    .mono(() -> Mono.deferContextual(
                            subscriber -> Mono.fromSupplier(() -> Observation.createNotStarted("inner", registry)
                                    .parentObservation(subscriber.<Observation>get("micrometer.observation"))
                                    .observe(() -> "done"))))
                    .contextWrite(subscriber -> subscriber.put("micrometer.observation", caller))
                    .block(PATIENCE);
            assertThat(observed.parentOf("inner")).isEqualTo(HOLD);
            assertThat(observed.parentOf(HOLD)).isEqualTo("caller");
            assertThat(observed.parentOf(WAIT)).isEqualTo("caller");
            assertThat(observed.events()).endsWith("stop inner", "stop " + HOLD);
        });
    }

    @Test
    void whatAssemblesAMonoHappensWithinTheHoldEvenIfItHadToWait() {
        runner.run(context -> {
            LockHandle elsewhere = Holds.elsewhere(locks(context), "item:0");
            CompletableFuture<String> result = new CompletableFuture<>();
            within("caller", () -> shop(context).mono(() -> Mono.just(inner())).subscribe(result::complete));
            elsewhere.close();
            result.get(10, TimeUnit.SECONDS);
            assertThat(observed.parentOf("inner")).isEqualTo(HOLD);
            assertThat(observed.parentOf(HOLD)).isEqualTo("caller");
        });
    }

    @Test
    void aTimeoutOfAMonoIsAnErrorOfTheWaiting() {
        runner.run(context -> {
            Holds.elsewhere(locks(context), "item:0");
            Mono<String> mono = shop(context).impatientMono();
            assertThatThrownBy(() -> mono.block(PATIENCE)).isInstanceOf(LockTimeoutException.class);
            assertTimeoutObserved();
        });
    }

    @Test
    void aFallbackIsNotWithinAHold() {
        runner.run(context -> {
            Holds.elsewhere(locks(context), "item:0");
            assertThat(shop(context).replacedMono().block(PATIENCE)).isEqualTo("observed: false");
        });
    }

    @Test
    void anErrorOfAFluxIsAnErrorOfTheHolding() {
        runner.run(context -> {
            Flux<String> flux = shop(context).flux(() -> Flux.error(new IllegalStateException("on purpose")));
            assertThatThrownBy(() -> flux.blockLast(PATIENCE)).isInstanceOf(IllegalStateException.class);
            assertThat(observed.events()).endsWith("error of " + HOLD, "stop " + HOLD);
        });
    }

    @Test
    void cancellingEndsWhateverIsGoingOn() {
        runner.run(context -> {
            Disposable holding = shop(context).flux(Flux::never).subscribe();
            Disposable waiting = shop(context).flux(Flux::never).subscribe();
            waiting.dispose();
            assertThat(observed.events())
                    .containsExactly("start " + WAIT, "stop " + WAIT, "start " + HOLD, "start " + WAIT, "stop " + WAIT);
            holding.dispose();
            assertThat(observed.events()).endsWith("stop " + HOLD);
        });
    }

    @Test
    void inAStormOfCancellationsEverythingThatBeginsEnds() {
        runner.run(context -> {
            Mono<String> mono = shop(context).mono(() -> Mono.just("done"));
            Flux.range(0, 500)
                    .flatMap(
                            i -> Flux.firstWithSignal(mono, i % 2 == 0 ? Mono.empty() : mono)
                                    .subscribeOn(Schedulers.parallel()),
                            32)
                    .blockLast(Duration.ofSeconds(60));
            Holds.assertNothingLeft(locks(context));
            for (String each : List.of(WAIT, HOLD)) {
                await().untilAsserted(() ->
                        assertThat(observed.count("stop " + each)).isEqualTo(observed.count("start " + each)));
            }
        });
    }

    private void assertTimeoutObserved() {
        assertThat(observed.events()).containsExactly("start " + WAIT, "error of " + WAIT, "stop " + WAIT);
    }

    private String inner() {
        return Observation.createNotStarted("inner", registry).observe(() -> "done");
    }

    private void within(String name, Runnable call) {
        Observation.createNotStarted(name, registry).observe(call);
    }

    private static Shop shop(AssertableApplicationContext context) {
        return context.getBean(Shop.class);
    }

    private static LockManager locks(AssertableApplicationContext context) {
        return context.getBean(LockManager.class);
    }

    @SuppressWarnings("unused") // the fallback is called by name
    static class Shop {

        @WriteLock(value = "item", key = "#id")
        public String call(long id, Supplier<String> work) {
            return work.get();
        }

        @WriteLock(value = "item", key = "#item")
        @ReadLock(value = "stock", key = "#stock")
        public void several(long item, long stock) {}

        @WriteLock(value = "item:0", timeout = "0s")
        public void impatient() {}

        @WriteLock("item:0")
        public CompletableFuture<String> stage(Supplier<CompletableFuture<String>> work) {
            return work.get();
        }

        @WriteLock("item:0")
        public Mono<String> mono(Supplier<Mono<String>> work) {
            return work.get();
        }

        @WriteLock("item:0")
        public Flux<String> flux(Supplier<Flux<String>> work) {
            return work.get();
        }

        @WriteLock(value = "item:0", timeout = "0s")
        public Mono<String> impatientMono() {
            return Mono.just("done");
        }

        @WriteLock(value = "item:0", timeout = "0s", fallback = "instead")
        public Mono<String> replacedMono() {
            return Mono.just("done");
        }

        private Mono<String> instead() {
            return Mono.deferContextual(context -> Mono.just("observed: " + context.hasKey("micrometer.observation")));
        }
    }
}
