package dev.interlock.spring.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** Deadlocks, near misses, long waits and holds over HTTP. */
@EndpointWebExtension(endpoint = DeadlocksEndpoint.class)
final class DeadlocksWebExtension {

    private final DeadlocksEndpoint endpoint;

    DeadlocksWebExtension(DeadlocksEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @ReadOperation
    WebEndpointResponse<Object> deadlocks(@Nullable Integer limit) {
        return WebAnswer.of(() -> endpoint.deadlocks(limit));
    }
}
