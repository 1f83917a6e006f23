package dev.interlock.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

@SampleTest
@TestPropertySource(properties = "interlock.enabled=false")
class SwitchedOffTest {

    private final Sample sample;

    SwitchedOffTest(@LocalServerPort int port) {
        sample = new Sample(port);
    }

    @Test
    void theServicesRunWithoutLocksAndTheBenchIsGone() {
        assertThat(sample.get("/accounts/1").expect(200).text("$.owner")).isEqualTo("Anna");
        sample.post("/transfers?from=1&to=2&amount=1").expect(200);

        sample.post("/documents/1/edits?line=still+written").expect(200);

        sample.post("/demo/hold?resource=off:1").expect(404);
        sample.post("/demo/two-edits").expect(404);
        sample.get("/documents/1/form").expect(404);
        sample.post("/demo/traffic").expect(404);
        sample.get("/actuator/locks").expect(404);
    }
}
