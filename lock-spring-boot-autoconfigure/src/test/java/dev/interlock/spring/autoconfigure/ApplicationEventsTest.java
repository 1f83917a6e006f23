package dev.interlock.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.LockTimeoutException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.OptimisticLocks;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.EventListener;

/** Listeners are called in the thread of what happens, so that a test knows when they have been called. */
@Timeout(30)
class ApplicationEventsTest {

    private static final LockOwner BOB = LockOwner.named("bob");

    private final ApplicationContextRunner contexts = Contexts.withLocks()
            .withBean(LockManagerCustomizer.class, () -> builder -> builder.callbackExecutor(Runnable::run));

    private List<Class<?>> heardBy(Class<?> listeners) {
        List<Class<?>> heard = new CopyOnWriteArrayList<>();
        contexts.withUserConfiguration(listeners).run(context -> {
            takeAndMiss(context.getBean(LockManager.class));
            context.getBean(Heard.class).events.forEach(event -> heard.add(event.getClass()));
        });
        return heard;
    }

    private static void takeAndMiss(LockManager locks) {
        try (LockHandle held = locks.write("door").acquire()) {
            assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> locks.write("door")
                    .owner(BOB)
                    .timeout(Duration.ofMillis(1))
                    .acquire());
        }
    }

    @Test
    void whoListensForARareEventHearsOfIt() {
        assertThat(heardBy(ForTimeouts.class)).containsExactly(LockEvent.TimedOut.class);
    }

    @Test
    void whoListensForAFrequentEventHearsOfJustThat() {
        assertThat(heardBy(ForReleases.class)).containsExactly(LockEvent.Released.class);
    }

    @Test
    void whoListensForAllLockEventsHearsOfAll() {
        assertThat(heardBy(ForAll.class))
                .containsExactlyInAnyOrder(
                        LockEvent.Acquired.class,
                        LockEvent.Contended.class,
                        LockEvent.TimedOut.class,
                        LockEvent.Released.class);
    }

    @Test
    void aListenerThatIsAnApplicationListenerMayNameThePayload() {
        assertThat(heardBy(ByInterface.class)).containsExactly(LockEvent.Acquired.class);
    }

    @Test
    void whoListensForAnythingAtAllHearsOfWhatIsRare() {
        assertThat(heardBy(ForAnything.class)).containsExactly(LockEvent.TimedOut.class);
    }

    @Test
    void operationsArePublishedAsLocksAre() {
        assertThat(heardOfAnOperationBy(ForAll.class))
                .containsExactlyInAnyOrder(
                        LockEvent.OperationStarted.class,
                        LockEvent.OperationConflict.class,
                        LockEvent.OperationAlert.class,
                        LockEvent.OperationRejected.class);
        assertThat(heardOfAnOperationBy(ForAnything.class))
                .as("what is rare")
                .containsExactly(LockEvent.OperationAlert.class, LockEvent.OperationRejected.class);
    }

    private Set<Class<?>> heardOfAnOperationBy(Class<?> listeners) {
        Set<Class<?>> heard = new TreeSet<>(Comparator.comparing(Class::getSimpleName));
        contexts.withUserConfiguration(listeners).run(context -> {
            OptimisticLocks optimistic = context.getBean(LockManager.class).optimistic();
            optimistic.on("door").kind(OperationKind.STRUCTURAL).retries(0).attempt(current -> {
                CompletableFuture.runAsync(() -> optimistic.commit(current, () -> {}))
                        .join();
                return () -> 1;
            });
            context.getBean(Heard.class).events.forEach(event -> heard.add(event.getClass()));
        });
        return heard;
    }

    @Test
    void aParentContextHearsToo() {
        List<Class<?>> heard = new CopyOnWriteArrayList<>();
        new ApplicationContextRunner().withUserConfiguration(ForReleases.class).run(parent -> contexts.withParent(
                        parent.getSourceApplicationContext())
                .run(context -> {
                    takeAndMiss(context.getBean(LockManager.class));
                    parent.getBean(Heard.class).events.forEach(event -> heard.add(event.getClass()));
                }));

        assertThat(heard).containsExactly(LockEvent.Released.class);
    }

    @Test
    void eventsArePublishedAgainAfterTheContextWasStoppedAndStarted() {
        contexts.withUserConfiguration(ForReleases.class).run(context -> {
            List<LockEvent> heard = context.getBean(Heard.class).events;
            LockManager locks = context.getBean(LockManager.class);
            context.stop();
            locks.write("door").run(() -> {});
            assertThat(heard).isEmpty();
            context.start();
            locks.write("door").run(() -> {});
            assertThat(heard).hasSize(1);
        });
    }

    @Test
    void anotherManagersEventsAreItsOwnAffair() {
        List<Class<?>> heard = new CopyOnWriteArrayList<>();
        contexts.withUserConfiguration(ForAll.class)
                .withBean(LockManager.class, () -> InterlockManager.builder()
                        .callbackExecutor(Runnable::run)
                        .build())
                .run(context -> {
                    takeAndMiss(context.getBean(LockManager.class));
                    context.getBean(Heard.class).events.forEach(event -> heard.add(event.getClass()));
                });

        assertThat(heard).isEmpty();
    }

    /** What was heard. */
    static class Heard {
        final List<LockEvent> events = new CopyOnWriteArrayList<>();
    }

    static class ForTimeouts extends Heard {
        @EventListener
        void on(LockEvent.TimedOut event) {
            events.add(event);
        }
    }

    static class ForReleases extends Heard {
        @EventListener
        void on(LockEvent.Released event) {
            events.add(event);
        }
    }

    static class ForAll extends Heard {
        @EventListener
        void on(LockEvent event) {
            events.add(event);
        }
    }

    static class ByInterface extends Heard implements ApplicationListener<PayloadApplicationEvent<LockEvent.Acquired>> {
        @Override
        public void onApplicationEvent(PayloadApplicationEvent<LockEvent.Acquired> event) {
            events.add(event.getPayload());
        }
    }

    static class ForAnything extends Heard implements ApplicationListener<ApplicationEvent> {
        @Override
        public void onApplicationEvent(ApplicationEvent event) {
            if (event instanceof PayloadApplicationEvent<?> payload
                    && payload.getPayload() instanceof LockEvent heard) {
                events.add(heard);
            }
        }
    }
}
