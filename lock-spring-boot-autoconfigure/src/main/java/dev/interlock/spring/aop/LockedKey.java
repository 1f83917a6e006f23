package dev.interlock.spring.aop;

import dev.interlock.LockRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one annotation locks in each call: always the same, or what a key says.
 *
 * @param template the request; complete if there is no key
 * @param prefix what comes before the key
 * @param key the key
 */
record LockedKey(
        LockRequest template, String prefix, @Nullable MethodKey key) {

    /** What this call asks for; more than one request, or none, where the key yields several. */
    List<LockRequest> requests(Object target, @Nullable Object[] arguments) {
        if (key == null) {
            return List.of(template);
        }
        Object found = key.evaluate(target, arguments);
        return Keys.areSeveral(found)
                ? Keys.all(found, key).stream().map(this::named).toList()
                : List.of(named(Keys.text(found, key)));
    }

    private LockRequest named(String text) {
        return template.resource(prefix + text);
    }
}
