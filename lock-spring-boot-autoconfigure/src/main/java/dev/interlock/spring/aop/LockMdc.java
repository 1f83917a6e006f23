package dev.interlock.spring.aop;

import dev.interlock.LockRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** The entry {@code lock} of the logging context: what the running method holds. */
final class LockMdc {

    static final String KEY = "lock";

    private final boolean enabled;

    LockMdc(boolean enabled) {
        this.enabled = enabled;
    }

    /** Sets the entry, and answers with what it was before. */
    @Nullable String set(List<LockRequest> requests) {
        if (!enabled) {
            return null;
        }
        String before = MDC.get(KEY);
        if (!requests.isEmpty()) {
            MDC.put(KEY, Labels.of(requests));
        }
        return before;
    }

    void restore(@Nullable String before) {
        if (!enabled) {
            return;
        }
        if (before == null) {
            MDC.remove(KEY);
        } else {
            MDC.put(KEY, before);
        }
    }
}
