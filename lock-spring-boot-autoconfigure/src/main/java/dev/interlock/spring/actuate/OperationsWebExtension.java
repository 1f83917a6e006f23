package dev.interlock.spring.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** The operations over HTTP. */
@EndpointWebExtension(endpoint = OperationsEndpoint.class)
final class OperationsWebExtension {

    private final OperationsEndpoint endpoint;

    OperationsWebExtension(OperationsEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @ReadOperation
    WebEndpointResponse<Object> operations(
            @Nullable String resource,
            @Nullable String type,
            @Nullable String kind,
            @Nullable String status,
            @Nullable String id,
            @Nullable Integer limit) {
        return WebAnswer.of(() -> endpoint.operations(resource, type, kind, status, id, limit));
    }
}
