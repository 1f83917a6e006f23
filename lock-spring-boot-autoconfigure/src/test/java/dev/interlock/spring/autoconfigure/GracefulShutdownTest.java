package dev.interlock.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockClosedException;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class GracefulShutdownTest {

    private static final LockOwner ALICE = LockOwner.named("alice");
    private static final LockOwner BOB = LockOwner.named("bob");
    private static final Duration SOON = Duration.ofSeconds(20);

    private static AnnotationConfigApplicationContext started(String drain, Class<?>... more) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        TestPropertyValues.of("interlock.shutdown.drain=" + drain).applyTo(context);
        context.register(InterlockAutoConfiguration.class);
        if (more.length > 0) {
            context.register(more);
        }
        context.refresh();
        return context;
    }

    private static LockManager locksOf(AnnotationConfigApplicationContext context) {
        return context.getBean(LockManager.class);
    }

    @BeforeEach
    void logInfo() {
        Contexts.logInfo();
    }

    @Test
    void whoHoldsMayFinishWhileOtherBeansAreAlive(CapturedOutput output) {
        AnnotationConfigApplicationContext context = started("1h", Connection.class);
        Connection connection = context.getBean(Connection.class);
        LockManager locks = locksOf(context);
        LockHandle held = locks.write("door").owner(ALICE).acquire();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(context::close);
        Awaitility.await().atMost(SOON).until(locks::isClosed);

        assertThat(closing).isNotDone();
        assertThat(connection.closed).isFalse();
        held.close();

        assertThat(closing).succeedsWithin(SOON);
        assertThat(connection.closed).isTrue();
        assertThat(output.getOut().lines().filter(line -> line.contains(GracefulShutdown.class.getSimpleName())))
                .singleElement()
                .asString()
                .containsPattern("INFO.* Waited .*s for 1 locks that were still held; all have been released");
    }

    @Test
    void whoDoesNotFinishIsNamedInOneWarning(CapturedOutput output) {
        AnnotationConfigApplicationContext context = started("10ms");
        LockManager locks = locksOf(context);
        LockHandle one = locks.write("door")
                .owner(ALICE)
                .metadata("method", "Doors.open")
                .acquire();
        LockHandle other = locks.read("gate").owner(BOB).acquire();

        context.close();

        assertThat(output.getOut().lines().filter(line -> line.contains("WARN")))
                .singleElement()
                .asString()
                .contains(
                        "interlock.shutdown.drain",
                        "'door' is held by 'alice' (WRITE, for ",
                        "'gate' is held by 'bob' (READ")
                .containsPattern("'alice' \\(WRITE, for [^)]*, in Doors.open\\)");
        one.close();
        other.close();
    }

    @Test
    void whoWaitsIsToldAndWhoComesIsRefused() {
        AnnotationConfigApplicationContext context = started("0");
        LockManager locks = locksOf(context);
        LockHandle held = locks.write("door").owner(ALICE).acquire();
        CompletableFuture<LockHandle> waiting = locks.write("door").owner(BOB).acquireAsync();

        context.close();

        assertThat(waiting).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(LockClosedException.class);
        assertThatExceptionOfType(LockClosedException.class)
                .isThrownBy(() -> locks.write("gate").acquire());
        held.close();
    }

    @Test
    void withoutHoldersNothingIsSaid(CapturedOutput output) {
        started("1h").close();

        assertThat(output).doesNotContain(GracefulShutdown.class.getSimpleName());
    }

    @Test
    void aContextThatIsStoppedPausedAndStartedAgainKeepsItsManager() {
        try (AnnotationConfigApplicationContext context = started("1h")) {
            LockManager locks = locksOf(context);
            context.stop();
            locks.write("door").run(() -> {});
            context.start();
            context.pause();
            locks.write("door").run(() -> {});
            context.restart();
            locks.write("door").run(() -> {});

            assertThat(locks.isClosed()).isFalse();
        }
    }

    @Test
    void aContextThatIsClosedAfterItWasStoppedClosesItsManagerAllTheSame() {
        AnnotationConfigApplicationContext context = started("1h");
        LockManager locks = locksOf(context);
        context.stop();

        context.close();

        assertThat(locks.isClosed()).isTrue();
    }

    @Test
    void aChildContextThatClosesLeavesTheManagerOfItsParentAlone() {
        try (AnnotationConfigApplicationContext parent = started("1h")) {
            AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext();
            child.setParent(parent);
            child.refresh();

            child.close();

            assertThat(locksOf(parent).isClosed()).isFalse();
        }
    }

    @Test
    void aContextThatFailsToStartClosesItsManager() {
        List<LockManager> made = new ArrayList<>();
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.register(InterlockAutoConfiguration.class);
        context.registerBean("broken", Object.class, () -> {
            made.add(locksOf(context));
            throw new IllegalStateException("on purpose");
        });

        assertThatException().isThrownBy(context::refresh).havingRootCause().withMessage("on purpose");

        assertThat(made).singleElement().satisfies(locks -> assertThat(locks.isClosed())
                .isTrue());
    }

    @Test
    void theManagerClosesAfterWebServersAndBeforeConnections() {
        assertThat(GracefulShutdown.PHASE)
                .isLessThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE)
                .isLessThan(Integer.MAX_VALUE / 2)
                .isPositive();
    }

    @Test
    void aTaskThatIsUnderWayStillGetsItsLock() throws Exception {
        AnnotationConfigApplicationContext context = started("1h", Workers.class);
        LockManager locks = locksOf(context);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        CompletableFuture<Boolean> task = new CompletableFuture<>();
        context.getBean(Workers.class).executor.execute(() -> {
            try {
                begun.countDown();
                closing.await();
                task.complete(locks.write("door").call(() -> true));
            } catch (Throwable failure) {
                task.completeExceptionally(failure);
            }
        });
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        context.addApplicationListener((ContextClosedEvent event) -> closing.countDown());

        context.close();

        assertThat(task).succeedsWithin(SOON).isEqualTo(true);
    }

    /** As a connection pool: without a phase, closed when beans are destroyed. */
    static class Connection implements DisposableBean {
        volatile boolean closed;

        @Override
        public void destroy() {
            closed = true;
        }
    }

    /** Waits in its own, higher phase for its tasks, as schedulers and listeners do. */
    static class Workers implements SmartLifecycle {
        final ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
        private volatile boolean running;

        Workers() {
            executor.setWaitForTasksToCompleteOnShutdown(true);
            executor.setAwaitTerminationSeconds(20);
            executor.initialize();
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            executor.shutdown();
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }
}
