package dev.interlock.spring.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** What somebody has set in vain. */
final class SettingsWithoutEffect {

    private SettingsWithoutEffect() {}

    private static final String PREFIX = "interlock";

    /** What is for all backends that reach other processes. */
    private static final List<String> REACHING_OTHERS = List.of("cleanup", "lease", "retry");

    /** What is for one backend alone. */
    private static final List<String> OF_ONE = List.of("file", "jdbc");

    /** What shapes the manager that is made from the properties. */
    private static final List<String> SHAPING = List.of(
            "backend",
            "cleanup",
            "deadlock",
            "debug",
            "distributed",
            "fairness",
            "file",
            "jdbc",
            "lease",
            "limits",
            "node",
            "optimistic",
            "ordering",
            "resources",
            "retry",
            "shutdown",
            "statistics",
            "timeout");

    /** What is set for backends in which no locks live. */
    static List<String> in(Environment environment, LockBackends used) {
        List<String> groups = new ArrayList<>(used.reachOthers() ? List.of() : REACHING_OTHERS);
        OF_ONE.stream().filter(each -> !used.use(each)).forEach(groups::add);
        return namesIn(groups, environment);
    }

    /** What is set for the manager that is made from the properties, where the application brings its own. */
    static List<String> onAnOwnManager(Environment environment) {
        return namesIn(SHAPING, environment);
    }

    private static List<String> namesIn(List<String> groups, Environment environment) {
        Map<String, String> set = Binder.get(environment)
                .bind(PREFIX, Bindable.mapOf(String.class, String.class))
                .orElseGet(Map::of);
        return set.keySet().stream()
                .filter(name -> groups.contains(name.replaceFirst("[.\\[].*", "")))
                .sorted()
                .map(name -> PREFIX + "." + name)
                .toList();
    }
}
