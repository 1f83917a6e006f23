package dev.interlock.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.sample.Sample;
import dev.interlock.sample.Sample.Answer;
import dev.interlock.sample.SampleTest;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

@SampleTest
class WritersTest {

    /** One more than may be turned away in a row: each scene is a row of its own. */
    private static final int MOST_IN_A_ROW = 10;

    private final Sample sample;

    WritersTest(@LocalServerPort int port) {
        sample = new Sample(port);
    }

    @Test
    void whoIsSlowerWritesAgainFromWhatTheFasterOneHasStored() {
        Answer scene = sample.post("/demo/two-edits").expect(200);

        int before = scene.number("$.before");
        assertThat(scene.texts("$.edits[*].by")).containsExactlyInAnyOrder("anna", "ben");
        assertThat(scene.texts("$.edits[*].tries")).containsExactly("1", "2");
        assertThat(scene.texts("$.edits[*].version")).containsExactly("" + (before + 1), "" + (before + 2));
        assertThat(scene.text("$.text"))
                .endsWith("written by " + scene.text("$.edits[0].by") + "\nwritten by " + scene.text("$.edits[1].by"));
    }

    @Test
    void whoIsLessImportantIsTurnedAwayUntilItHasItsTurn() {
        Answer scene = sample.post("/demo/importance").expect(200);
        int turnedAway = 0;
        while (scene.text("$.turnedAway").contains("was turned away")) {
            assertThat(scene.text("$.turnedAway"))
                    .contains("(LOW, priority 2) on 'document:3' was turned away")
                    .contains("(STRUCTURAL, priority 10) is more important");
            assertThat(scene.text("$.stored.by")).isEqualTo("anna");
            assertThat(scene.number("$.stored.tries")).isEqualTo(1);
            assertThat(++turnedAway).isLessThanOrEqualTo(MOST_IN_A_ROW);
            scene = sample.post("/demo/importance").expect(200);
        }

        assertThat(scene.text("$.turnedAway")).contains("it was Ben's turn");
        assertThat(scene.number("$.stored.tries")).isEqualTo(2);
    }

    @Test
    void anOldFormIsRefusedAndWhatIsNewerStays() {
        int before = sample.get("/documents/1").expect(200).number("$.version");

        Answer refused = sample.post("/demo/old-form").expect(409);

        assertThat(refused.text("$.title")).isEqualTo("Somebody else came first");
        assertThat(refused.text("$.detail")).contains("document 1 has been changed since you got this form");
        Answer now = sample.get("/documents/1").expect(200);
        assertThat(now.number("$.version")).isEqualTo(before + 1);
        assertThat(now.text("$.text")).endsWith("somebody else was here");
    }
}
