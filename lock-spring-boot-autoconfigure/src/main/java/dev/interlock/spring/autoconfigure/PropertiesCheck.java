package dev.interlock.spring.autoconfigure;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.env.Environment;

/** Checks the properties before anybody gets them. */
final class PropertiesCheck implements BeanPostProcessor {

    private final Environment environment;

    PropertiesCheck(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof InterlockProperties properties) {
            PropertyRules.check(properties, environment);
        }
        return bean;
    }
}
