package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.DeadlockPolicy;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.deadlock.DeadlockParticipant;
import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.engine.NodeReport.Awaited;
import dev.interlock.engine.NodeReport.Held;
import dev.interlock.monitor.ClusterDeadlock;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockWaiter;
import dev.interlock.spi.SessionInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeReportTextTest {

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00.123456Z");
    private static final Instant NOW = T0.plusSeconds(7);

    private static NodeReport report(String odd) {
        LockHolder holder = new LockHolder(
                odd,
                LockOwner.named("o" + odd),
                2,
                "n" + odd,
                "t" + odd,
                LockMode.READ,
                3,
                42,
                T0,
                Duration.ofSeconds(7),
                T0.plusSeconds(60),
                null,
                "r" + odd,
                Map.of(LockRequest.METHOD, "m" + odd),
                List.of());
        LockWaiter waiter = new LockWaiter(
                odd,
                LockOwner.named("o" + odd),
                1,
                "n" + odd,
                null,
                LockMode.WRITE,
                9,
                4,
                T0,
                Duration.ofSeconds(7),
                null,
                Map.of());
        DeadlockParticipant participant = new DeadlockParticipant(
                LockOwner.named("o" + odd),
                "n" + odd,
                null,
                "m" + odd,
                odd,
                LockMode.WRITE,
                5,
                T0,
                "held by '" + odd + "'",
                Map.of(odd, LockMode.READ, "other", LockMode.WRITE),
                List.of());
        return new NodeReport(
                "s",
                "n" + odd,
                17,
                15,
                DeadlockPolicy.BREAK,
                List.of(new Held(holder, odd, true, "42@7")),
                List.of(new Awaited(waiter, odd, false, "3@9")),
                List.of(
                        new ClusterDeadlock(
                                "n" + odd,
                                true,
                                new DeadlockReport(
                                        3, T0, List.of(participant, participant), LockOwner.named("v" + odd))),
                        new ClusterDeadlock("n" + odd, false, new DeadlockReport(4, T0, List.of(participant), null))));
    }

    private static NodeReport read(String node, String text) {
        return NodeReportText.read(new SessionInfo("s", node, T0, text), NOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"door", "two words", "a\nb\r\tc", "%20 \\ \"'", "Ünïcode 🔐", "line\nwait x", " "})
    void whatIsWrittenIsRead(String odd) {
        NodeReport report = report(odd);

        assertThat(read("n" + odd, NodeReportText.write(report))).isEqualTo(report);
    }

    @Test
    void whatIsNotUnderstoodIsLeftOut() {
        NodeReport report = report("door");
        String text = NodeReportText.write(report);

        assertThat(read("ndoor", text + "\nwait one two\nnews of later versions\n\nhold a b c d"))
                .isEqualTo(report);
        assertThat(read("other", "")).satisfies(empty -> {
            assertThat(empty.waits()).isEmpty();
            assertThat(empty.policy()).isEqualTo(DeadlockPolicy.OFF);
        });
    }
}
