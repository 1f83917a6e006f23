package dev.interlock.spring.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.spring.actuate.RunningApplication;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;

/** The page where endpoints are not where they usually are, and where it is not wanted. */
@Timeout(60)
class DashboardElsewhereTest {

    private static RunningApplication start(WebApplicationType web, String... properties) {
        String[] all = new String[properties.length + 1];
        all[0] = RunningApplication.PLAIN;
        System.arraycopy(properties, 0, all, 1, properties.length);
        return RunningApplication.start(web, DashboardOverHttp.Application.class, all);
    }

    private static String at(RunningApplication application, String port, String path) {
        return "http://127.0.0.1:" + application.context().getEnvironment().getProperty(port) + path;
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVLET", "REACTIVE"})
    void onAPortOfItsOwnUnderPathsOfItsOwnThePageFindsAllThatBelongsToIt(WebApplicationType web) {
        try (RunningApplication application = start(
                web,
                "management.server.port=0",
                "management.server.address=127.0.0.1",
                "management.server.base-path=/admin",
                "management.endpoints.web.base-path=/ops",
                "management.endpoints.web.path-mapping.locks=watch/door",
                "management.endpoints.web.path-mapping.deadlocks=hangs",
                "management.endpoints.web.exposure.include=locks,deadlocks,lockstats",
                "management.endpoint.locks.access=unrestricted")) {
            String page = at(application, "local.management.port", "/admin/ops/watch/door");

            HttpResponse<String> answer = Asking.page(page);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(Asking.header(answer, "Content-Security-Policy")).contains("default-src 'none'");
            assertThat(answer.body())
                    .contains("src=\"door/main.js\"", "href=\"door/style.css\"")
                    .contains("data-locks=\"door\"", "data-deadlocks=\"../hangs\"", "data-lockstats=\"../lockstats\"")
                    .contains("data-lockevents=\"\"", "data-operations=\"\"", "data-health=\"\"")
                    .contains("data-release=\"true\"");
            assertThat(Asking.get(page + "/main.js").statusCode()).isEqualTo(200);
            assertThat(Asking.get(page.replace("watch/door", "hangs")).statusCode())
                    .isEqualTo(200);
            assertThat(Asking.get(page).body()).startsWith("{\"node\":");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVLET", "REACTIVE"})
    void atTheRootOfAPortOfItsOwnThePageAloneHasItsHeaders(WebApplicationType web) {
        try (RunningApplication application = start(
                web,
                "management.server.port=0",
                "management.server.address=127.0.0.1",
                "management.endpoints.web.base-path=/")) {
            String page = at(application, "local.management.port", "/locks");

            assertThat(Asking.page(page).body()).contains("src=\"locks/main.js\"", "data-deadlocks=\"deadlocks\"");
            for (String each : List.of(page, page + "/main.js", page + "/style.css")) {
                assertThat(Asking.header(Asking.page(each), "Content-Security-Policy"))
                        .as(each)
                        .contains("default-src 'none'");
            }
            assertThat(Asking.header(Asking.get(page.replace("locks", "health")), "Content-Security-Policy"))
                    .isEmpty();
            String elsewhere = at(application, "local.server.port", "/locks");
            assertThat(Asking.header(Asking.page(elsewhere), "Content-Security-Policy"))
                    .isEmpty();
            assertThat(Asking.page(elsewhere).statusCode()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVLET", "REACTIVE"})
    void whereThePageIsNotWantedABrowserGetsJsonToo(WebApplicationType web) {
        try (RunningApplication application = start(web, "interlock.dashboard.enabled=false")) {
            String locks = at(application, "local.server.port", "/actuator/locks");

            assertThat(Asking.page(locks).body()).startsWith("{\"node\":");
            assertThat(Asking.header(Asking.page(locks), "Content-Security-Policy"))
                    .isEmpty();
            assertThat(Asking.get(locks + "/main.js").statusCode()).isEqualTo(404);
            assertThat(application.context().getBeansOfType(Dashboard.class)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVLET", "REACTIVE"})
    void whereTheLocksAreNotExposedThereIsNoPage(WebApplicationType web) {
        String context = web == WebApplicationType.SERVLET ? "server.servlet.context-path" : "spring.webflux.base-path";
        try (RunningApplication application =
                start(web, "management.endpoints.web.exposure.include=health,lockstats", context + "=/shop")) {
            assertThat(Asking.page(at(application, "local.server.port", "/shop/actuator/locks"))
                            .statusCode())
                    .isEqualTo(404);
            assertThat(application.context().getBeansOfType(Dashboard.class)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVLET", "REACTIVE"})
    void belowTheContextPathOfTheApplicationThePageHasItsHeaders(WebApplicationType web) {
        String context = web == WebApplicationType.SERVLET ? "server.servlet.context-path" : "spring.webflux.base-path";
        try (RunningApplication application = start(web, "management.endpoints.web.base-path=/", context + "=/shop")) {
            String page = at(application, "local.server.port", "/shop/locks");

            assertThat(Asking.page(page).body()).contains("src=\"locks/main.js\"", "data-health=\"health\"");
            assertThat(Asking.header(Asking.page(page), "Content-Security-Policy"))
                    .contains("default-src 'none'");
            assertThat(Asking.get(page + "/main.js").statusCode()).isEqualTo(200);
        }
    }
}
