package dev.interlock.spring.autoconfigure;

import java.util.Objects;
import java.util.stream.StreamSupport;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.Environment;

/** Finds out how and where a property was set, for messages about it. */
final class PropertyLookup {

    private final Environment environment;

    PropertyLookup(Environment environment) {
        this.environment = environment;
    }

    /** Such as {@code interlock.timeout.read is '-5s' (class path resource [application.yml] - 3:11), but}. */
    String describe(String name) {
        ConfigurationPropertyName property = ConfigurationPropertyName.of(name);
        return StreamSupport.stream(
                        ConfigurationPropertySources.get(environment).spliterator(), false)
                .map(source -> source.getConfigurationProperty(property))
                .filter(Objects::nonNull)
                .findFirst()
                .map(PropertyLookup::describe)
                .orElse(name);
    }

    private static String describe(ConfigurationProperty set) {
        String where = set.getOrigin() == null ? "" : " (" + set.getOrigin() + ")";
        return set.getName() + " is '" + set.getValue() + "'" + where + ", but";
    }
}
