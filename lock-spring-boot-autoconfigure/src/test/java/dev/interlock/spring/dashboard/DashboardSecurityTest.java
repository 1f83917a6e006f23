package dev.interlock.spring.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.spring.actuate.RunningApplication;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;

/** The page behind Spring Security. */
@Timeout(60)
class DashboardSecurityTest {

    static final String SIGNED_IN =
            "Basic " + Base64.getEncoder().encodeToString("olivia:secret".getBytes(StandardCharsets.UTF_8));

    @ParameterizedTest
    @EnumSource(names = {"SERVLET", "REACTIVE"})
    void thePageIsToldTheTokenThatAForcedReleaseNeedsAndNobodyElseIs(WebApplicationType web) {
        try (RunningApplication application =
                RunningApplication.start(web, SecuredApplication.class, SecuredApplication.OLIVIA)) {
            String locks = "http://127.0.0.1:"
                    + application.context().getEnvironment().getProperty("local.server.port") + "/actuator/locks";
            LockHandle held = application.locks().write("account:1").acquire();

            assertThat(Asking.page(locks).statusCode()).isEqualTo(401);
            assertThat(Asking.get(locks + "/main.js").statusCode()).isEqualTo(401);
            HttpResponse<String> poll = Asking.get(locks, "X-Requested-With", "XMLHttpRequest");
            assertThat(poll.statusCode()).isEqualTo(401);
            assertThat(poll.headers().map()).doesNotContainKey("www-authenticate");

            HttpResponse<String> json = Asking.get(locks, "Authorization", SIGNED_IN);
            assertThat(json.statusCode()).isEqualTo(200);
            assertThat(json.headers().map()).doesNotContainKeys("interlock-csrf-token", "set-cookie");

            HttpResponse<String> page = Asking.get(locks, "Authorization", SIGNED_IN, "Accept", Asking.AS_BROWSER);
            assertThat(Asking.header(page, "Content-Security-Policy")).contains("default-src 'none'");
            String session = Asking.header(page, "Set-Cookie").split(";", -1)[0];
            String header = Asking.header(page, "Interlock-Csrf-Header");
            String token = Asking.header(page, "Interlock-Csrf-Token");
            assertThat(header).isEqualTo("X-CSRF-TOKEN");

            String release = locks + "?resource=account:1&reason=hung";
            assertThat(Asking.send("DELETE", release, "Authorization", SIGNED_IN, "Cookie", session)
                            .statusCode())
                    .isIn(401, 403);
            assertThat(held.isHeld()).isTrue();
            assertThat(Asking.send("DELETE", release, "Authorization", SIGNED_IN, "Cookie", session, header, token)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(held.isHeld()).isFalse();
        }
    }
}
