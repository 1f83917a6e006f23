package dev.interlock.spring.aop;

import dev.interlock.LockException;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.lang.Contract;

/** Makes text of what a key expression yields, and refuses what can name nothing. */
final class Keys {

    /** Whether the class says what its objects are; if it does not, each of them would be another key. */
    private static final ClassValue<Boolean> SPEAKS = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            try {
                return type.getMethod("toString").getDeclaringClass() != Object.class;
            } catch (NoSuchMethodException e) {
                return false;
            }
        }
    };

    private Keys() {}

    @Contract("null -> false")
    static boolean areSeveral(@Nullable Object key) {
        return key != null
                && (key instanceof Collection
                        || key instanceof Map
                        || key.getClass().isArray()
                        || (key instanceof Iterable && !SPEAKS.get(key.getClass())));
    }

    /** What is in an optional, and anything else as it is. */
    @Contract("null -> null")
    static @Nullable Object unwrapped(@Nullable Object key) {
        return key instanceof Optional<?> optional ? optional.orElse(null) : key;
    }

    /** Each of several keys as text. */
    static List<String> all(Object keys, MethodKey where) {
        if (keys instanceof byte[] || keys instanceof char[]) {
            throw unusable(
                    where,
                    "is an array of " + keys.getClass().getComponentType(),
                    "make a text of it: it is one key, not several");
        }
        List<String> texts = new ArrayList<>();
        for (Object each : elements(keys)) {
            texts.add(text(each, where));
        }
        return texts;
    }

    private static Iterable<?> elements(Object keys) {
        if (keys instanceof Map<?, ?> map) {
            return map.keySet();
        }
        if (keys instanceof Iterable<?> iterable) {
            return iterable;
        }
        Collection<@Nullable Object> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(keys); i++) {
            elements.add(Array.get(keys, i));
        }
        return elements;
    }

    static String text(@Nullable Object key, MethodKey where) {
        if (key instanceof String text && !text.isBlank()) {
            return text;
        }
        Object value = unwrapped(key);
        if (value == null) {
            throw unusable(where, "is null", "pass a value, or lock by something that is always there");
        }
        if (!SPEAKS.get(value.getClass())) {
            throw unusable(
                    where,
                    "is a " + value.getClass().getName()
                            + ", whose toString() says which object it is rather than what",
                    "lock by an id of it, or give it a toString()");
        }
        if (value instanceof Iterable && !(value instanceof Path)) {
            throw unusable(
                    where,
                    "is a " + value.getClass().getName()
                            + ", of which there is no telling whether it is one key or several",
                    "make a text of it, or a collection");
        }
        String text = value.toString();
        if (text == null || text.isBlank()) {
            throw unusable(where, "is blank", "pass a value, or lock by something that is always there");
        }
        return text;
    }

    static LockException unusable(MethodKey where, String what, String wayOut) {
        return new LockException("the key '" + where.text() + "' of " + where.method() + " " + what + "; " + wayOut);
    }
}
