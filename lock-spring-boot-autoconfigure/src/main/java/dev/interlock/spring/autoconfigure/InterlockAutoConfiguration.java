package dev.interlock.spring.autoconfigure;

import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockListener;
import dev.interlock.monitor.LockMonitor;
import dev.interlock.optimistic.OptimisticLocks;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * Makes the lock manager of an application from its properties, publishes what happens to locks as application events, and
 * closes the manager gracefully. An application that has a {@link LockManager} of its own keeps that, and sees to its end.
 */
@AutoConfiguration
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
@EnableConfigurationProperties(InterlockProperties.class)
public final class InterlockAutoConfiguration {

    private static final Logger log = LoggerFactory.getLogger(InterlockAutoConfiguration.class);

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(LockManager.class)
    static final class ManagerConfiguration {

        @Bean
        LockBackends lockBackends(InterlockProperties properties, ObjectProvider<LockBackend> present) {
            new BackendWords(present.stream().map(LockBackend::kind).toList()).check(properties);
            return LockBackends.of(properties);
        }

        @Bean
        FileLockBackend fileLockBackend(InterlockProperties properties) {
            return new FileLockBackend(properties);
        }

        /** Closed by {@link GracefulShutdown}; once more at the end, for contexts that never started. */
        @Bean(destroyMethod = "close")
        InterlockManager lockManager(
                InterlockProperties properties,
                LockBackends backends,
                ObjectProvider<LockBackend> stores,
                Environment environment,
                ObjectProvider<LockListener> listeners,
                ObjectProvider<LockManagerCustomizer> customizers) {
            InterlockManager.Builder builder = InterlockManager.builder();
            new ManagerSettings(properties, environment).applyTo(builder);
            new ManagerStores(stores.orderedStream().toList()).openIn(builder, backends);
            builder.listener(new EventLog());
            listeners.orderedStream().forEach(builder::listener);
            customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
            InterlockManager manager = ManagerStores.built(builder);
            if (!properties.enabled()) {
                // conditions were decided when the application was built, the property when it was started
                DisabledLocksAutoConfiguration.warn();
            }
            report(manager, backends, properties.timeout(), SettingsWithoutEffect.in(environment, backends));
            return manager;
        }

        @Bean
        GracefulShutdown lockGracefulShutdown(InterlockManager locks, ConfigurableApplicationContext context) {
            return new GracefulShutdown(locks, context);
        }

        @Bean
        ApplicationEvents lockApplicationEvents(InterlockManager locks, ConfigurableApplicationContext context) {
            return new ApplicationEvents(locks, context);
        }

        private static void report(
                InterlockManager manager,
                LockBackends backends,
                InterlockProperties.Timeout timeout,
                List<String> withoutEffect) {
            log.info(
                    "Locks of node '{}': backend {}, distributed backend {}; timeouts: read {}, write {}, distributed {}",
                    manager.monitor().node(),
                    backends.backend(),
                    backends.distributedBackend(),
                    Texts.of(timeout.read()),
                    Texts.of(timeout.write()),
                    Texts.of(timeout.distributed()));
            if (!withoutEffect.isEmpty()) {
                log.warn(
                        "Without effect: {}. The backends in use, {} and {}, do not heed them",
                        String.join(", ", withoutEffect),
                        backends.backend(),
                        backends.distributedBackend());
            }
        }
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static PropertiesCheck lockPropertiesCheck(Environment environment) {
        return new PropertiesCheck(environment);
    }

    @Bean
    static OwnManagers lockOwnManagers(ListableBeanFactory beans, Environment environment) {
        return new OwnManagers(beans, environment);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(LockManager.class)
    LockMonitor lockMonitor(LockManager locks) {
        return locks.monitor();
    }

    /** Only for whoever asks for it: not every backend keeps the stamps that it needs. */
    @Bean
    @Lazy
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(LockManager.class)
    OptimisticLocks optimisticLocks(LockManager locks) {
        return locks.optimistic();
    }
}
