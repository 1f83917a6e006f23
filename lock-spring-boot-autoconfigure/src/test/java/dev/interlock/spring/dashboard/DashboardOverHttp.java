package dev.interlock.spring.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.spring.actuate.RunningApplication;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.WebFilter;

/** The page and what belongs to it, on whatever server. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DashboardOverHttp {

    private static final Pattern REFERENCE = Pattern.compile("(?:href|src)=\"(?!data:|#)([^\"]+)\"|from '([^']+)'");

    private final WebApplicationType web;
    private RunningApplication application;
    private String locks;

    DashboardOverHttp(WebApplicationType web) {
        this.web = web;
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        /** Says before the page what answers depend on. */
        @Bean
        @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
        Filter varying() {
            return (request, response, chain) -> {
                ((HttpServletResponse) response).addHeader("Vary", "Origin");
                chain.doFilter(request, response);
            };
        }

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
        WebFilter reactiveVarying() {
            return (exchange, chain) -> {
                exchange.getResponse().getHeaders().add("Vary", "Origin");
                return chain.filter(exchange);
            };
        }
    }

    @BeforeAll
    void start() {
        application = RunningApplication.start(web, Application.class, RunningApplication.PLAIN);
        locks = "http://127.0.0.1:" + application.context().getEnvironment().getProperty("local.server.port")
                + "/actuator/locks";
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @Test
    void aBrowserSeesThePage() {
        HttpResponse<String> page = Asking.page(locks);

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(Asking.header(page, "Content-Type")).isEqualToIgnoringCase("text/html;charset=UTF-8");
        assertThat(page.body())
                .startsWith("<!doctype html>")
                .contains("data-locks=\"locks\"", "data-deadlocks=\"deadlocks\"", "data-health=\"health\"")
                .contains("data-release=\"false\"")
                .doesNotContain("{{");
        assertThat(Asking.page(locks + "?resource=account:1").body()).isEqualTo(page.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*/*",
                "application/json",
                "application/json, text/plain, */*",
                "application/vnd.spring-boot.actuator.v3+json"
            })
    void everythingElseGetsJson(String accept) {
        HttpResponse<String> json = Asking.get(locks, "Accept", accept);

        assertThat(json.statusCode()).isEqualTo(200);
        assertThat(Asking.header(json, "Content-Type")).contains("json");
        assertThat(json.body()).startsWith("{\"node\":");
    }

    @Test
    void whoeverDoesNotSayWhatHeWantsGetsJson() {
        assertThat(Asking.get(locks).body()).startsWith("{\"node\":");
    }

    @Test
    void allThatThePageNamesIsThere() {
        Set<URI> seen = new LinkedHashSet<>();
        follow(URI.create(locks), Asking.page(locks).body(), seen);

        assertThat(seen).hasSize(Dashboard.ASSETS.size()).allSatisfy(each -> {
            HttpResponse<String> asset = Asking.get(each.toString(), "Accept", "text/css,*/*;q=0.1");
            assertThat(asset.statusCode()).isEqualTo(200);
            assertThat(Asking.header(asset, "Content-Type"))
                    .isEqualToIgnoringCase(
                            each.getPath().endsWith(".css")
                                    ? "text/css;charset=UTF-8"
                                    : "text/javascript;charset=UTF-8");
        });
    }

    private static void follow(URI from, String content, Set<URI> seen) {
        for (MatchResult each : REFERENCE.matcher(content).results().toList()) {
            URI found = from.resolve(each.group(1) == null ? each.group(2) : each.group(1));
            if (seen.add(found)) {
                follow(found, Asking.get(found.toString()).body(), seen);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "page.html",
                "nothing.js",
                "Dashboard.class",
                "main.js.map",
                "..%2Fpage.html",
                "%2e%2e%2fDashboard.class",
                "..%5Cpage.html",
                "..;%2Fmain.js",
                "%252e%252e%252fpage.html",
                "../locks/../../application.properties",
                "sub/main.js",
                "main.js%00.html"
            })
    void nothingElseIsServed(String name) {
        HttpResponse<String> answer = Asking.get(locks + "/" + name);

        assertThat(answer.statusCode()).isBetween(400, 404);
        assertThat(answer.body()).doesNotContain("import ", "<body data-");
    }

    @Test
    void theBrowserIsToldToTrustNothingButThePagesOwnFiles() {
        for (HttpResponse<String> each :
                List.of(Asking.page(locks), Asking.get(locks + "/main.js"), Asking.get(locks))) {
            assertThat(Asking.header(each, "Content-Security-Policy"))
                    .contains("default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'")
                    .doesNotContain("unsafe", "*", "http");
            assertThat(Asking.header(each, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(Asking.header(each, "X-Frame-Options")).isEqualTo("DENY");
            assertThat(Asking.header(each, "Cache-Control")).isEqualTo("no-store");
            assertThat(each.headers().allValues("Vary")).contains("Accept", "Origin");
        }
        assertThat(Asking.header(Asking.get(locks.replace("/locks", "/lockstats")), "Content-Security-Policy"))
                .isEmpty();
    }

    @Test
    void nothingInThePageNeedsAnExceptionFromThat() {
        assertThat(Asking.page(locks).body())
                .doesNotContainPattern("<script(?![^>]*\\ssrc=)")
                .doesNotContain("<style", " style=", " onclick=", " onload=", "javascript:", "http://", "https://");
        for (String name : Dashboard.ASSETS) {
            assertThat(Asking.get(locks + "/" + name).body().replace("'http://www.w3.org/2000/svg'", ""))
                    .as(name)
                    .doesNotContain(
                            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "@import")
                    .doesNotContain("http://", "https://");
        }
    }

    @Test
    void withoutSecurityThereIsNoTokenToTell() {
        assertThat(Asking.page(locks).headers().map()).doesNotContainKeys("interlock-csrf-token", "set-cookie");
    }

    @Test
    void thePageMayNotBeWrittenTo() {
        assertThat(Asking.send("DELETE", locks + "/main.js").statusCode()).isEqualTo(405);
        assertThat(Asking.send("DELETE", locks + "?resource=a", "Accept", Asking.AS_BROWSER)
                        .statusCode())
                .isEqualTo(405);
    }
}
