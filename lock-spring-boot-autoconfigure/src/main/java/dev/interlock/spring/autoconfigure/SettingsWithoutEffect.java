package dev.interlock.spring.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** What somebody has set for backends that reach other processes. */
final class SettingsWithoutEffect {

    private SettingsWithoutEffect() {}

    static List<String> in(Environment environment) {
        Binder binder = Binder.get(environment);
        return Stream.of("interlock.cleanup", "interlock.file", "interlock.jdbc", "interlock.lease", "interlock.retry")
                .flatMap(group -> namesIn(group, binder))
                .toList();
    }

    private static Stream<String> namesIn(String group, Binder binder) {
        return binder.bind(group, Bindable.mapOf(String.class, String.class)).orElseGet(Map::of).keySet().stream()
                .map(name -> group + "." + name)
                .sorted();
    }
}
