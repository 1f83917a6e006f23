package dev.interlock.spring.aop;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Remembers what has been read about each method. */
final class LockedMethods {

    private final BiFunction<Method, Class<?>, Optional<LockedMethod>> reader;
    private final ConcurrentHashMap<Key, Optional<LockedMethod>> known = new ConcurrentHashMap<>();

    LockedMethods(BiFunction<Method, Class<?>, Optional<LockedMethod>> reader) {
        this.reader = reader;
    }

    /** The method, if it is to be locked when it is called on an object of that class. */
    @Nullable LockedMethod find(Method method, Class<?> targetClass) {
        Key key = new Key(method, targetClass);
        Optional<LockedMethod> found = known.get(key);
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
