package dev.interlock.spring.aop;

import dev.interlock.LockRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Entries of the logging context: {@code lock}, what the running method holds, and {@code operation}, what it is a try of. */
final class LockMdc {

    static final String KEY = "lock";
    static final String OPERATION = "operation";

    private final boolean enabled;

    LockMdc(boolean enabled) {
        this.enabled = enabled;
    }

    /** Sets the entry, and answers with what it was before. */
    @Nullable String set(List<LockRequest> requests) {
        if (!enabled) {
            return null;
        }
        return requests.isEmpty() ? MDC.get(KEY) : set(KEY, Labels.of(requests));
    }

    void restore(@Nullable String before) {
        restore(KEY, before);
    }

    /** Sets the entry, and answers with what it was before. */
    @Nullable String setOperation(String id) {
        return enabled ? set(OPERATION, id) : null;
    }

    void restoreOperation(@Nullable String before) {
        restore(OPERATION, before);
    }

    private static @Nullable String set(String key, String value) {
        String before = MDC.get(key);
        MDC.put(key, value);
        return before;
    }

    private void restore(String key, @Nullable String before) {
        if (!enabled) {
            return;
        }
        if (before == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, before);
        }
    }
}
