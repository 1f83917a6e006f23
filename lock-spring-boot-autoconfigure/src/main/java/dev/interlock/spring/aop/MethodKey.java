package dev.interlock.spring.aop;

import dev.interlock.LockException;
import org.jspecify.annotations.Nullable;

/**
 * The key expression of an annotation.
 *
 * @param expression what it evaluates to
 * @param text how it is written, for messages
 * @param method the method, for messages
 */
record MethodKey(KeyExpression expression, String text, String method) {

    /** What it yields in this call, out of an optional. */
    @Nullable Object evaluate(Object target, @Nullable Object[] arguments) {
        try {
            return Keys.unwrapped(expression.of(target, arguments));
        } catch (RuntimeException e) {
            throw new LockException(
                    "the key '" + text + "' of " + method + " cannot be evaluated: " + e.getMessage(), null, e);
        }
    }

    /** The one key of this call, as text. */
    String one(Object target, @Nullable Object[] arguments) {
        Object found = evaluate(target, arguments);
        if (Keys.areSeveral(found)) {
            throw Keys.unusable(
                    this,
                    "is several keys at once, in a " + found.getClass().getName(),
                    "an operation is on one resource: name what they are all part of, or take a write lock on each");
        }
        return Keys.text(found, this);
    }
}
