package dev.interlock.spring.autoconfigure;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;

/** Says so where an application has switched its locks off. */
@AutoConfiguration
@ConditionalOnProperty(name = "interlock.enabled", havingValue = "false")
public final class DisabledLocksAutoConfiguration implements SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(DisabledLocksAutoConfiguration.class);

    static void warn() {
        log.warn("Locks are switched off (interlock.enabled=false): annotated methods run without them, and once");
    }

    @Override
    public void afterSingletonsInstantiated() {
        warn();
    }
}
