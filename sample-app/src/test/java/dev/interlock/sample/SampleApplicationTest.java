package dev.interlock.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@SpringBootTest
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class SampleApplicationTest {

    @Autowired
    LockManager locks;

    @Test
    void theWalkShowsEveryStepAndLeavesNothingHeld(CapturedOutput output) {
        assertThat(output.getOut())
                .contains("anna reads", "ben reads")
                .contains(
                        "could not READ-lock 'account:42' within 50ms",
                        "held by 'anna' in WRITE mode",
                        "monthly closing")
                .containsSubsequence("'account:3'", "'account:9'")
                .contains("lost: WRITE hold on 'report'", "its lease ran out")
                .contains("got both")
                .contains("gave way: Deadlock 1 between 2 requests")
                .contains("and holds: false; ben has token")
                .contains("timeouts, longest wait");
        assertThat(locks.monitor().count().holds()).isZero();
    }
}
