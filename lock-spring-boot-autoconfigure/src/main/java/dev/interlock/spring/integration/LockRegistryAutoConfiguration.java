package dev.interlock.spring.integration;

import dev.interlock.LockManager;
import dev.interlock.LockRequest;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import dev.interlock.spring.autoconfigure.InterlockProperties;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.support.locks.LockRegistry;

/** Interlock as the lock registry of Spring Integration's components, where the application asks for it. */
@AutoConfiguration(
        after = InterlockAutoConfiguration.class,
        beforeName = "org.springframework.boot.integration.autoconfigure.IntegrationAutoConfiguration")
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = "interlock.integration.lock-registry", havingValue = "true")
@ConditionalOnBean({LockManager.class, InterlockProperties.class})
public final class LockRegistryAutoConfiguration {

    private static final String PROPERTY = "interlock.integration.lock-registry";

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(LockRegistry.class)
    static class Present {

        @Bean
        @ConditionalOnMissingBean(LockRegistry.class)
        InterlockLockRegistry interlockLockRegistry(LockManager locks, InterlockProperties properties) {
            String type = properties.integration().type();
            return new InterlockLockRegistry(
                    key -> request(locks, type, key, properties.integration().distributed()));
        }

        private static LockRequest request(LockManager locks, String type, String key, boolean distributed) {
            return distributed ? locks.distributed(type, key) : locks.write(type, key);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass("org.springframework.integration.support.locks.LockRegistry")
    static class Absent {

        @Bean
        static SmartInitializingSingleton interlockLockRegistryRefused() {
            return () -> {
                throw new LockConfigurationException(
                        PROPERTY + " is set, but Spring Integration is not on the class path",
                        "Add org.springframework.integration:spring-integration-core, or remove " + PROPERTY + ".");
            };
        }
    }
}
