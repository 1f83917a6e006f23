package dev.interlock.spring.integration;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.UUID;

/** What keys are called, such that equal keys have equal names. */
final class LockKeys {

    private static final int LONGEST = 128;

    private LockKeys() {}

    static String textOf(Object key) {
        Objects.requireNonNull(key, "the lock key is null");
        String text = isPlain(key) ? key.toString() : "";
        return text.isBlank() ? "#" + Integer.toHexString(key.hashCode()) : shortened(text);
    }

    /** Whether the text is all there is to it. Of other objects, equal ones may well have different texts, as sets do. */
    private static boolean isPlain(Object key) {
        return key instanceof String
                || key instanceof Number
                || key instanceof UUID
                || key instanceof Boolean
                || key instanceof Character
                || key instanceof Enum<?>;
    }

    /** Long texts keep their beginning, for people. */
    private static String shortened(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        UUID all = UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
        return text.substring(0, LONGEST / 2) + "#" + all;
    }
}
