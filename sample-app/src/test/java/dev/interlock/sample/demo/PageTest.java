package dev.interlock.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.sample.Sample;
import dev.interlock.sample.Sample.Answer;
import dev.interlock.sample.Sample.Pending;
import dev.interlock.sample.SampleTest;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** The page with buttons. Its traffic moves money, so it has a sample of its own. */
@SampleTest
@TestPropertySource(properties = "spring.application.name=page")
class PageTest {

    private static final Pattern BUTTON =
            Pattern.compile("<button [^>]*data-method=\"(\\w+)\" data-url=\"([^\"]+)\"(?: data-body='([^']*)')?>");
    private static final Pattern USED = Pattern.compile("(?:src|href)=\"(?!#|data:)([^\"]+)\"");

    private final Sample sample;

    PageTest(@LocalServerPort int port) {
        sample = new Sample(port);
    }

    @Test
    void allThatThePageUsesAndLinksToIsThere() {
        List<String> used =
                USED.matcher(page()).results().map(each -> each.group(1)).toList();

        assertThat(used).containsExactlyInAnyOrder("sample.css", "sample.js", "actuator/locks", "actuator/operations");
        assertThat(used)
                .allSatisfy(each ->
                        assertThat(sample.get("/" + each).expect(200).body()).isNotEmpty());
    }

    @Test
    void nothingOnThePageRunsInlineOrComesFromElsewhere() {
        assertThat(page())
                .contains("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
                .doesNotContainPattern("<script(?![^>]* src=)")
                .doesNotContain("<style")
                .doesNotContainPattern(" (on\\w+|style)=")
                .doesNotContain("//");
    }

    @Test
    void answersAreShownAsText() {
        assertThat(sample.get("/sample.js").expect(200).body())
                .contains("textContent")
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(");
    }

    @Test
    void everyButtonIsAnswered() {
        List<MatchResult> buttons = BUTTON.matcher(page()).results().toList();
        assertThat(buttons).hasSize(14);
        assertThat(page().split("data-url=")).hasSize(buttons.size() + 1);

        assertThat(buttons)
                .filteredOn(each -> !waits(each))
                .allSatisfy(each -> press(each).answer().expect(each.group(2).equals("demo/old-form") ? 409 : 200));
        sample.takeAway("room:cellar");
        sample.awaitFree("room:kitchen");
    }

    private static boolean waits(MatchResult button) {
        return button.group(2).startsWith("demo/hold");
    }

    @Test
    void aLongReportLetsOthersReadAndNobodyWrite() {
        Pending report = press(button("demo/hold?resource=account:1"));
        sample.awaitHolders("account:1", 1);

        sample.get("/accounts/1").expect(200);
        sample.post("/demo/hold?resource=account:1&timeout=0").expect(409);

        sample.takeAway("account:1");
        report.answer().expect(410);
    }

    @Test
    void whoeverHoldsIsToldWhenTheLeaseIsKilled() {
        MatchResult hold = button("demo/hold?resource=lease:mine&amp;millis=60000");
        Pending held = press(hold);
        sample.awaitHolders("lease:mine", 1);

        Answer killed =
                press(button("demo/hold?resource=lease:mine\"")).answer().expect(200);

        assertThat(killed.texts("$.lostBy[*]")).hasSize(1);
        Answer told = held.answer().expect(410);
        assertThat(told.text("$.detail")).contains("lease:mine", "the demonstration", "somebody pressed the button");
    }

    @Test
    void aLeaseThatNobodyHasCannotBeKilled() {
        Answer refused = sample.delete("/demo/hold?resource=lease:nobody").expect(404);

        assertThat(refused.text("$.detail"))
                .isEqualTo("Nobody holds 'lease:nobody'. Hold it first, with POST /demo/hold.");
    }

    @Test
    void whatIsToBeKilledHasAName() {
        sample.delete("/demo/hold").expect(400);
    }

    private String page() {
        return sample.get("/").expect(200).body();
    }

    private MatchResult button(String url) {
        return BUTTON.matcher(page())
                .results()
                .filter(each -> (each.group(2) + '"').startsWith(url))
                .findFirst()
                .orElseThrow();
    }

    private Pending press(MatchResult button) {
        String path = "/" + button.group(2).replace("&amp;", "&");
        return button.group(3) == null ? sample.ask(button.group(1), path) : sample.postLater(path, button.group(3));
    }
}
