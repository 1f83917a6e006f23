package dev.interlock.spring.dashboard;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;

/** Where the page is among the endpoints. All that it says is relative, so that it holds behind any proxy and base path. */
final class PagePlace {

    private static final EndpointId LOCKS = EndpointId.of("locks");
    private static final List<String> SIBLINGS =
            List.of("deadlocks", "lockstats", "lockevents", "operations", "health");

    private final Supplier<PathMappedEndpoints> endpoints;
    private final EndpointAccessResolver access;

    /** The endpoints are asked for late: they are found by way of the page. */
    PagePlace(Supplier<PathMappedEndpoints> endpoints, EndpointAccessResolver access) {
        this.endpoints = endpoints;
        this.access = access;
    }

    String writeInto(String page) {
        String here = String.valueOf(endpoints.get().getRootPath(LOCKS));
        String written = page.replace("{{here}}", escaped(here.substring(here.lastIndexOf('/') + 1)))
                .replace("{{release}}", String.valueOf(mayRelease()));
        for (String sibling : SIBLINGS) {
            written = written.replace("{{" + sibling + "}}", escaped(relative(here, sibling)));
        }
        return written;
    }

    private boolean mayRelease() {
        return access.accessFor(LOCKS, Access.READ_ONLY) == Access.UNRESTRICTED;
    }

    /** Empty where that endpoint is not exposed. */
    private String relative(String here, String sibling) {
        @Nullable String there = endpoints.get().getRootPath(EndpointId.of(sibling));
        return there == null
                ? ""
                : "../".repeat((int) here.chars().filter(each -> each == '/').count()) + there;
    }

    private static String escaped(String path) {
        return path.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;");
    }
}
