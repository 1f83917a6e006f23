package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static dev.interlock.spring.aop.Applications.withTransactions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import dev.interlock.LockException;
import dev.interlock.LockManager;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.support.ApplicationObjectSupport;
import org.springframework.core.Ordered;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.SimpleTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.ConnectableFlux;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where a method could have run without its locks unnoticed, and what in an ordinary application is no fault. */
@ExtendWith(OutputCaptureExtension.class)
class NeverWithoutLocksTest {

    // --- what ends the start ---------------------------------------------------------------------------------------

    @Test
    void aFallbackWithLocksOfItsOwn() {
        assertRefused(LockedFallback.class, "has locks of its own");
    }

    @Test
    void anAnswerThatIsWorkStillToBeDone() {
        assertRefused(Later.class, "java.util.concurrent.Callable");
    }

    @Test
    void aPublisherThatCannotBeMadeAnew() {
        assertRefused(Connectable.class, "ConnectableFlux");
    }

    @Test
    void aFinalClass() {
        assertRefused(Closed.class, "its class is final");
    }

    @Test
    void aDurationWithoutAUnit() {
        assertRefused(NoUnit.class, "says no unit");
    }

    @Test
    void aMockInPlaceOfTheLockManager() {
        withLocks()
                .withBean("locks", LockManager.class, () -> mock(LockManager.class))
                .withBean(Inherited.class)
                .run(context -> assertRefused(context, "is it a mock?"));
    }

    @ParameterizedTest
    @ValueSource(classes = {LazyBean.class, PrototypeBean.class})
    void aTransactionThatBeginsBeforeTheLocksOfABeanThatIsNotThereYet(Class<?> configuration) {
        withTransactions()
                .withUserConfiguration(Inverted.class, configuration)
                .run(context -> assertRefused(context, "would begin its transaction before it takes its locks"));
    }

    private static void assertRefused(Class<?> bean, String problem) {
        withLocks().withBean(bean).run(context -> assertRefused(context, problem));
    }

    private static void assertRefused(AssertableApplicationContext context, String problem) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable each = context.getStartupFailure(); each != null; each = each.getCause()) {
            causes.add(each);
        }
        assertThat(causes).anySatisfy(cause -> assertThat(cause)
                .isInstanceOf(LockConfigurationException.class)
                .hasMessageContaining(problem));
    }

    // --- what is no fault ------------------------------------------------------------------------------------------

    @Test
    void aFinalMethodThatTheLockedClassInherits() {
        withLocks().withBean(Inherited.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(Inherited.class).held()).containsExactly("WRITE inherited");
        });
    }

    @Test
    void aMockInPlaceOfABean() {
        withLocks()
                .withBean("mocked", Inherited.class, () -> mock(Inherited.class))
                .withUserConfiguration(EarlyMock.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void aReadLockInsideAnOpenTransaction(CapturedOutput output) {
        withTransactions().withBean(Reads.class).run(context -> {
            TransactionTemplate transaction =
                    new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            transaction.executeWithoutResult(
                    status -> context.getBean(Reads.class).read());
            assertThat(output).doesNotContain("inside the open transaction");
        });
    }

    @Test
    void aLockThatTheCallerHasTakenByHandAroundTheTransaction(CapturedOutput output) {
        withTransactions().withBean(Reads.class).run(context -> {
            TransactionTemplate transaction =
                    new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            context.getBean(LockManager.class)
                    .write("page")
                    .run(() -> transaction.executeWithoutResult(
                            status -> context.getBean(Reads.class).write()));
            assertThat(output).doesNotContain("inside the open transaction");
        });
    }

    // --- what is told --------------------------------------------------------------------------------------------

    @Test
    void aTransactionManagerThatCannotBeGuarded(CapturedOutput output) {
        withTransactions()
                .withBean("foreign", PlatformTransactionManager.class, Foreign::new)
                .run(context -> assertThat(output).contains("Transactions of 'foreign'"));
    }

    // --- at run time -------------------------------------------------------------------------------------------------

    @Test
    void aKeyGoesByTheNamesOfTheMethodThatIsAnnotated() {
        withLocks().withBean(Swapped.class).run(context -> {
            Moves moves = context.getBean(Moves.class);
            assertThat(moves.move(1, 2)).containsExactly("WRITE place:1");
        });
    }

    @Test
    void aKeyThatIsBytesIsOneKeyAndMustBeText() {
        withLocks().withBean(Bytes.class).run(context -> assertThatThrownBy(
                        () -> context.getBean(Bytes.class).lock(new byte[] {1, 2, 1}))
                .isInstanceOf(LockException.class)
                .hasMessageContaining("array of byte"));
    }

    @Test
    void anAnswerThatTurnsOutToBeUnfinished() {
        withLocks().withBean(Hidden.class).run(context -> {
            Hidden hidden = context.getBean(Hidden.class);
            assertThat(hidden.answer("done")).isEqualTo("done");
            assertThat(hidden.answer(CompletableFuture.completedFuture(1))).isInstanceOf(CompletableFuture.class);
            assertThatThrownBy(() -> hidden.answer(new CompletableFuture<>()))
                    .isInstanceOf(LockException.class)
                    .hasMessageContaining("goes on after its lock has ended");
            assertThatThrownBy(() -> hidden.answer(Flux.never())).isInstanceOf(LockException.class);
        });
    }

    @Test
    void aSubscriptionThatIsCancelledWhileItAsksForItsLockLeavesNothing() {
        AtomicReference<Runnable> whenAsked = new AtomicReference<>(() -> {});
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public void onStart(Observation.Context context) {
                whenAsked.get().run();
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        withLocks()
                .withBean(ObservationRegistry.class, () -> registry)
                .withBean(Published.class)
                .run(context -> {
                    BaseSubscriber<String> subscriber = new BaseSubscriber<>() {};
                    whenAsked.set(subscriber::cancel);
                    context.getBean(Published.class).call().subscribe(subscriber);
                    assertThat(subscriber.isDisposed()).isTrue();
                    Holds.assertNothingLeft(context.getBean(LockManager.class));
                });
    }

    static class Published {

        @WriteLock("a")
        public Mono<String> call() {
            return Mono.never();
        }
    }

    static class LockedFallback {

        @WriteLock(value = "a", fallback = "other")
        public String call() {
            return "a";
        }

        @WriteLock("b")
        public String other() {
            return "b";
        }
    }

    static class Later {

        @WriteLock("a")
        public Callable<String> call() {
            return () -> "later";
        }
    }

    static class Connectable {

        @WriteLock("a")
        public ConnectableFlux<String> call() {
            return Flux.just("x").publish();
        }
    }

    static final class Closed {

        @WriteLock("a")
        public String call() {
            return "a";
        }
    }

    static class NoUnit {

        @WriteLock(value = "a", timeout = "5")
        public String call() {
            return "a";
        }
    }

    @WriteLock("inherited")
    static class Inherited extends ApplicationObjectSupport {

        public List<String> held() {
            return Holds.all(obtainApplicationContext().getBean(LockManager.class));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class EarlyMock {

        @Bean
        static BeanPostProcessor needs(Inherited mocked) {
            return new BeanPostProcessor() {};
        }
    }

    static class Booking {

        @Transactional
        @WriteLock("a")
        public String book() {
            return "booked";
        }
    }

    @EnableTransactionManagement(order = Ordered.HIGHEST_PRECEDENCE + 1)
    @Configuration(proxyBeanMethods = false)
    static class Inverted {}

    @Configuration(proxyBeanMethods = false)
    static class LazyBean {

        @Bean
        @Lazy
        Booking booking() {
            return new Booking();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrototypeBean {

        @Bean
        @Scope("prototype")
        Booking booking() {
            return new Booking();
        }
    }

    static class Reads {

        @ReadLock("page")
        public String read() {
            return "read";
        }

        @WriteLock("page")
        public String write() {
            return "written";
        }
    }

    interface Moves {

        @WriteLock(value = "place", key = "#id")
        List<String> move(long id, long other);
    }

    static class Swapped implements Moves {

        private final LockManager locks;

        Swapped(LockManager locks) {
            this.locks = locks;
        }

        @Override
        public List<String> move(long source, long id) {
            return Holds.all(locks);
        }
    }

    static class Bytes {

        @WriteLock(value = "a", key = "#key")
        public String lock(byte[] key) {
            return "locked";
        }
    }

    static class Hidden {

        @WriteLock("a")
        public Object answer(Object what) {
            return what;
        }
    }

    private static final class Foreign implements PlatformTransactionManager {

        @Override
        public TransactionStatus getTransaction(TransactionDefinition definition) {
            return new SimpleTransactionStatus();
        }

        @Override
        public void commit(TransactionStatus status) {}

        @Override
        public void rollback(TransactionStatus status) {}
    }
}
