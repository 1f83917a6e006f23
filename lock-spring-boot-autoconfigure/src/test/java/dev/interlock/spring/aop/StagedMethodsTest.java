package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockTimeoutException;
import dev.interlock.annotation.WriteLock;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

class StagedMethodsTest {

    private final ApplicationContextRunner runner = withLocks().withBean(Jobs.class);

    @Test
    void theLockIsHeldUntilTheStageIsComplete() {
        runner.run(context -> {
            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletableFuture<String> result = jobs(context).run(() -> inner);
            assertThat(Holds.all(locks(context))).containsExactly("WRITE job");
            assertThat(result).isNotDone();
            inner.complete("done");
            assertThat(result).isCompletedWithValue("done");
            assertThat(Holds.all(locks(context))).isEmpty();
        });
    }

    @Test
    void theLockIsReleasedBeforeTheCallerIsTold() {
        runner.run(context -> {
            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletableFuture<Boolean> locked = jobs(context)
                    .run(() -> inner)
                    .thenApply(done -> locks(context).monitor().isLocked("job"));
            inner.complete("done");
            assertThat(locked).isCompletedWithValue(false);
        });
    }

    @Test
    void anErrorOfTheStageReleasesAndReachesTheCallerAsItIs() {
        runner.run(context -> {
            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletableFuture<String> result = jobs(context).run(() -> inner.thenApply(done -> done));
            inner.completeExceptionally(new IllegalStateException("on purpose"));
            assertThat(failureOf(result)).isInstanceOf(IllegalStateException.class);
            assertThat(Holds.all(locks(context))).isEmpty();
        });
    }

    @Test
    void whatTheMethodThrowsFailsTheFuture() {
        runner.run(context -> {
            CompletableFuture<String> result = jobs(context).run(() -> {
                throw new IllegalStateException("on purpose");
            });
            assertThat(failureOf(result)).isInstanceOf(IllegalStateException.class);
            assertThat(Holds.all(locks(context))).isEmpty();
        });
    }

    @Test
    void nullInsteadOfAStageCompletesWithNull() {
        runner.run(context -> {
            assertThat(jobs(context).run(() -> null)).isCompletedWithValue(null);
            assertThat(Holds.all(locks(context))).isEmpty();
        });
    }

    @Test
    void aStageThatIsNoFutureIsFollowedToo() {
        runner.run(context -> {
            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletionStage<String> result = jobs(context).stage(inner.minimalCompletionStage());
            assertThat(Holds.all(locks(context))).containsExactly("WRITE job");
            inner.complete("done");
            assertThat(result.toCompletableFuture().join()).isEqualTo("done");
            assertThat(Holds.all(locks(context))).isEmpty();
        });
    }

    @Test
    void aResultThatOnlyTheSubclassKnowsToBeAStageIsFollowedToo() {
        withLocks().withBean(Specific.class).run(context -> {
            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletableFuture<String> result = context.getBean(Specific.class).run(() -> inner);
            assertThat(Holds.all(locks(context))).containsExactly("WRITE job");
            inner.complete("done");
            assertThat(result).isCompletedWithValue("done");
            assertThat(Holds.all(locks(context))).isEmpty();
        });
    }

    @Test
    void nobodyIsBlockedWhileTheLockIsNotFree() {
        runner.run(context -> {
            LockHandle elsewhere = Holds.elsewhere(locks(context), "job");
            CompletableFuture<String> result = jobs(context).run(() -> CompletableFuture.completedFuture("done"));
            assertThat(result).isNotDone();
            // only this thread can do so, and a blocked one never would
            elsewhere.close();
            assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo("done");
            Holds.assertNothingLeft(locks(context));
        });
    }

    @Test
    void theMethodRunsInTheCallingThreadIfTheLockIsFree() {
        runner.withBean("applicationTaskExecutor", AsyncTaskExecutor.class, () -> new SimpleAsyncTaskExecutor("app-"))
                .run(context -> assertThat(jobs(context).run(StagedMethodsTest::nameOfThread))
                        .isCompletedWithValue(Thread.currentThread().getName()));
    }

    @Test
    void callsThatWaitForEachOtherOnAPoolDoNotFillItForTheOneThatIsGranted() {
        // as @Async does it: every thread of the pool waits for a future, one of which has the lock
        ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
        pool.setCorePoolSize(2);
        pool.initialize();
        runner.withBean("applicationTaskExecutor", AsyncTaskExecutor.class, () -> pool)
                .run(context -> {
                    LockHandle elsewhere = Holds.elsewhere(locks(context), "job");
                    Callable<String> waiting = () ->
                            jobs(context).run(StagedMethodsTest::nameOfThread).get();
                    List<Future<String>> calls = List.of(pool.submit(waiting), pool.submit(waiting));
                    Holds.awaitWaiters(locks(context), "job", 2);
                    elsewhere.close();
                    for (Future<String> each : calls) {
                        assertThat(each.get(10, TimeUnit.SECONDS)).startsWith("locked-call-");
                    }
                    Holds.assertNothingLeft(locks(context));
                });
    }

    @Test
    void theMethodRunsInAThreadOfItsOwnIfItHadToWait() {
        runner.run(context ->
                assertThat(waited(context, StagedMethodsTest::nameOfThread)).startsWith("locked-call-"));
    }

    @Test
    void threadsThatCannotBeHadFailTheFutureAndNothingStaysHeld() {
        runner.withBean(CallThreads.class, Refusing::new).run(context -> {
            LockHandle elsewhere = Holds.elsewhere(locks(context), "job");
            CompletableFuture<String> result = jobs(context).run(StagedMethodsTest::nameOfThread);
            elsewhere.close();
            assertThat(failureOf(result)).isInstanceOf(TaskRejectedException.class);
            Holds.assertNothingLeft(locks(context));
        });
    }

    @Test
    void aCallThatIsCancelledWhileItWaitsLeavesTheQueueAndIsNotRun() {
        runner.run(context -> {
            AtomicBoolean run = new AtomicBoolean();
            LockHandle elsewhere = Holds.elsewhere(locks(context), "job");
            CompletableFuture<String> result = jobs(context).run(() -> {
                run.set(true);
                return nameOfThread();
            });
            Holds.awaitWaiters(locks(context), "job", 1);
            result.cancel(true);
            Holds.awaitWaiters(locks(context), "job", 0);
            elsewhere.close();
            Holds.assertNothingLeft(locks(context));
            assertThat(run).isFalse();
        });
    }

    @Test
    void aCallThatIsCancelledBetweenTheGrantAndItsTurnIsNotRun() {
        BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        runner.withBean(CallThreads.class, () -> tasks::add).run(context -> {
            AtomicBoolean run = new AtomicBoolean();
            LockHandle elsewhere = Holds.elsewhere(locks(context), "job");
            CompletableFuture<String> result = jobs(context).run(() -> {
                run.set(true);
                return nameOfThread();
            });
            elsewhere.close();
            Runnable task = tasks.poll(10, TimeUnit.SECONDS);
            result.cancel(true);
            task.run();
            assertThat(run).isFalse();
            Holds.assertNothingLeft(locks(context));
        });
    }

    @Test
    void aCallWhoseFutureIsCompletedOtherwiseLeavesTheQueueToo() {
        runner.run(context -> {
            LockHandle elsewhere = Holds.elsewhere(locks(context), "job");
            CompletableFuture<String> result = jobs(context).run(StagedMethodsTest::nameOfThread);
            Holds.awaitWaiters(locks(context), "job", 1);
            result.complete("from elsewhere");
            Holds.awaitWaiters(locks(context), "job", 0);
            elsewhere.close();
            Holds.assertNothingLeft(locks(context));
        });
    }

    @Test
    void aCallThatIsCancelledWhileItRunsCancelsWhatTheMethodAnsweredAndHoldsUntilThatIsComplete() {
        runner.run(context -> {
            Stubborn inner = new Stubborn();
            CompletableFuture<String> result = jobs(context).run(() -> inner);
            result.cancel(true);
            assertThat(inner.asked).isTrue();
            assertThat(Holds.all(locks(context))).containsExactly("WRITE job");
            inner.complete("late");
            assertThat(Holds.all(locks(context))).isEmpty();
            assertThat(result).isCancelled();
        });
    }

    @Test
    void aCallWhoseFutureIsCompletedOtherwiseWhileItRunsIsNotCancelled() {
        runner.run(context -> {
            Stubborn inner = new Stubborn();
            CompletableFuture<String> result = jobs(context).run(() -> inner);
            result.complete("from elsewhere");
            assertThat(inner.asked).isFalse();
            assertThat(Holds.all(locks(context))).containsExactly("WRITE job");
            inner.complete("late");
            assertThat(Holds.all(locks(context))).isEmpty();
        });
    }

    @Test
    void aTimeoutFailsTheFuture() {
        runner.run(context -> {
            LockHandle elsewhere = Holds.elsewhere(locks(context), "job");
            assertThat(failureOf(jobs(context).impatient()))
                    .isInstanceOf(LockTimeoutException.class)
                    .hasMessageContaining("somebody");
            elsewhere.close();
            Holds.assertNothingLeft(locks(context));
        });
    }

    @Test
    void aKeyThatNamesNothingFailsTheFuture() {
        runner.run(context -> assertThat(failureOf(jobs(context).keyed(null)))
                .isInstanceOf(LockException.class)
                .hasMessageContaining("Jobs.keyed(String)"));
    }

    @Test
    void aCallDoesNotComeInAgainWhereAnotherHolds() {
        runner.run(context -> {
            CompletableFuture<String> result =
                    jobs(context).run(() -> jobs(context).impatient());
            assertThat(failureOf(result)).isInstanceOf(LockTimeoutException.class);
        });
    }

    private static CompletableFuture<String> nameOfThread() {
        return CompletableFuture.completedFuture(Thread.currentThread().getName());
    }

    /** What the method answers with when it had to wait for its lock. */
    private static String waited(
            AssertableApplicationContext context, Supplier<@Nullable CompletableFuture<String>> work) {
        LockHandle elsewhere = Holds.elsewhere(locks(context), "job");
        CompletableFuture<String> result = jobs(context).run(work);
        elsewhere.close();
        return result.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static Throwable failureOf(CompletableFuture<?> future) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        await().until(future::isDone);
        assertThatThrownBy(future::join)
                .isInstanceOf(CompletionException.class)
                .satisfies(thrown -> failure.set(thrown.getCause()));
        return failure.get();
    }

    private static Jobs jobs(AssertableApplicationContext context) {
        return context.getBean(Jobs.class);
    }

    private static LockManager locks(AssertableApplicationContext context) {
        return context.getBean(LockManager.class);
    }

    static class Jobs {

        @WriteLock("job")
        public @Nullable CompletableFuture<String> run(Supplier<@Nullable CompletableFuture<String>> work) {
            return work.get();
        }

        @WriteLock("job")
        public CompletionStage<String> stage(CompletionStage<String> work) {
            return work;
        }

        @WriteLock(value = "job", timeout = "0s")
        public CompletableFuture<String> impatient() {
            return nameOfThread();
        }

        @WriteLock(value = "job", key = "#id")
        public CompletableFuture<String> keyed(@Nullable String id) {
            return nameOfThread();
        }
    }

    abstract static class Generic<R> {

        @WriteLock("job")
        public R run(Supplier<R> work) {
            return work.get();
        }
    }

    static class Specific extends Generic<CompletableFuture<String>> {}

    /** Does not stop because somebody wants it to. */
    private static final class Stubborn extends CompletableFuture<String> {

        private final AtomicBoolean asked = new AtomicBoolean();

        @Override
        public boolean cancel(boolean interrupting) {
            asked.set(true);
            return false;
        }
    }

    private static final class Refusing implements CallThreads {

        @Override
        public void run(Runnable call) {
            throw new TaskRejectedException("on purpose");
        }
    }
}
