package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockException;
import dev.interlock.LockManager;
import dev.interlock.OptimisticConflictException;
import dev.interlock.annotation.OnConflict;
import dev.interlock.annotation.Optimistic;
import dev.interlock.optimistic.Operation;
import dev.interlock.optimistic.OperationStatus;
import dev.interlock.optimistic.OptimisticLocks;
import io.reactivex.rxjava3.core.Single;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.annotation.AliasFor;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.transaction.HeuristicCompletionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.UnexpectedRollbackException;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

class OptimisticMethodsTest {

    private final AtomicInteger tries = new AtomicInteger();
    private final ApplicationContextRunner runner = withLocks()
            .withPropertyValues(
                    "interlock.optimistic.backoff.initial=1ms",
                    "interlock.optimistic.kinds.urgent.priority=9",
                    "interlock.optimistic.kinds.urgent.retries=1",
                    "kind.of.titles=LOW")
            .withBean(Document.class);

    // --- what is done again --------------------------------------------------------------------------------------

    @Test
    void aConflictThatIsThrownIsDoneAgain() {
        runner.run(context -> {
            Document document = document(context);
            assertThat(document.call("1", failingTwice(new OptimisticLockingFailureException("stale"))))
                    .isEqualTo("done");
            assertThat(tries).hasValue(3);
            Operation operation = last(context);
            assertThat(operation.resource()).isEqualTo("document:1");
            assertThat(operation.kind().name()).isEqualTo("NORMAL");
            assertThat(operation.retries()).isEqualTo(2);
            assertThat(operation.status()).isEqualTo(OperationStatus.SUCCEEDED);
        });
    }

    @Test
    void aConflictIsKnownWhereverItIsWrapped() {
        OptimisticLockingFailureException stale = new OptimisticLockingFailureException("stale");
        for (RuntimeException wrapped : List.of(
                new TransactionSystemException("could not commit", stale),
                new UndeclaredThrowableException(stale),
                new UnexpectedRollbackException("rolled back", new CompletionException(stale)))) {
            runner.run(context -> {
                Document document = document(context);
                assertThat(document.call("1", failingTwice(wrapped))).isEqualTo("done");
            });
        }
    }

    @Test
    void whatIsNoConflictOrLeavesOpenWhatWasCommittedIsNotDoneAgain() {
        OptimisticLockingFailureException stale = new OptimisticLockingFailureException("stale");
        for (RuntimeException other : List.of(
                new IllegalStateException("on purpose", stale),
                new HeuristicCompletionException(HeuristicCompletionException.STATE_MIXED, stale))) {
            runner.run(context -> {
                Document document = document(context);
                assertThatThrownBy(() -> document.call("1", failingTwice(other)))
                        .isSameAs(other);
                assertThat(tries).hasValue(1);
                assertThat(last(context).status()).isEqualTo(OperationStatus.FAILED);
            });
        }
    }

    @Test
    void atTheEndTheCallerLearnsOfTheLastConflict() {
        runner.run(context -> {
            OptimisticLockingFailureException stale = new OptimisticLockingFailureException("stale");
            assertThatThrownBy(() -> document(context).call("1", failing(stale)))
                    .isInstanceOf(OptimisticConflictException.class)
                    .hasMessageContaining("document:1")
                    .hasMessageContaining("given up after 6 tries")
                    .hasCause(stale);
        });
    }

    @Test
    void aCommitByHandThatWasRefusedIsDoneAgain() {
        runner.run(context -> {
            LockManager locks = context.getBean(LockManager.class);
            List<String> seen = new ArrayList<>();
            document(context).commits("1", () -> {
                seen.add("try");
                if (seen.size() == 1) {
                    Rivals.change(locks, "title:1");
                }
            });
            assertThat(seen).hasSize(2);
        });
    }

    @Test
    void theKindThePlaceholderAndTheRetriesCount() {
        runner.run(context -> {
            RuntimeException stale = new OptimisticLockingFailureException("stale");
            assertThatThrownBy(() -> document(context).urgent("1", failing(stale)))
                    .hasMessageContaining("given up after 2 tries")
                    .hasMessageContaining("urgent, priority 9");
            assertThatThrownBy(() -> document(context).titled("1", failing(stale)))
                    .hasMessageContaining("given up after one try")
                    .hasMessageContaining("LOW, priority 2");
        });
    }

    @Test
    void theTimeIsForAllTries() {
        runner.withPropertyValues("interlock.optimistic.backoff.initial=1h", "interlock.optimistic.backoff.max=1h")
                .run(context -> assertThatThrownBy(() ->
                                document(context).hurried("1", failing(new OptimisticLockingFailureException("stale"))))
                        .isInstanceOf(OptimisticConflictException.class)
                        .hasMessageContaining("there is no time for another"));
    }

    @Test
    void theArgumentsOfEachTryAreThoseOfTheCall() {
        runner.run(context -> {
            List<String> seen = new ArrayList<>();
            document(context).call("1", () -> {
                seen.add(String.valueOf(MDC.get("operation")));
                if (seen.size() == 1) {
                    throw new OptimisticLockingFailureException("stale");
                }
                return "";
            });
            assertThat(seen).containsExactly(last(context).id(), last(context).id());
            assertThat(MDC.get("operation")).isNull();
        });
    }

    @Test
    void whatIsBegunInsideIsAPartOfIt() {
        runner.run(context -> {
            OptimisticLocks optimistic = context.getBean(OptimisticLocks.class);
            document(context).call("1", () -> optimistic
                    .on("page:7")
                    .attempt(now -> null)
                    .operation()
                    .parent());
            List<Operation> both = optimistic.operations().recent();
            assertThat(both.get(1).parent()).isEqualTo(both.get(0).id());
        });
    }

    @Test
    void anAnnotationOfOnesOwnMayCarryIt() {
        runner.run(context -> {
            document(context).composed("1");
            assertThat(last(context).resource()).isEqualTo("title:1");
            assertThat(last(context).kind().name()).isEqualTo("STRUCTURAL");
        });
    }

    @Test
    void distributedOperationsHaveTheirStampsElsewhere() {
        ApplicationContextRunner distributed = runner.withBean(Distributed.class);
        distributed.withPropertyValues("interlock.distributed.backend=memory").run(context -> {
            context.getBean(Distributed.class).work("1");
            assertThat(last(context).resource()).isEqualTo("document:1");
        });
    }

    @Test
    void aKeyThatIsSeveralIsRefused() {
        runner.run(context -> assertThatThrownBy(() -> document(context).several(List.of("1", "2")))
                .isInstanceOf(LockException.class)
                .hasMessageContaining("is several keys at once")
                .hasMessageContaining("Document.several(Object)"));
    }

    @Test
    void methodsRunOnceWhereLocksAreSwitchedOff() {
        runner.withPropertyValues("interlock.enabled=false").run(context -> {
            Document document = document(context);
            OptimisticLockingFailureException stale = new OptimisticLockingFailureException("stale");
            assertThatThrownBy(() -> document.call("1", failing(stale))).isSameAs(stale);
        });
    }

    // --- what is done at the end ---------------------------------------------------------------------------------

    @Test
    void aSkippedMethodAnswersWithNothing() {
        runner.run(context -> {
            assertThat(document(context).skipped(failing(new OptimisticLockingFailureException("stale"))))
                    .isEmpty();
            assertThatThrownBy(() -> document(context).skipped(failing(new IllegalStateException("on purpose"))))
                    .hasMessage("on purpose");
        });
    }

    @Test
    void aFallbackIsToldOfTheConflict() {
        runner.run(context -> assertThat(
                        document(context).orLater("1", failing(new OptimisticLockingFailureException("stale"))))
                .startsWith("later: operation")
                .contains("document:1"));
    }

    // --- futures ---------------------------------------------------------------------------------------------------

    @Test
    void aFutureIsDoneAgain() {
        runner.run(context -> {
            Document document = document(context);
            List<String> threads = new ArrayList<>();
            CompletableFuture<String> result = document.later("1", () -> {
                threads.add(Thread.currentThread().getName());
                return threads.size() < 3
                        ? CompletableFuture.failedFuture(new OptimisticLockingFailureException("stale"))
                        : CompletableFuture.completedFuture(String.valueOf(MDC.get("operation")));
            });
            assertThat(result)
                    .succeedsWithin(Duration.ofSeconds(10))
                    .isEqualTo(last(context).id());
            assertThat(threads.get(0)).isEqualTo(Thread.currentThread().getName());
            assertThat(threads.get(2)).startsWith("locked-call-");
        });
    }

    @Test
    void aFutureFailsWithTheLastConflict() {
        runner.run(context -> {
            OptimisticLockingFailureException stale = new OptimisticLockingFailureException("stale");
            assertThat(document(context).later("1", () -> CompletableFuture.failedFuture(stale)))
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableOfType(ExecutionException.class)
                    .havingCause()
                    .isInstanceOf(OptimisticConflictException.class)
                    .withCause(stale);
            assertThat(document(context).laterOrNothing(() -> CompletableFuture.failedFuture(stale)))
                    .succeedsWithin(Duration.ofSeconds(10))
                    .isEqualTo(Optional.empty());
        });
    }

    @Test
    void cancellingAFutureEndsTheTriesAndWhatRuns() {
        runner.run(context -> {
            CompletableFuture<String> never = new CompletableFuture<>();
            CompletableFuture<String> result = document(context).later("1", () -> never);
            result.cancel(true);
            assertThat(never).isCancelled();
            assertThat(last(context).status()).isEqualTo(OperationStatus.REJECTED);
            assertThat(last(context).why()).isEqualTo("cancelled");
        });
    }

    @Test
    void furtherTriesOfAFutureAreThePartOfTheSameOperation() {
        runner.run(context -> {
            OptimisticLocks optimistic = context.getBean(OptimisticLocks.class);
            AtomicInteger tries = new AtomicInteger();
            assertThat(document(context).later("1", () -> {
                        String operation =
                                optimistic.operations().current().orElseThrow().id();
                        return tries.incrementAndGet() == 1
                                ? CompletableFuture.failedFuture(new OptimisticLockingFailureException("stale"))
                                : CompletableFuture.completedFuture(operation);
                    }))
                    .succeedsWithin(Duration.ofSeconds(10))
                    .isEqualTo(last(context).id());
        });
    }

    // --- publishers --------------------------------------------------------------------------------------------------

    @Test
    void aMonoIsDoneAgainForEachSubscription() {
        runner.run(context -> {
            AtomicInteger tries = new AtomicInteger();
            Mono<String> mono = document(context)
                    .mono(
                            "1",
                            () -> Mono.deferContextual(seen -> tries.incrementAndGet() % 2 == 1
                                    ? Mono.error(new OptimisticLockingFailureException("stale"))
                                    : Mono.just(seen.get("tenant") + String.valueOf(tries))));
            assertThat(tries).hasValue(0);
            StepVerifier.create(mono.contextWrite(Context.of("tenant", "blue")))
                    .expectNext("blue2")
                    .expectComplete()
                    .verify(Duration.ofSeconds(10));
            StepVerifier.create(mono.contextWrite(Context.of("tenant", "red")))
                    .expectNext("red4")
                    .expectComplete()
                    .verify(Duration.ofSeconds(10));
        });
    }

    @Test
    void anEmptyMonoStaysEmptyAndAFailedOneFails() {
        runner.run(context -> {
            OptimisticLockingFailureException stale = new OptimisticLockingFailureException("stale");
            StepVerifier.create(document(context).mono("1", Mono::empty))
                    .expectComplete()
                    .verify(Duration.ofSeconds(10));
            StepVerifier.create(document(context).mono("1", () -> Mono.error(stale)))
                    .expectErrorSatisfies(failure -> assertThat(failure)
                            .isInstanceOf(OptimisticConflictException.class)
                            .hasCause(stale))
                    .verify(Duration.ofSeconds(10));
            StepVerifier.create(document(context).monoOrNothing(() -> Mono.error(stale)))
                    .expectComplete()
                    .verify(Duration.ofSeconds(10));
        });
    }

    @Test
    void cancellingAMonoEndsTheTriesAndWhatRuns() {
        runner.run(context -> {
            CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
            Disposable subscription = document(context)
                    .mono("1", () -> Mono.<String>never().doOnCancel(() -> cancelled.complete(true)))
                    .subscribe();
            subscription.dispose();
            assertThat(cancelled.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(last(context).why()).isEqualTo("cancelled");
        });
    }

    @Test
    void othersThatHaveOneValueAreDoneAgainToo() {
        runner.run(context -> {
            AtomicInteger tries = new AtomicInteger();
            Single<String> single = document(context)
                    .single(() -> tries.incrementAndGet() == 1
                            ? Single.error(new OptimisticLockingFailureException("stale"))
                            : Single.just("done"));
            assertThat(single.timeout(10, TimeUnit.SECONDS).blockingGet()).isEqualTo("done");
        });
    }

    @Test
    void aHiddenFutureIsRefused() {
        runner.run(context -> assertThatThrownBy(() -> document(context).hidden(new CompletableFuture<>()))
                .isInstanceOf(LockException.class)
                .hasMessageContaining("declare the type it answers with"));
    }

    private static Supplier<String> failing(RuntimeException failure) {
        return () -> {
            throw failure;
        };
    }

    private Supplier<String> failingTwice(RuntimeException failure) {
        tries.set(0);
        return () -> {
            if (tries.incrementAndGet() < 3) {
                throw failure;
            }
            return "done";
        };
    }

    private static Operation last(AssertableApplicationContext context) {
        return context.getBean(OptimisticLocks.class).operations().recent().get(0);
    }

    private static Document document(AssertableApplicationContext context) {
        return context.getBean(Document.class);
    }

    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @Optimistic(value = "title", kind = "STRUCTURAL")
    @interface Retitling {
        @AliasFor(annotation = Optimistic.class, attribute = "key")
        String of();
    }

    static class Document {

        private final @Nullable LockManager locks;

        Document(ObjectProvider<LockManager> locks) {
            this.locks = locks.getIfAvailable();
        }

        @Optimistic(value = "document", key = "#id")
        public String call(String id, Supplier<String> work) {
            return work.get();
        }

        @Optimistic(value = "document", key = "#id")
        public void commits(String id, Runnable between) {
            OptimisticLocks optimistic = locks.optimistic();
            var stamp = optimistic.stamp("title", id);
            between.run();
            if (optimistic.commit(stamp, () -> {}).isEmpty()) {
                throw new OptimisticLockingFailureException("the title has changed");
            }
        }

        @Optimistic(value = "document", key = "#id", kind = "urgent")
        public String urgent(String id, Supplier<String> work) {
            return work.get();
        }

        @Optimistic(value = "document", key = "#id", kind = "${kind.of.titles}", retries = 0)
        public String titled(String id, Supplier<String> work) {
            return work.get();
        }

        @Optimistic(value = "document", key = "#id", timeout = "1m")
        public String hurried(String id, Supplier<String> work) {
            return work.get();
        }

        @Retitling(of = "#id")
        public void composed(String id) {}

        @Optimistic(value = "document", key = "#ids")
        public void several(Object ids) {}

        @Optimistic(value = "document", onConflict = OnConflict.SKIP)
        public Optional<String> skipped(Supplier<String> work) {
            return Optional.of(work.get());
        }

        @Optimistic(value = "document", key = "#id", fallback = "instead")
        public String orLater(String id, Supplier<String> work) {
            return work.get();
        }

        String instead(String id, Supplier<String> work, OptimisticConflictException conflict) {
            return "later: " + conflict.getMessage();
        }

        @Optimistic(value = "document", key = "#id")
        public CompletableFuture<String> later(String id, Supplier<CompletableFuture<String>> work) {
            return work.get();
        }

        @Optimistic(value = "document", onConflict = OnConflict.SKIP)
        public CompletableFuture<Optional<String>> laterOrNothing(Supplier<CompletableFuture<Optional<String>>> work) {
            return work.get();
        }

        @Optimistic(value = "document", key = "#id")
        public Mono<String> mono(String id, Supplier<Mono<String>> work) {
            return work.get();
        }

        @Optimistic(value = "document", onConflict = OnConflict.SKIP)
        public Mono<String> monoOrNothing(Supplier<Mono<String>> work) {
            return work.get();
        }

        @Optimistic("document")
        public Single<String> single(Supplier<Single<String>> work) {
            return work.get();
        }

        @Optimistic("document")
        public Object hidden(Object answer) {
            return answer;
        }
    }

    static class Distributed {
        @Optimistic(value = "document", key = "#id", distributed = true)
        public void work(String id) {}
    }
}
