package dev.interlock.spring.integration;

import dev.interlock.spring.autoconfigure.ConditionalOnLockBackend;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import dev.interlock.spring.autoconfigure.InterlockProperties;
import dev.interlock.spring.autoconfigure.LockBackends;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.integration.support.locks.LockRegistry;

/** The backend {@code registry}, where the application asks for it. */
@AutoConfiguration(after = InterlockAutoConfiguration.class)
@ConditionalOnLockBackend(RegistryStore.KIND)
@ConditionalOnClass(LockRegistry.class)
@ConditionalOnBean(LockBackends.class)
public final class RegistryBackendAutoConfiguration {

    @Bean
    RegistryLockBackend registryLockBackend(
            InterlockProperties properties, ListableBeanFactory beans, ObjectProvider<LockRegistry<?>> registries) {
        return new RegistryLockBackend(properties, beans, registries);
    }
}
