package dev.interlock.spring.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** The locks over HTTP. */
@EndpointWebExtension(endpoint = LocksEndpoint.class)
class LocksWebExtension {

    private final LocksEndpoint endpoint;

    LocksWebExtension(LocksEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @ReadOperation
    WebEndpointResponse<Object> locks(
            @Nullable String resource,
            @Nullable String owner,
            @Nullable String type,
            @Nullable String state,
            @Nullable String node,
            @Nullable String text,
            @Nullable Integer limit,
            @Nullable Integer people) {
        return WebAnswer.of(() -> endpoint.locks(resource, owner, type, state, node, text, limit, people));
    }

    @DeleteOperation
    WebEndpointResponse<Object> release(
            SecurityContext security,
            @Nullable String resource,
            @Nullable String reason,
            @Nullable String token,
            @Nullable String owner) {
        return WebAnswer.of(() ->
                endpoint.releaseFor(WebAnswer.principal(security), resource, reason, SeenHolders.of(token, owner)));
    }
}
