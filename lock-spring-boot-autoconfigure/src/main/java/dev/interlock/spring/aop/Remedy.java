package dev.interlock.spring.aop;

import dev.interlock.LockException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a call answers with when its locks could not be had. The method itself is not run. */
interface Remedy {

    /** The caller is told. */
    Remedy THROW = (failure, target, arguments) -> {
        throw failure;
    };

    @Nullable Object instead(LockException failure, Object target, @Nullable Object[] arguments) throws Throwable;

    /**
     * Nothing.
     *
     * @param handles the failures it is for
     * @param empty what makes an empty answer
     */
    record Skip(Class<?> handles, Supplier<@Nullable Object> empty) implements Remedy {
        @Override
        public @Nullable Object instead(LockException failure, Object target, @Nullable Object[] arguments) {
            if (handles.isInstance(failure)) {
                return empty.get();
            }
            throw failure;
        }
    }

    /**
     * Another method of the same object.
     *
     * @param method that method
     * @param handles the failures it is for
     * @param told whether it takes the failure as its last argument
     */
    record Fallback(Method method, Class<?> handles, boolean told) implements Remedy {
        @Override
        public @Nullable Object instead(LockException failure, Object target, @Nullable Object[] arguments)
                throws Throwable {
            if (!handles.isInstance(failure)) {
                throw failure;
            }
            try {
                return method.invoke(target, told ? with(failure, arguments) : arguments);
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
        }

        private static @Nullable Object[] with(LockException failure, @Nullable Object[] arguments) {
            @Nullable Object[] more = Arrays.copyOf(arguments, arguments.length + 1, Object[].class);
            more[arguments.length] = failure;
            return more;
        }
    }
}
