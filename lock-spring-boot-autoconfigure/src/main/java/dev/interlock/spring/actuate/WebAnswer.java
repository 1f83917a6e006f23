package dev.interlock.spring.actuate;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/** What endpoints answer over HTTP: what they have, or a status and the reason. */
final class WebAnswer {

    private WebAnswer() {}

    /** What is said when there is nothing to answer with. */
    record Problem(int status, String message) {}

    static WebEndpointResponse<Object> of(Supplier<?> answer) {
        try {
            return new WebEndpointResponse<>(answer.get());
        } catch (Refusal refusal) {
            return new WebEndpointResponse<>(
                    new Problem(refusal.status(), String.valueOf(refusal.getMessage())), refusal.status());
        }
    }

    /** Who asks, where that is known. */
    static @Nullable String principal(SecurityContext context) {
        return context.getPrincipal() == null ? null : context.getPrincipal().getName();
    }
}
