package dev.interlock.spring.metrics;

import dev.interlock.LockManager;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import dev.interlock.spring.autoconfigure.InterlockProperties;
import dev.interlock.spring.autoconfigure.LockBackends;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Makes the meters of the locks, where the application has a meter registry. */
@AutoConfiguration(
        after = {
            InterlockAutoConfiguration.class,
            MetricsAutoConfiguration.class,
            CompositeMeterRegistryAutoConfiguration.class
        })
@ConditionalOnClass({MeterRegistry.class, MetricsAutoConfiguration.class})
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(LockManager.class)
@ConditionalOnBean(MeterRegistry.class)
public final class LockMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    LockMeters lockMeters(
            LockManager locks,
            ObjectProvider<LockBackends> backends,
            InterlockProperties properties,
            Environment environment) {
        LockBackends known = backends.getIfAvailable();
        String backend = known == null ? LockBackends.CUSTOM : known.backend();
        LockTimers timers =
                new LockTimers(TimedEvents.in(environment), properties.metrics().ownerTag());
        return new LockMeters(locks, backend, timers, OperationMeters.of(locks, environment));
    }
}
