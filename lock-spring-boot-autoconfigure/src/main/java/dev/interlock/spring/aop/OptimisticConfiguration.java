package dev.interlock.spring.aop;

import dev.interlock.LockManager;
import io.micrometer.observation.ObservationRegistry;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.interceptor.TransactionAttributeSource;

/** Puts tries around methods with {@code @Optimistic}. */
@Configuration(proxyBeanMethods = false)
class OptimisticConfiguration {

    /** Outside of the one that takes locks: each try takes them anew. */
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    @ConditionalOnMissingBean(name = "optimisticAdvisor")
    static LockAdvisor optimisticAdvisor(
            @Qualifier("optimisticMethods") ObjectProvider<InterceptedMethods> methods, Environment environment) {
        int inner = LockAopAutoConfiguration.order(environment);
        return new LockAdvisor(
                LockAnnotations.OPTIMISTIC,
                new LockInterceptor(LockAnnotations.OPTIMISTIC, methods::getObject),
                inner == Ordered.HIGHEST_PRECEDENCE ? inner : inner - 1);
    }

    @Bean
    @Lazy
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    InterceptedMethods optimisticMethods(
            LockManager locks,
            ObjectProvider<ObservationRegistry> observations,
            ObjectProvider<TransactionTerms> transactions,
            ObjectProvider<CallThreads> threads,
            ConfigurableListableBeanFactory beans,
            Environment environment) {
        if (!environment.getProperty("interlock.enabled", Boolean.class, true)) {
            // conditions were decided when the application was built, the property when it was started
            return new InterceptedMethods((method, type) -> Optional.empty());
        }
        OperationSurroundings around = new OperationSurroundings(
                new LockObservations(observations.getIfUnique(() -> ObservationRegistry.NOOP)),
                new LockMdc(environment.getProperty("interlock.mdc", Boolean.class, true)),
                transactions.getIfUnique(() -> TransactionTerms.NONE));
        OptimisticMethodReader reader = new OptimisticMethodReader(
                locks,
                new OptimisticSpecReader(new EmbeddedValueResolver(beans)),
                new SpelKeys(beans, beans.getBeanClassLoader()),
                new OptimisticStyles(
                        around,
                        threads.getIfUnique(() -> LockAopAutoConfiguration.threads(environment)),
                        LockAopAutoConfiguration.context()),
                around.transactions());
        return new InterceptedMethods(reader::read);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(TransactionExecutionListener.class)
    static class Transactions {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        TransactionTerms optimisticTransactions(ObjectProvider<TransactionAttributeSource> attributes) {
            return new OwnTransactions(attributes);
        }

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static StampCommits stampCommits() {
            return new StampCommits();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "io.micrometer.context.ContextRegistry")
    static class Contexts {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        OperationAccessor operationAccessor(ObjectProvider<LockManager> locks) {
            return new OperationAccessor(locks);
        }
    }
}
