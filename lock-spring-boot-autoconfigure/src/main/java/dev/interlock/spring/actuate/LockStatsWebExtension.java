package dev.interlock.spring.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** The statistics over HTTP. */
@EndpointWebExtension(endpoint = LockStatsEndpoint.class)
final class LockStatsWebExtension {

    private final LockStatsEndpoint endpoint;

    LockStatsWebExtension(LockStatsEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @ReadOperation
    WebEndpointResponse<Object> statistics(@Nullable String resource, @Nullable String type, @Nullable Integer limit) {
        return WebAnswer.of(() -> endpoint.statistics(resource, type, limit));
    }

    @DeleteOperation
    WebEndpointResponse<Object> reset(SecurityContext security, @Nullable String resource) {
        return WebAnswer.of(() -> endpoint.reset(WebAnswer.principal(security), resource));
    }
}
