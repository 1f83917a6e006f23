package dev.interlock.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.sample.Sample;
import dev.interlock.sample.SampleTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** The page with buttons, pressed in a real browser. Skipped where there is none. */
@SampleTest
@TestPropertySource(properties = "spring.application.name=page")
@Tag("once")
@Timeout(120)
class PageInABrowserTest {

    private static final String PICTURES = "interlock.pictures";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String LATEST = "#log li:first-child ";

    private static Browser browser;

    private final Sample sample;
    private final String address;

    PageInABrowserTest(@LocalServerPort int port) {
        sample = new Sample(port);
        address = "http://localhost:" + port + "/";
    }

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(
                Browser.installed().isPresent(),
                "there is no browser here; install chromium, or name one with -Dinterlock.browser=<path>");
        browser = new Browser(Browser.installed().orElseThrow());
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void open() {
        browser.open(address, 1280, 900);
        browser.see("document.querySelectorAll('button[data-url]').forEach(each => "
                + "{ each.id = each.textContent.toLowerCase().replaceAll(' ', '-'); })");
    }

    @AfterEach
    void everybodyGoesHome() {
        sample.delete("/demo/traffic").expect(200);
        await().atMost(SOON).until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(each -> each.getName().startsWith("customer-")));
    }

    @Test
    void everyButtonSaysWhatCameOfItAndTheConsoleStaysEmpty() {
        List<String> all =
                List.of(browser.see("[...document.querySelectorAll('button[data-url]')].map(e => e.id).join()")
                        .split(",", -1));
        assertThat(all).hasSize(14).doesNotHaveDuplicates();

        for (String each : all) {
            browser.click("#" + each);
            if (each.equals("hold-a-lock")) {
                sample.awaitHolders("lease:mine", 1);
            } else if (!each.equals("long-report-on-anna")) {
                answered();
            }
        }

        browser.until("![...document.querySelectorAll('.pill')].some(e => e.textContent === 'waiting')");
        assertThat(browser.see("document.querySelectorAll('#log li').length")).isEqualTo("14");
        assertThat(browser.text(".pill.bad").lines())
                .satisfiesExactly(
                        form -> assertThat(form).startsWith("409 · somebody else was first"),
                        lease -> assertThat(lease).startsWith("410 · lost"));
        assertThat(browser.text("#log"))
                .contains("deadlock", "somebody pressed the button", "\"lostBy\"", "order:1")
                .contains("\"tries\":2", "was turned away", "has been changed since you got this form");
        browser.until("document.querySelector('#traffic').textContent.startsWith('The customers have gone')");
        // whatever is no success is in the console: here the lease that was killed, and the form that was old
        assertThat(browser.complaints())
                .satisfiesExactlyInAnyOrder(lease -> assertThat(lease).contains("410"), form -> assertThat(form)
                        .contains("409"));
        sample.takeAway("room:cellar");
        sample.awaitFree("room:kitchen");
    }

    @Test
    void lampsRunOutAndAreRestocked() {
        for (int lamps = Integer.parseInt(sample.get("/stock/lamp").body()); lamps >= 0; lamps--) {
            press("reserve-a-lamp");
        }
        assertThat(browser.text(LATEST + ".said")).isEqualTo("not enough of lamp");

        press("restock");
        assertThat(browser.text(LATEST + ".said")).contains("\"lamp\":", "\"screw\":");

        press("reserve-a-lamp");
        assertThat(browser.text(LATEST + ".pill.good")).startsWith("200");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aLeaseThatNobodyHasCannotBeKilled() {
        press("kill-my-lease");

        assertThat(browser.text(LATEST + ".pill.bad")).startsWith("404 · not there");
        assertThat(browser.text(LATEST + ".said")).contains("Nobody holds 'lease:mine'. Hold it first");
        assertThat(browser.complaints()).singleElement().asString().contains("404");
    }

    @Test
    void answersOfOthersAreToldFromThoseOfTheSample() {
        answerWith("'<html><h1>Bad gateway</h1></html>', {status: 502}");
        press("restock");
        assertThat(browser.text(LATEST + ".pill.bad")).startsWith("502");
        assertThat(browser.text(LATEST + ".said"))
                .startsWith("This answer is not the sample's. Is there a proxy in between?")
                .contains("<html><h1>Bad gateway</h1></html>");

        answerWith("null, {status: 204}");
        press("stop-traffic");
        assertThat(browser.text(LATEST + ".pill.bad")).startsWith("204");
        assertThat(browser.text(LATEST + ".said")).endsWith("It is empty.");
        browser.until("document.querySelector('#traffic').textContent.startsWith('Nothing is known of traffic')");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    @EnabledIfSystemProperty(named = PICTURES, matches = ".+", disabledReason = "pictures are made with -D" + PICTURES)
    void pictureForTheDocumentation() throws IOException {
        press("start-traffic");
        press("transfer-from-anna-to-ben");
        press("reserve-a-lamp");
        browser.click("#hold-a-lock");
        sample.awaitHolders("lease:mine", 1);
        press("kill-my-lease");
        browser.until(
                "/, [1-9]\\d\\d visits served/.test(document.querySelector('#traffic').textContent.replace(':', ','))");
        browser.see("scrollTo(0, 0)");
        browser.picture(Path.of(System.getProperty(PICTURES)).resolve("sample.png"));
    }

    private static void press(String button) {
        browser.click("#" + button);
        answered();
    }

    private static void answered() {
        browser.until("document.querySelector('" + LATEST + ".pill').textContent !== 'waiting'");
    }

    private static void answerWith(String response) {
        browser.see("void (window.fetch = async () => new Response(" + response + "))");
    }
}
