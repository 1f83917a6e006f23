package dev.interlock.sample.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.sample.Sample;
import dev.interlock.sample.SampleTest;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

@SampleTest
class NightlyClosingTest {

    private final Sample sample;

    NightlyClosingTest(@LocalServerPort int port) {
        sample = new Sample(port);
    }

    @Test
    void itIsSkippedWhileAnotherIsAtItAndWhenAnotherHasJustBeen() {
        sample.hold("nightly-closing", "distributed");
        close(false);
        sample.takeAway("nightly-closing");

        close(true);

        assertThat(sample.names("nightly-closing", "$.holders[*].keptUntil"))
                .singleElement()
                .isNotNull();
        close(false);
        sample.takeAway("nightly-closing");
    }

    private void close(boolean runs) {
        assertThat(sample.post("/jobs/nightly-closing").expect(200).all()).containsEntry("ran", runs);
    }
}
