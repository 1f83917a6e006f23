package dev.interlock.spring.autoconfigure;

import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockListener;
import dev.interlock.monitor.LockMonitor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Makes the lock manager of an application, unless it has one of its own. */
@AutoConfiguration
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
@EnableConfigurationProperties(InterlockProperties.class)
public final class InterlockAutoConfiguration {

    /** Before the manager, so that it is there only if the manager is made here. */
    @Bean
    @ConditionalOnMissingBean(LockManager.class)
    LockBackends lockBackends(InterlockProperties properties) {
        return LockBackends.of(properties);
    }

    @Bean
    @ConditionalOnMissingBean(LockManager.class)
    LockManager lockManager(
            InterlockProperties properties,
            Environment environment,
            ObjectProvider<LockListener> listeners,
            ObjectProvider<LockManagerCustomizer> customizers) {
        InterlockManager.Builder builder = InterlockManager.builder();
        new ManagerSettings(properties, environment).applyTo(builder);
        listeners.orderedStream().forEach(builder::listener);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder.build();
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(LockManager.class)
    LockMonitor lockMonitor(LockManager locks) {
        return locks.monitor();
    }
}
