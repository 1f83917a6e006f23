package dev.interlock.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.event.LockEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventKindTest {

    @Test
    void everyTypeOfEventHasAKindOfItsName() {
        assertThat(LockEvent.class.getPermittedSubclasses()).allSatisfy(type -> {
            String name =
                    type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
            assertThat(EventKind.named(name).type()).isEqualTo(type);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"TIMED_OUT", "timed-out", "timedOut", "timedout"})
    void kindsAreFoundHoweverTheyAreWritten(String name) {
        assertThat(EventKind.named(name).type()).isEqualTo(LockEvent.TimedOut.class);
    }

    @Test
    void whatIsNoKindIsRefusedWithAllThatAre() {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> EventKind.named("vanished"))
                .withMessageStartingWith("'vanished' is not a kind of event; use one of ACQUIRED, ")
                .withMessageContaining("FORCE_RELEASED")
                .withMessageEndingWith("OPERATION_ALERT");
    }

    @Test
    void anEventIsWrittenFlatWithWhatAllHaveFirst() {
        Instant at = Instant.parse("2026-11-20T10:00:00Z");
        LockEvent event = new LockEvent.Expired(
                "door:1", LockMode.WRITE, LockOwner.named("alice"), at, 7, Duration.ofNanos(1_234_567));

        assertThat(EventKind.describe(event).entrySet().stream().map(Object::toString))
                .containsExactlyElementsOf(Arrays.asList(
                        "kind=EXPIRED",
                        "at=2026-11-20T10:00:00Z",
                        "resource=door:1",
                        "type=door",
                        "mode=WRITE",
                        "owner=alice",
                        "fencingToken=7",
                        "heldMs=1.235"));
    }
}
