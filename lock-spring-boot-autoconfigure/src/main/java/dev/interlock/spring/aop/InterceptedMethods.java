package dev.interlock.spring.aop;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Remembers what has been read about each method. */
final class InterceptedMethods {

    private final BiFunction<Method, Class<?>, Optional<? extends InterceptedMethod>> reader;
    private final ConcurrentHashMap<Key, Optional<? extends InterceptedMethod>> known = new ConcurrentHashMap<>();

    InterceptedMethods(BiFunction<Method, Class<?>, Optional<? extends InterceptedMethod>> reader) {
        this.reader = reader;
    }

    /** The method, if something is to be done when it is called on an object of that class. */
    @Nullable InterceptedMethod find(Method method, Class<?> targetClass) {
        Key key = new Key(method, targetClass);
        Optional<? extends InterceptedMethod> found = known.get(key);
        if (found == null) {
            found = reader.apply(method, targetClass);
            known.put(key, found);
        }
        return found.orElse(null);
    }

    private record Key(Method method, Class<?> targetClass) {

        @Override
        public int hashCode() {
            return System.identityHashCode(targetClass) * 31 + method.getName().hashCode();
        }
    }
}
