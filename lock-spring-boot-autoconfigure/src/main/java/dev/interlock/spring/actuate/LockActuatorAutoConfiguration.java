package dev.interlock.spring.actuate;

import dev.interlock.LockManager;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import dev.interlock.spring.autoconfigure.LockBackends;
import dev.interlock.spring.dashboard.Dashboard;
import dev.interlock.spring.dashboard.DashboardConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Shows the locks in Actuator, where the application has both. */
@AutoConfiguration(after = InterlockAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(LockManager.class)
public final class LockActuatorAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    LockAudit lockAudit(LockManager locks, ApplicationEventPublisher publisher) {
        return new LockAudit(locks, publisher);
    }

    @Bean
    @ConditionalOnAvailableEndpoint
    @ConditionalOnMissingBean
    LocksEndpoint locksEndpoint(LockManager locks, ObjectProvider<LockBackends> known, LockAudit audit) {
        return new LocksEndpoint(locks.monitor(), backends(locks, known), audit);
    }

    @Bean
    @ConditionalOnAvailableEndpoint(endpoint = LocksEndpoint.class)
    @ConditionalOnMissingBean
    LocksWebExtension locksWebExtension(LocksEndpoint endpoint) {
        return new LocksWebExtension(endpoint);
    }

    @Bean
    @ConditionalOnAvailableEndpoint
    @ConditionalOnMissingBean
    DeadlocksEndpoint deadlocksEndpoint(LockManager locks) {
        return new DeadlocksEndpoint(locks.monitor());
    }

    @Bean
    @ConditionalOnAvailableEndpoint(endpoint = DeadlocksEndpoint.class)
    @ConditionalOnMissingBean
    DeadlocksWebExtension deadlocksWebExtension(DeadlocksEndpoint endpoint) {
        return new DeadlocksWebExtension(endpoint);
    }

    @Bean
    @ConditionalOnAvailableEndpoint
    @ConditionalOnMissingBean
    LockStatsEndpoint lockStatsEndpoint(LockManager locks, LockAudit audit) {
        return new LockStatsEndpoint(locks.monitor(), audit);
    }

    @Bean
    @ConditionalOnAvailableEndpoint(endpoint = LockStatsEndpoint.class)
    @ConditionalOnMissingBean
    LockStatsWebExtension lockStatsWebExtension(LockStatsEndpoint endpoint) {
        return new LockStatsWebExtension(endpoint);
    }

    @Bean
    @ConditionalOnAvailableEndpoint
    @ConditionalOnMissingBean
    LockEventsEndpoint lockEventsEndpoint(LockManager locks) {
        return new LockEventsEndpoint(locks.monitor());
    }

    @Bean
    @ConditionalOnAvailableEndpoint(endpoint = LockEventsEndpoint.class)
    @ConditionalOnMissingBean
    LockEventsWebExtension lockEventsWebExtension(LockEventsEndpoint endpoint) {
        return new LockEventsWebExtension(endpoint);
    }

    @Bean
    @ConditionalOnAvailableEndpoint
    @ConditionalOnMissingBean
    OperationsEndpoint operationsEndpoint(LockManager locks) {
        return new OperationsEndpoint(locks.operations(), locks.monitor().node());
    }

    @Bean
    @ConditionalOnAvailableEndpoint(endpoint = OperationsEndpoint.class)
    @ConditionalOnMissingBean
    OperationsWebExtension operationsWebExtension(OperationsEndpoint endpoint) {
        return new OperationsWebExtension(endpoint);
    }

    private static Backends backends(LockManager locks, ObjectProvider<LockBackends> known) {
        return Backends.of(locks.monitor().node(), known.getIfAvailable());
    }

    /** A browser gets a page where everything else gets JSON. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication
    @ConditionalOnProperty(name = "interlock.dashboard.enabled", matchIfMissing = true)
    @ConditionalOnAvailableEndpoint(endpoint = LocksEndpoint.class, exposure = EndpointExposure.WEB)
    @Import(DashboardConfiguration.class)
    static class PageConfiguration {

        @Bean
        @ConditionalOnMissingBean(LocksWebExtension.class)
        LocksPageWebExtension locksPageWebExtension(LocksEndpoint endpoint, Dashboard dashboard) {
            return new LocksPageWebExtension(endpoint, dashboard);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    @ConditionalOnEnabledHealthIndicator("locks")
    @EnableConfigurationProperties(LocksHealthProperties.class)
    static class HealthConfiguration {

        @Bean
        @ConditionalOnMissingBean(name = "locksHealthIndicator")
        HealthIndicator locksHealthIndicator(
                LockManager locks, ObjectProvider<LockBackends> known, LocksHealthProperties properties) {
            return new LocksHealthIndicator(locks, backends(locks, known), properties.downOnDeadlock());
        }
    }
}
