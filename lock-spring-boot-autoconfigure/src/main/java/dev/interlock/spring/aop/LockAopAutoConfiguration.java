package dev.interlock.spring.aop;

import dev.interlock.LockManager;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.observation.ObservationRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.util.ClassUtils;

/** Puts locks, and tries, around annotated methods. */
@AutoConfiguration(
        afterName = {
            "dev.interlock.spring.autoconfigure.InterlockAutoConfiguration",
            "org.springframework.boot.autoconfigure.aop.AopAutoConfiguration"
        })
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
@ConditionalOnBean(LockManager.class)
@Import({LockProxies.class, OptimisticConfiguration.class})
public final class LockAopAutoConfiguration {

    private static final int DEFAULT_ORDER = Ordered.LOWEST_PRECEDENCE - 1000;

    /** Made before most other beans, so it asks for nothing but the environment. */
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    @ConditionalOnMissingBean(name = "lockAdvisor")
    static LockAdvisor lockAdvisor(
            @Qualifier("lockedMethods") ObjectProvider<InterceptedMethods> methods, Environment environment) {
        return new LockAdvisor(
                LockAnnotations.LOCKS,
                new LockInterceptor(LockAnnotations.LOCKS, methods::getObject),
                order(environment));
    }

    static int order(Environment environment) {
        return environment.getProperty("interlock.aop.order", Integer.class, DEFAULT_ORDER);
    }

    @Bean
    @Lazy
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    InterceptedMethods lockedMethods(
            LockManager locks,
            ObjectProvider<ObservationRegistry> observations,
            ObjectProvider<TransactionWatch> transactions,
            ObjectProvider<CallThreads> threads,
            ConfigurableListableBeanFactory beans,
            Environment environment) {
        if (!environment.getProperty("interlock.enabled", Boolean.class, true)) {
            // conditions were decided when the application was built, the property when it was started
            return new InterceptedMethods((method, type) -> Optional.empty());
        }
        Surroundings around = new Surroundings(
                locks,
                new LockObservations(observations.getIfUnique(() -> ObservationRegistry.NOOP)),
                new LockMdc(environment.getProperty("interlock.mdc", Boolean.class, true)),
                transactions.getIfUnique(() -> TransactionWatch.NONE));
        LockedMethodReader reader = new LockedMethodReader(
                locks,
                new LockSpecReader(new EmbeddedValueResolver(beans)),
                new SpelKeys(beans, beans.getBeanClassLoader()),
                new CallStyles(around, threads.getIfUnique(() -> threads(environment)), context()));
        return new InterceptedMethods(reader::read);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static LockStartupCheck lockStartupCheck(
            ConfigurableListableBeanFactory beans,
            @Qualifier("lockedMethods") ObjectProvider<InterceptedMethods> locked,
            @Qualifier("optimisticMethods") ObjectProvider<InterceptedMethods> optimistic) {
        return new LockStartupCheck(
                beans,
                Map.of(
                        LockAnnotations.LOCKS, locked::getObject,
                        LockAnnotations.OPTIMISTIC, optimistic::getObject));
    }

    /** A thread for each: in a pool a call that has its locks could wait for a thread that waits for the locks. */
    static CallThreads threads(Environment environment) {
        SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("locked-call-");
        executor.setVirtualThreads(Threading.VIRTUAL.isActive(environment));
        return executor::execute;
    }

    /** Carries thread-bound context over to the thread in which a method runs whose locks were not free. */
    static UnaryOperator<Runnable> context() {
        boolean carries = ClassUtils.isPresent(
                "io.micrometer.context.ContextSnapshotFactory", LockAopAutoConfiguration.class.getClassLoader());
        return carries ? new Carrier() : task -> task;
    }

    private static final class Carrier implements UnaryOperator<Runnable> {

        private final ContextSnapshotFactory snapshots =
                ContextSnapshotFactory.builder().build();

        @Override
        public Runnable apply(Runnable task) {
            return snapshots.captureAll().wrap(task);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(TransactionExecutionListener.class)
    static class Transactions {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        TransactionWatch openTransactionWatch(
                ObjectProvider<LockManager> locks, ObjectProvider<TransactionAttributeSource> attributes) {
            return new OpenTransactionWatch(locks, attributes);
        }

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        @ConditionalOnProperty(name = "interlock.transaction.guard", matchIfMissing = true)
        static CommitGuard commitGuard() {
            return new CommitGuard();
        }
    }
}
