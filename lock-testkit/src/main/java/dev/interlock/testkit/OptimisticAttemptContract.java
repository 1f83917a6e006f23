package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockClosedException;
import dev.interlock.LockInterruptedException;
import dev.interlock.OptimisticConflictException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import dev.interlock.optimistic.Change;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.OperationResult;
import dev.interlock.optimistic.OperationStatus;
import dev.interlock.optimistic.OperationTry;
import dev.interlock.optimistic.VersionStamp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operations that are tried until they succeed, in the calling thread and without one. */
abstract class OptimisticAttemptContract extends OptimisticContract {

    private final AtomicInteger tries = new AtomicInteger();

    OptimisticAttemptContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    /** A computation that somebody else overtakes each time. */
    private Change<String, RuntimeException> overtaken() {
        tries.incrementAndGet();
        changedByAnother(PAGE);
        return () -> "never";
    }

    private Change<String, Exception> overtakenAside() {
        return overtaken()::apply;
    }

    private void assertFailed(String id) {
        assertThat(found(id).status()).isEqualTo(OperationStatus.FAILED);
        assertThat(optimistic.operations().running()).isEmpty();
        assertThat(optimistic.operations().totals().failed()).isEqualTo(1);
    }

    // --- in the calling thread -------------------------------------------------------------------------------------

    @Test
    void whatNobodyOvertakesIsDoneAtOnce() {
        VersionStamp before = optimistic.stamp(PAGE);

        OperationResult<String> result = optimistic.attempt(PAGE, current -> () -> "at version " + current.version());

        assertThat(result.isSuccess()).isTrue();
        assertThat(result.value()).contains("at version " + before.version());
        assertThat(result.orElseThrow()).isEqualTo("at version " + before.version());
        assertThat(result.operation().status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(result.operation().retries()).isZero();
        assertThat(before.isBefore(optimistic.stamp(PAGE))).isTrue();
    }

    @Test
    void whatFindsNothingToChangeSucceedsAndMovesNothing() {
        VersionStamp before = optimistic.stamp(PAGE);

        OperationResult<String> result = optimistic.attempt(PAGE, current -> null);

        assertThat(result.isSuccess()).isTrue();
        assertThat(result.value()).isEmpty();
        assertThat(optimistic.stamp(PAGE)).isEqualTo(before);
    }

    @Test
    void restsDoubleUpToTheLongestAndAreKeptToTheNanosecond() {
        Contender<OperationResult<String>> trying =
                contenders.start("trying", () -> optimistic.on(PAGE).retries(6).attempt(current -> overtaken()));
        int made = 1;
        for (int millis : List.of(10, 20, 40, 80, 100, 100)) {
            // by its tries, for one that has just been woken still counts as sleeping
            int before = made++;
            Contenders.until("try " + before, () -> tries.get() == before);
            untilSleeping(1);
            time.advance(Duration.ofMillis(millis).minus(TICK));
            assertThat(time.sleeping()).isEqualTo(1);
            time.advance(TICK);
        }

        assertThat(trying.result().isSuccess()).isFalse();
        assertThat(tries).hasValue(7);
        assertThat(heard(LockEvent.OperationRetried.class))
                .extracting(each -> each.after().toMillis())
                .containsExactly(10L, 20L, 40L, 80L, 100L, 100L);
    }

    @ParameterizedTest
    @CsvSource({"STRUCTURAL, 20, 1", "NORMAL, 5, 0", "LOW, 3, 0"})
    void theKindSaysHowOftenItIsTriedAndWhoseExhaustionIsAnAlert(String kind, int retries, int alerts) {
        use(settings -> settings.optimistic(own -> own.backOff(Duration.ZERO, 2, Duration.ZERO, 0)));

        OperationResult<String> result = optimistic.on(PAGE).kind(kind).attempt(current -> overtaken());

        assertThat(tries).hasValue(retries + 1);
        assertThat(result.value()).isEmpty();
        assertThat(result.rejection()).get().isInstanceOf(OptimisticConflictException.class);
        assertThatExceptionOfType(OptimisticConflictException.class)
                .isThrownBy(result::orElseThrow)
                .withMessageContaining(kind);
        assertThat(result.operation().status()).isEqualTo(OperationStatus.REJECTED);
        assertThat(heard(LockEvent.OperationRejected.class)).hasSize(1);
        assertThat(heard(LockEvent.OperationAlert.class)).hasSize(alerts);
        assertThat(optimistic.operations().totals().exhausted()).isEqualTo(1);
    }

    @Test
    void noRestIsBegunThatWouldEndTooLate() {
        Contender<OperationResult<String>> trying = contenders.start(
                "trying",
                () -> optimistic.on(PAGE).timeout(Duration.ofMillis(25)).attempt(current -> overtaken()));
        untilSleeping(1);

        time.advance(Duration.ofMillis(10));

        assertThat(trying.result().rejection()).get().asString().contains("no time for another");
        assertThat(tries).hasValue(2);
    }

    @Test
    void whatIsComputedTooLateIsNotDone() {
        AtomicBoolean done = new AtomicBoolean();
        OperationResult<Void> result = optimistic.on(PAGE).timeout(SECOND).attempt(current -> {
            time.advance(SECOND);
            return Change.of(() -> done.set(true));
        });

        assertThat(result.isSuccess()).isFalse();
        assertThat(done).isFalse();
    }

    @Test
    void anInterruptEndsARestAndALookWithTheFlagSetAgain() {
        AtomicInteger flags = new AtomicInteger();
        Contender<?> resting = contenders.start("resting", () -> flagged(flags, "resting"));
        untilSleeping(1);
        resting.interrupt();
        assertThat(resting.failure()).isInstanceOf(LockInterruptedException.class);
        Changer changer = changing(PAGE);
        Contender<?> looking = contenders.start("looking", () -> flagged(flags, "looking"));
        untilSleeping(1);

        looking.interrupt();

        assertThat(looking.failure()).isInstanceOf(LockInterruptedException.class);
        assertThat(flags).hasValue(2);
        assertThat(List.of(found("resting").status(), found("looking").status()))
                .containsOnly(OperationStatus.REJECTED);
        assertThat(optimistic.operations().totals().failed()).isEqualTo(2);
        changer.end();
    }

    private OperationResult<String> flagged(AtomicInteger flags, String id) {
        try {
            return optimistic.on(PAGE).id(id).attempt(current -> overtaken());
        } finally {
            flags.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
        }
    }

    @Test
    void whoWaitsForAChangeHasNotBegunAndStandsInNobodysWayOnceItRests() {
        use(settings -> settings.writeTimeout(SECOND));
        Changer changer = changing(PAGE);
        Contender<OperationResult<String>> waiting = contenders.start(
                "waiting",
                () -> optimistic.on(PAGE).id("slow").kind("STRUCTURAL").attempt(current -> () -> "done"));
        untilSleeping(1);
        assertThat(found("slow").status()).isEqualTo(OperationStatus.PENDING);
        time.advance(SECOND);
        Contenders.until("it rests", () -> found("slow").status() == OperationStatus.RETRYING);
        changer.end();

        OperationResult<String> other = optimistic.attempt(PAGE, current -> () -> "meanwhile");

        assertThat(other.isSuccess()).as(other.toString()).isTrue();
        time.advance(SECOND);
        assertThat(waiting.result().isSuccess()).isTrue();
    }

    @Test
    void whateverIsThrownEndsTheOperation() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> optimistic.on(PAGE).id("one").attempt(current -> {
                    throw new IOException("gone");
                }));
        assertFailed("one");
        assertThatExceptionOfType(StackOverflowError.class)
                .isThrownBy(() -> optimistic.on(PAGE).id("two").attempt(current -> () -> {
                    throw new StackOverflowError("deep");
                }));

        assertThat(found("two").status()).isEqualTo(OperationStatus.FAILED);
        assertThat(optimistic.attempt(PAGE, current -> () -> "next").isSuccess())
                .isTrue();
    }

    @Test
    void aFailureToTellConflictsEndsTheOperationToo() {
        IOException failure = new IOException("gone");

        assertThatThrownBy(() -> optimistic
                        .on(PAGE)
                        .id("untold")
                        .repeat(
                                attempt -> {
                                    throw failure;
                                },
                                thrown -> {
                                    throw new IllegalStateException("no idea");
                                }))
                .isSameAs(failure);
        assertThat(failure.getSuppressed()).hasSize(1);
        assertFailed("untold");
    }

    @Test
    void whatIsToldToBeAConflictIsTriedAgain() throws IOException {
        use(settings -> settings.optimistic(own -> own.backOff(Duration.ZERO, 1, Duration.ZERO, 0)));

        OperationResult<Integer> result = optimistic
                .on(PAGE)
                .repeat(
                        attempt -> {
                            if (tries.incrementAndGet() < 3) {
                                throw new IOException("busy");
                            }
                            return tries.get();
                        },
                        IOException.class::isInstance);

        assertThat(result.value()).contains(3);
        assertThat(result.operation().retries()).isEqualTo(2);
    }

    @Test
    void aTryThatIsOverBeginsNothingOnTheStampOfTheNext() throws IOException {
        use(settings -> settings.optimistic(own -> own.backOff(Duration.ZERO, 1, Duration.ZERO, 0)));
        AtomicReference<OperationTry> first = new AtomicReference<>();
        optimistic
                .on(PAGE)
                .repeat(
                        attempt -> {
                            if (first.compareAndSet(null, attempt)) {
                                throw new IOException("busy");
                            }
                            OperationTry over = Objects.requireNonNull(first.get());
                            assertThatIllegalStateException().isThrownBy(over::begin);
                            return "done";
                        },
                        IOException.class::isInstance);

        assertThat(optimistic.stamp(PAGE).version()).isZero();
    }

    @Test
    void aTryThatIsRenewedBeforeItReadsGoesByWhatTheResourceIsThen() {
        VersionStamp after = optimistic
                .on(PAGE)
                .repeat(
                        attempt -> {
                            tries.incrementAndGet();
                            VersionStamp now = changedByAnother(PAGE);
                            assertThat(attempt.renew()).isEqualTo(now).isEqualTo(attempt.stamp());
                            try (OperationTry.ChangeStep step = attempt.begin()) {
                                assertThatIllegalStateException().isThrownBy(attempt::renew);
                                return step.next();
                            }
                        },
                        failure -> false)
                .orElseThrow();

        assertThat(tries).hasValue(1);
        assertThat(optimistic.stamp(PAGE)).isEqualTo(after);
    }

    // --- without a thread ------------------------------------------------------------------------------------------

    @Test
    void withoutAThreadItRestsOnATimer() {
        CompletableFuture<OperationResult<String>> future = optimistic
                .on(PAGE)
                .attemptAsync(current -> tries.get() == 0 ? overtakenAside() : () -> "second", Runnable::run);
        assertThat(future).isNotDone();
        time.advance(Duration.ofMillis(10).minus(TICK));
        assertThat(future).isNotDone();
        time.advance(TICK);

        assertThat(Contender.resultOf(future).value()).contains("second");
        assertThat(time.scheduled()).isZero();
    }

    @Test
    void cancellingEndsTheRetriesAndLeavesNoTimer() {
        CompletableFuture<OperationResult<String>> future =
                optimistic.on(PAGE).id("unwanted").attemptAsync(current -> overtakenAside(), Runnable::run);

        future.cancel(false);

        assertThat(found("unwanted").status()).isEqualTo(OperationStatus.REJECTED);
        assertThat(found("unwanted").why()).isEqualTo("cancelled");
        assertThat(time.scheduled()).isZero();
        assertThat(optimistic.operations().totals().failed()).isEqualTo(1);
        time.advance(SECOND);
        assertThat(tries).hasValue(1);
    }

    @Test
    void anExecutorThatRefusesEndsTheOperation() {
        CompletableFuture<OperationResult<String>> future = optimistic
                .on(PAGE)
                .id("refused")
                .attemptAsync(current -> () -> "never", work -> {
                    throw new OutOfMemoryError("no thread");
                });

        assertThat(Contender.failureOf(future)).isInstanceOf(OutOfMemoryError.class);
        assertFailed("refused");
    }

    @Test
    void anExecutorForCallbacksThatRefusesEndsTheOperation() {
        use(settings -> settings.callbackExecutor(work -> {
            throw new RejectedExecutionException("full");
        }));
        CompletableFuture<OperationResult<String>> future =
                optimistic.on(PAGE).id("refused").attemptAsync(current -> () -> "never");

        assertThat(Contender.failureOf(future)).isInstanceOf(RejectedExecutionException.class);
        assertFailed("refused");
    }

    @Test
    void whateverIsThrownWithoutAThreadEndsTheOperation() {
        CompletableFuture<OperationResult<String>> future = optimistic
                .on(PAGE)
                .id("untold")
                .repeatAsync(attempt -> CompletableFuture.failedFuture(new StackOverflowError("deep")), failure -> {
                    throw new IllegalStateException("no idea");
                });

        assertThat(Contender.failureOf(future)).isInstanceOf(StackOverflowError.class);
        assertFailed("untold");
    }

    @Test
    void whatFollowsAnOperationIsNoPartOfIt() {
        List<String> parents = new ArrayList<>();
        CompletableFuture<?> all = optimistic
                .on(PAGE)
                .kind(OperationKind.STRUCTURAL)
                .attemptAsync(
                        current -> () -> "one",
                        work -> contenders.start("pool", () -> {
                            work.run();
                            return true;
                        }))
                .thenAccept(one -> parents.add(String.valueOf(optimistic
                        .attempt(PAGE, current -> () -> "two")
                        .operation()
                        .parent())));

        Contender.resultOf(all);

        assertThat(parents).containsExactly("null");
    }

    @Test
    void withoutAThreadASlowChangeIsAwaitedNoLongerThanWithOne() {
        use(settings -> settings.writeTimeout(SECOND));
        Changer changer = changing(PAGE);
        CompletableFuture<OperationResult<String>> future =
                optimistic.on(PAGE).retries(0).attemptAsync(current -> () -> "never", Runnable::run);

        time.advance(SECOND.plusMillis(100));

        assertThat(Contender.resultOf(future).isSuccess()).isFalse();
        changer.end();
    }

    // --- closing ---------------------------------------------------------------------------------------------------

    @Test
    void closingEndsThoseThatRestAndTurnsAwayThoseThatCome() {
        CompletableFuture<OperationResult<String>> future =
                optimistic.on(PAGE).attemptAsync(current -> overtakenAside(), Runnable::run);
        Contender<OperationResult<String>> resting =
                contenders.start("resting", () -> optimistic.attempt(PAGE, current -> overtaken()));
        untilSleeping(1);

        locks.close();

        assertThat(Contender.failureOf(future)).isInstanceOf(LockClosedException.class);
        assertThat(resting.failure()).isInstanceOf(LockClosedException.class);
        assertThatExceptionOfType(LockClosedException.class).isThrownBy(() -> optimistic.stamp(PAGE));
        assertThatExceptionOfType(LockClosedException.class)
                .isThrownBy(() -> optimistic.commit(new VersionStamp(PAGE, 0, 0), () -> {}));
        assertThatExceptionOfType(LockClosedException.class)
                .isThrownBy(() -> optimistic.attempt(PAGE, current -> null));
    }

    @Test
    void closingWaitsForAChangeAndWhatIsComputedByThenIsNotDone() {
        use(settings -> settings.drain(LONG));
        Changer changer = changing(PAGE);
        Contender<VersionStamp> looking = contenders.start("looking", () -> optimistic.stamp(PAGE));
        untilSleeping(1);
        Contender<Boolean> closing = contenders.start("closing", () -> {
            locks.close();
            return true;
        });
        assertThat(looking.failure()).isInstanceOf(LockClosedException.class);
        untilSleeping(1);
        assertThat(closing.isDone()).isFalse();

        changer.end();

        assertThat(closing.result()).isTrue();
    }

    @Test
    void aChangeThatOutlastsClosingEndsAsUsual() {
        Changer changer = changing(PAGE);
        locks.close();

        assertThat(changer.end().version()).isEqualTo(1);
    }
}
