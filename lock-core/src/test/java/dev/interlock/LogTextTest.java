package dev.interlock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.deadlock.DeadlockParticipant;
import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.deadlock.OrderStep;
import dev.interlock.deadlock.OrderViolation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogTextTest {

    private static final String FORGED = "door\n2026-01-01 WARN all is well";

    @Test
    void whatWouldEndTheLineOrSteerTheTerminalIsEscaped() {
        assertThat(LogText.of("a\nb\r\nc\td")).isEqualTo("a\\nb\\r\\nc\\td");
        assertThat(LogText.of("\u001b[2Jx\u0000")).isEqualTo("\\u001b[2Jx\\u0000");
        assertThat(LogText.of("\u0085 \u2028 \u2029 \u202e")).isEqualTo("\\u0085 \\u2028 \\u2029 \\u202e");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "account:42", "café:größe/日本語 🔒", "C:\\new\\table", "it's \"quoted\" <b>"})
    void everythingElseStaysAsItIs(String text) {
        assertThat(LogText.of(text)).isSameAs(text);
    }

    @Test
    void reportsHaveOnlyTheLinesThatTheyMakeThemselves() {
        LockOwner owner = LockOwner.named(FORGED);
        DeadlockReport deadlock = new DeadlockReport(
                1,
                Instant.EPOCH,
                List.of(new DeadlockParticipant(
                        owner,
                        "node",
                        null,
                        null,
                        FORGED,
                        LockMode.WRITE,
                        5,
                        Instant.EPOCH,
                        "held by '" + FORGED + "'",
                        Map.of(FORGED, LockMode.READ),
                        List.of())),
                owner);
        OrderStep step = new OrderStep(
                FORGED,
                FORGED,
                FORGED,
                LockMode.WRITE,
                FORGED,
                FORGED,
                FORGED,
                FORGED,
                LockMode.WRITE,
                FORGED,
                FORGED,
                FORGED,
                Instant.EPOCH,
                List.of(),
                List.of());

        assertThat(deadlock.describe().lines()).hasSize(3);
        for (OrderViolation.Kind kind : OrderViolation.Kind.values()) {
            assertThat(new OrderViolation(1, Instant.EPOCH, kind, List.of(step), List.of(FORGED, FORGED))
                            .describe()
                            .lines())
                    .hasSize(3);
        }
    }
}
