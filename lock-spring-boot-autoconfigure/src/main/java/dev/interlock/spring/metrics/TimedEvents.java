package dev.interlock.spring.metrics;

import java.util.Map;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Which timers there are. They are what makes each acquisition an event, so where they are not wanted nobody listens.
 *
 * @param waits whether waits are timed
 * @param holds whether holds are timed
 */
record TimedEvents(boolean waits, boolean holds) {

    private static final String ENABLE = "management.metrics.enable";

    /** As {@code management.metrics.enable} has it: the longest name that is mentioned decides. */
    static TimedEvents in(Environment environment) {
        return new TimedEvents(isEnabled(environment, LockTimers.WAIT), isEnabled(environment, LockTimers.HOLD));
    }

    boolean any() {
        return waits || holds;
    }

    static boolean isEnabled(Environment environment, String meter) {
        return isEnabled(
                Binder.get(environment)
                        .bind(ENABLE, Bindable.mapOf(String.class, Boolean.class))
                        .orElse(Map.of()),
                meter);
    }

    private static boolean isEnabled(Map<String, Boolean> enabled, String meter) {
        String name = meter;
        while (!name.isEmpty()) {
            Boolean found = enabled.get(name);
            if (found != null) {
                return found;
            }
            name = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        }
        return enabled.getOrDefault("all", true);
    }
}
