package dev.interlock.spring.actuate;

import dev.interlock.spring.dashboard.Dashboard;
import dev.interlock.spring.dashboard.DashboardAsset;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** The locks over HTTP: as JSON, and for whoever asks for HTML as a page. */
@EndpointWebExtension(endpoint = LocksEndpoint.class)
final class LocksPageWebExtension extends LocksWebExtension {

    private final Dashboard dashboard;

    LocksPageWebExtension(LocksEndpoint endpoint, Dashboard dashboard) {
        super(endpoint);
        this.dashboard = dashboard;
    }

    @ReadOperation(produces = "text/html;charset=UTF-8")
    WebEndpointResponse<String> page() {
        return answer(dashboard.page());
    }

    @ReadOperation(produces = {"text/javascript;charset=UTF-8", "text/css;charset=UTF-8"})
    WebEndpointResponse<String> asset(@Selector String name) {
        return dashboard
                .asset(name)
                .map(LocksPageWebExtension::answer)
                .orElseGet(() -> new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND));
    }

    private static WebEndpointResponse<String> answer(DashboardAsset asset) {
        return new WebEndpointResponse<>(asset.content(), asset.contentType());
    }
}
