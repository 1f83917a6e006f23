package dev.interlock.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.sample.Sample;
import dev.interlock.sample.Sample.Answer;
import dev.interlock.sample.SampleTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

@SampleTest
class ScenesTest {

    private final Sample sample;

    ScenesTest(@LocalServerPort int port) {
        sample = new Sample(port);
    }

    @Test
    void aDeadlockIsNoticedAndReportedAndEndsWhenALockIsTakenAway() {
        Answer deadlock = sample.post("/demo/deadlock?timeout=60s").expect(200);
        assertThat(deadlock.texts("$.standing[*]"))
                .singleElement()
                .asString()
                .contains("'anna' holds {room:kitchen=WRITE} and waits to WRITE 'room:cellar'")
                .contains("'ben' holds {room:cellar=WRITE} and waits to WRITE 'room:kitchen'");

        Answer reported = sample.get("/actuator/deadlocks").expect(200);
        assertThat(reported.texts("$.deadlocks[?(@.standing==true)].participants[*].owner"))
                .containsExactlyInAnyOrder("anna", "ben");
        assertThat(reported.texts("$.deadlocks[?(@.standing==true)].participants[?(@.owner=='anna')].waitsFor"))
                .containsExactly("room:cellar");
        assertThat(sample.get("/actuator/health").text("$.components.locks.details.deadlocks"))
                .isEqualTo("1");

        theSceneIsNotPlayedTwiceAtATime();

        sample.takeAway("room:cellar");
        sample.awaitFree("room:cellar");
        sample.awaitFree("room:kitchen");
        assertThat(sample.get("/actuator/deadlocks").texts("$.deadlocks[?(@.standing==true)].id"))
                .isEmpty();
    }

    private void theSceneIsNotPlayedTwiceAtATime() {
        String once = sample.get("/actuator/deadlocks").text("$.deadlocks[0].id");

        assertThat(sample.post("/demo/deadlock?timeout=60s").expect(200).texts("$.standing[*]"))
                .hasSize(1);

        assertThat(sample.get("/actuator/deadlocks").text("$.deadlocks[0].id")).isEqualTo(once);
        assertThat(sample.waiters("room:kitchen")).isEqualTo(1);
    }

    @Test
    void aDeadlockNeedsPatience() {
        Answer refused = sample.post("/demo/deadlock?timeout=-1s").expect(400);

        assertThat(refused.text("$.detail")).contains("the timeout must not be negative");
    }

    @Test
    void aNearMissIsToldOnce() {
        Answer first = sample.post("/demo/near-miss").expect(200);
        Answer second = sample.post("/demo/near-miss").expect(200);

        assertThat(storiesOfInvoices(first))
                .singleElement()
                .asString()
                .contains("'order:1'")
                .contains("Scenes.bill", "Scenes.cancel");
        assertThat(storiesOfInvoices(second)).hasSize(1);
        Answer reported = sample.get("/actuator/deadlocks").expect(200);
        assertThat(reported.texts("$.orderViolations[?('invoice' in @.order)].steps[*].askedResource"))
                .containsExactlyInAnyOrder("order:1", "invoice:1");
    }

    /** The deadlock goes against an order, too. */
    private static List<String> storiesOfInvoices(Answer nearMisses) {
        return nearMisses.texts("$.violations[*]").stream()
                .filter(story -> story.contains("'invoice:1'"))
                .toList();
    }
}
