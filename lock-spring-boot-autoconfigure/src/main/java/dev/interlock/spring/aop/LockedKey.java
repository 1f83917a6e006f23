package dev.interlock.spring.aop;

import dev.interlock.LockException;
import dev.interlock.LockRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one annotation locks in each call: always the same, or what a key says.
 *
 * @param template the request; complete if there is no key
 * @param prefix what comes before the key
 * @param expression the key's text, for messages
 * @param key the key
 * @param method the method, for messages
 */
record LockedKey(
        LockRequest template,
        String prefix,
        String expression,
        @Nullable KeyExpression key,
        String method) {

    /** What this call asks for; more than one request, or none, where the key yields several. */
    List<LockRequest> requests(Object target, @Nullable Object[] arguments) {
        if (key == null) {
            return List.of(template);
        }
        Object found = Keys.unwrapped(evaluate(key, target, arguments));
        return Keys.areSeveral(found)
                ? Keys.all(found, this).stream().map(this::named).toList()
                : List.of(named(Keys.text(found, this)));
    }

    private LockRequest named(String text) {
        return template.resource(prefix + text);
    }

    private @Nullable Object evaluate(KeyExpression each, Object target, @Nullable Object[] arguments) {
        try {
            return each.of(target, arguments);
        } catch (RuntimeException e) {
            throw new LockException(
                    "the key '" + expression + "' of " + method + " cannot be evaluated: " + e.getMessage(), null, e);
        }
    }
}
