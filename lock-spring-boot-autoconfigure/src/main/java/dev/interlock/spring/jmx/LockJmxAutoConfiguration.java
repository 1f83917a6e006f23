package dev.interlock.spring.jmx;

import dev.interlock.LockManager;
import dev.interlock.jmx.LockManagement;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import java.lang.management.ManagementFactory;
import javax.management.MBeanServer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.jmx.JmxAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Lazy;

/** Shows the lock manager in JMX, with Actuator or without. */
@AutoConfiguration(after = {InterlockAutoConfiguration.class, JmxAutoConfiguration.class})
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(LockManager.class)
@Conditional(OnJmx.class)
public final class LockJmxAutoConfiguration {

    /** Even where beans are lazy: nothing in the application asks for it. */
    @Bean
    @Lazy(false)
    @ConditionalOnMissingBean
    LockManagement lockManagement(LockManager locks, ObjectProvider<MBeanServer> server) {
        return LockManagement.register(locks, server.getIfUnique(ManagementFactory::getPlatformMBeanServer));
    }
}
