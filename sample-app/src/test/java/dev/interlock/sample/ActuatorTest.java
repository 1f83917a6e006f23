package dev.interlock.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.sample.Sample.Answer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

@SampleTest
@ExtendWith(OutputCaptureExtension.class)
class ActuatorTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final Sample sample;

    ActuatorTest(@LocalServerPort int port) {
        sample = new Sample(port);
    }

    @Test
    void aForcedReleaseIsAuditedAndWrittenDown(CapturedOutput output) {
        Sample.Pending held = sample.hold("seen:taken", "write");
        String holder = sample.names("seen:taken", "$.holders[*].owner").get(0);

        Answer released = sample.delete("/actuator/locks?resource=seen:taken&reason=it+hangs")
                .expect(200);

        assertThat(released.texts("$.released[*].owner")).containsExactly(holder);
        held.answer().expect(410);
        await().atMost(SOON).untilAsserted(() -> assertThat(output.getOut().lines())
                .filteredOn(line -> line.contains("LOCK_FORCE_RELEASED by 'actuator'"))
                .singleElement()
                .asString()
                .contains("resource=seen:taken", "reason=it hangs", "owner=" + holder));
    }

    @Test
    void whoGivesUpIsWrittenDownOnce(CapturedOutput output) {
        sample.hold("seen:busy", "write");

        sample.post("/demo/hold?resource=seen:busy&timeout=0").expect(409);

        sample.takeAway("seen:busy");
        await().atMost(SOON).untilAsserted(() -> assertThat(output.getOut()).contains("resource=seen:busy"));
        assertThat(output.getOut().lines())
                .filteredOn(line -> line.contains("gave up on 'seen:busy'"))
                .singleElement()
                .asString()
                .contains("dev.interlock.events", "in WRITE mode");
    }

    @Test
    void nobodyLosesWhatNobodyHolds() {
        sample.delete("/actuator/locks?resource=seen:nobody").expect(404);
        sample.delete("/actuator/locks").expect(400);
    }

    @Test
    void theLocksAreShownByTypeAndState() {
        sample.hold("seen-type:1", "read");

        Answer locks = sample.get("/actuator/locks?type=seen-type&state=held").expect(200);

        assertThat(locks.texts("$.locks[*].resource")).containsExactly("seen-type:1");
        assertThat(locks.text("$.backend")).isEqualTo("memory");
        assertThat(sample.get("/actuator/locks?type=seen-type&state=contended").texts("$.locks[*].resource"))
                .isEmpty();
        sample.takeAway("seen-type:1");
    }

    @Test
    void statisticsAndEventsTellWhatHappened() {
        sample.post("/demo/hold?resource=seen:counted&millis=0").expect(200);

        Answer statistics =
                sample.get("/actuator/lockstats?resource=seen:counted").expect(200);
        assertThat(statistics.number("$.write.acquisitions")).isEqualTo(1);
        await().atMost(SOON).untilAsserted(() -> assertThat(
                        sample.get("/actuator/lockevents?resource=seen:counted").texts("$.events[*].kind"))
                .containsExactly("RELEASED", "ACQUIRED"));
    }

    @Test
    void metersGoByType() {
        sample.post("/demo/hold?resource=metered:1&millis=0").expect(200);

        await().atMost(SOON).untilAsserted(() -> assertThat(
                        sample.get("/actuator/prometheus").expect(200).body())
                .contains("interlock_acquisitions_total{backend=\"memory\",mode=\"write\",type=\"metered\"} 1.0")
                .contains("interlock_hold_seconds_bucket{backend=\"memory\",mode=\"write\",type=\"metered\"")
                .doesNotContain("metered:1"));
    }

    @Test
    void healthTellsOfTheLocks() {
        Answer health = sample.get("/actuator/health").expect(200);

        assertThat(health.text("$.components.locks.status")).isEqualTo("UP");
        assertThat(health.text("$.components.locks.details.backend")).isEqualTo("memory");
    }
}
