package dev.interlock.spring.actuate;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/** What endpoints answer over HTTP: what they have, or a status and the reason. */
final class WebAnswer {

    private WebAnswer() {}

    /** What is said when there is nothing to answer with. */
    record Problem(int status, String message) {}

    /** A store did not answer, but these have lost what they held. */
    record Part(int status, String message, List<LockDescriptor.Holder> released) {}

    static WebEndpointResponse<Object> of(Supplier<?> answer) {
        try {
            return new WebEndpointResponse<>(answer.get());
        } catch (Refusal refusal) {
            return new WebEndpointResponse<>(
                    problem(refusal.status(), String.valueOf(refusal.getMessage()), refusal.released()),
                    refusal.status());
        }
    }

    private static Object problem(int status, String message, List<LockDescriptor.Holder> released) {
        return released.isEmpty() ? new Problem(status, message) : new Part(status, message, released);
    }

    /** Who asks, where that is known. */
    static @Nullable String principal(SecurityContext context) {
        return context.getPrincipal() == null ? null : context.getPrincipal().getName();
    }
}
