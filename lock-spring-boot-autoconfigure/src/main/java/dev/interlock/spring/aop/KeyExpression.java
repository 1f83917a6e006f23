package dev.interlock.spring.aop;

import org.jspecify.annotations.Nullable;

/** Finds the key of a call. */
interface KeyExpression {

    /** The key: a value, several of them, or nothing where there should be something. */
    @Nullable Object of(Object target, @Nullable Object[] arguments);

    /** An argument as it is. */
    record Argument(int index) implements KeyExpression {
        @Override
        public @Nullable Object of(Object target, @Nullable Object[] arguments) {
            return arguments[index];
        }
    }
}
