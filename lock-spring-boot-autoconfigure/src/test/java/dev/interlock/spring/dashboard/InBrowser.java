package dev.interlock.spring.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.LockManager;
import dev.interlock.spring.actuate.RunningApplication;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.WebApplicationType;

/** A real browser in front of an application in which one has to sign in. Skipped where there is no browser. */
abstract class InBrowser {

    private static RunningApplication application;
    private static String page;

    static Browser browser;

    Scene scene;

    @BeforeAll
    static void start() {
        assumeTrue(
                Browser.installed().isPresent(),
                "there is no browser here; install chromium, or name one with -Dinterlock.browser=<path>");
        application = RunningApplication.start(
                WebApplicationType.SERVLET, SecuredApplication.class, SecuredApplication.OLIVIA);
        page = "http://127.0.0.1:" + application.context().getEnvironment().getProperty("local.server.port")
                + "/actuator/locks";
        browser = Browser.start();
        browser.headers(Map.of("Authorization", DashboardSecurityTest.SIGNED_IN));
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (application != null) {
            application.close();
        }
    }

    @BeforeEach
    void look() {
        scene = new Scene(locks());
        browser.size(1280, 900);
        browser.colours("light");
        browser.forget();
    }

    @AfterEach
    void letGo() {
        scene.close();
        await().until(() -> locks().monitor().count().resources() == 0);
    }

    static LockManager locks() {
        return application.locks();
    }

    static void open(String section) {
        browser.open(page + section);
        browser.until("document.querySelector('#view > *')");
    }

    static void assertNoComplaint() {
        assertThat(browser.complaints()).isEmpty();
    }
}
