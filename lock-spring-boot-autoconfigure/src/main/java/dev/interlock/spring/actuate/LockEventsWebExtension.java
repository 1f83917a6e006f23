package dev.interlock.spring.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** The recent events over HTTP. */
@EndpointWebExtension(endpoint = LockEventsEndpoint.class)
final class LockEventsWebExtension {

    private final LockEventsEndpoint endpoint;

    LockEventsWebExtension(LockEventsEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @ReadOperation
    WebEndpointResponse<Object> events(
            @Nullable String resource, @Nullable String type, @Nullable String kind, @Nullable Integer limit) {
        return WebAnswer.of(() -> endpoint.events(resource, type, kind, limit));
    }
}
