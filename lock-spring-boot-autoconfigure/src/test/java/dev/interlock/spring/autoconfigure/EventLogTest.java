package dev.interlock.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.event.LockEvent;
import dev.interlock.optimistic.Operation;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.OperationStatus;
import dev.interlock.optimistic.Rejection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.event.EventRecordingLogger;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.NOPLogger;
import org.slf4j.helpers.SubstituteLogger;
import org.slf4j.spi.LoggingEventAware;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@Timeout(30)
@ExtendWith(OutputCaptureExtension.class)
class EventLogTest {

    private static final LockOwner BOB = LockOwner.named("bob");
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Operation OPERATION = new Operation(
            "op-7",
            OperationKind.STRUCTURAL,
            "door:1",
            "memory",
            10,
            0,
            20,
            null,
            OperationStatus.REJECTED,
            BOB,
            NOON,
            NOON,
            NOON,
            null);

    private final List<LoggingEvent> said = new ArrayList<>();
    private final EventLog log = new EventLog(new Recorder(said));

    @Test
    void eachKindHasItsLevelAndALine() {
        log.onEvent(new LockEvent.Expired("door:1", LockMode.WRITE, BOB, NOON, 7, SECOND));
        log.onEvent(new LockEvent.Lost("door:1", LockMode.WRITE, BOB, NOON, 7, SECOND, "no session"));
        log.onEvent(timedOut("door:1", 0));
        log.onEvent(new LockEvent.Refused("door:1", LockMode.READ, BOB, NOON, "too many wait"));
        log.onEvent(new LockEvent.Cancelled("door:1", LockMode.READ, BOB, NOON, SECOND));
        log.onEvent(new LockEvent.Contended("door:1", LockMode.READ, BOB, NOON, 3));
        log.onEvent(new LockEvent.PreemptionRequested("door:1", LockMode.WRITE, BOB, NOON, LockOwner.named("eve")));

        assertThat(said)
                .extracting(LoggingEvent::getLevel, LoggingEvent::getMessage)
                .containsExactly(
                        tuple(Level.WARN, "'bob' lost 'door:1' in WRITE mode: its lease ran out after 1s"),
                        tuple(Level.WARN, "'bob' lost 'door:1' in WRITE mode after 1s: no session"),
                        tuple(Level.INFO, "'bob' gave up on 'door:1' in READ mode after 1s"),
                        tuple(Level.INFO, "'bob' was refused 'door:1' in READ mode: too many wait"),
                        tuple(Level.DEBUG, "'bob' no longer waits for 'door:1' in READ mode, after 1s"),
                        tuple(Level.DEBUG, "'bob' waits for 'door:1' in READ mode, in a queue of 3"),
                        tuple(
                                Level.DEBUG,
                                "'bob' is asked for 'door:1' in WRITE mode by 'eve', who is of higher priority"));
    }

    @Test
    void operationsAreWrittenDownAsFarAsTheyWentWrong() {
        log.onEvent(new LockEvent.OperationAlert("door:1", LockMode.WRITE, BOB, NOON, OPERATION, "given up"));
        log.onEvent(rejected(0));
        log.onEvent(new LockEvent.OperationConflict("door:1", LockMode.WRITE, BOB, NOON, OPERATION, "too late"));
        log.onEvent(new LockEvent.OperationRetried("door:1", LockMode.WRITE, BOB, NOON, OPERATION, SECOND));
        log.onEvent(rejected(1));
        log.onEvent(rejected(60));

        assertThat(said)
                .extracting(LoggingEvent::getLevel, LoggingEvent::getMessage)
                .containsExactly(
                        tuple(
                                Level.ERROR,
                                "'bob' could not change 'door:1' in operation op-7 (STRUCTURAL), which was to succeed: given up"),
                        tuple(Level.INFO, "'bob' could not change 'door:1' in operation op-7 (STRUCTURAL): too late"),
                        tuple(
                                Level.DEBUG,
                                "'bob' met a conflict on the way to change 'door:1' in operation op-7 (STRUCTURAL): too late"),
                        tuple(
                                Level.DEBUG,
                                "'bob' will try again after 1s to change 'door:1' in operation op-7 (STRUCTURAL)"),
                        tuple(Level.INFO, "1 more within a minute: OPERATION_REJECTED of 'door'"),
                        tuple(Level.INFO, "'bob' could not change 'door:1' in operation op-7 (STRUCTURAL): too late"));
        assertThat(log.wants(LockEvent.OperationStarted.class)).isFalse();
        assertThat(log.wants(LockEvent.OperationCompleted.class)).isFalse();
    }

    private static LockEvent rejected(int second) {
        return new LockEvent.OperationRejected(
                "door:1", LockMode.WRITE, BOB, NOON.plusSeconds(second), OPERATION, Rejection.EXHAUSTED, "too late");
    }

    @Test
    void eachLineHasKeysAndValues() {
        log.onEvent(timedOut("door:1", 0));

        assertThat(values(said.get(0)))
                .isEqualTo(Map.of(
                        "lock.event", "TIMED_OUT",
                        "lock.resource", "door:1",
                        "lock.type", "door",
                        "lock.mode", "READ",
                        "lock.owner", "bob"));
    }

    @Test
    void whatRepeatsWithinAMinuteIsSummedUpAfterwards() {
        for (int second = 0; second < 60; second++) {
            log.onEvent(timedOut("door:" + second, second));
        }
        log.onEvent(timedOut("gate:1", 30));
        assertThat(messages())
                .containsExactly(
                        "'bob' gave up on 'door:0' in READ mode after 1s",
                        "'bob' gave up on 'gate:1' in READ mode after 1s");

        said.clear();
        log.onEvent(timedOut("gate:2", 60));
        assertThat(messages())
                .containsExactly(
                        "59 more within a minute: TIMED_OUT of 'door' in READ mode",
                        "'bob' gave up on 'gate:2' in READ mode after 1s");
        assertThat(values(said.get(0)))
                .isEqualTo(Map.of(
                        "lock.event", "TIMED_OUT", "lock.type", "door", "lock.mode", "READ", "lock.repeated", "59"));
    }

    @Test
    void typesWithoutNumberMakeNoFlood() {
        IntStream.range(0, 3 * EventLog.MAX_SORTS).forEach(i -> log.onEvent(timedOut("type" + i, 0)));

        assertThat(said).hasSize(EventLog.MAX_SORTS + 1);
        said.clear();
        log.onEvent(timedOut("door", 60));
        assertThat(messages())
                .first()
                .isEqualTo("%d more within a minute: TIMED_OUT of '(other)' in READ mode"
                        .formatted(2 * EventLog.MAX_SORTS - 1));
    }

    @Test
    void nobodyForgesALine() {
        log.onEvent(timedOut("door\nWARN everything is lost", 0));

        assertThat(messages()).singleElement().asString().doesNotContain("\n").contains("\\n");
        assertThat(values(said.get(0))).containsEntry("lock.resource", "door\\nWARN everything is lost");
    }

    @Test
    void whatTheLevelDoesNotShowIsNotAskedFor() {
        assertThat(log.wants(LockEvent.Contended.class)).isTrue();
        assertThat(log.wants(LockEvent.Acquired.class)).isFalse();
        assertThat(log.wants(LockEvent.DeadlockDetected.class)).isFalse();
        assertThat(new EventLog(NOPLogger.NOP_LOGGER).wants(LockEvent.Contended.class))
                .isFalse();
    }

    @Test
    void anApplicationWritesDownWhoGaveUp(CapturedOutput output) {
        Contexts.logInfo();
        Contexts.withLocks()
                .withBean(LockManagerCustomizer.class, () -> builder -> builder.callbackExecutor(Runnable::run))
                .run(context -> {
                    LockManager locks = context.getBean(LockManager.class);
                    locks.write("door")
                            .run(() -> assertThat(locks.write("door").owner(BOB).tryAcquire())
                                    .isEmpty());
                    locks.write("door")
                            .run(() -> assertThatThrownBy(() -> locks.write("door")
                                    .owner(BOB)
                                    .timeout(Duration.ZERO)
                                    .acquire()));
                });

        assertThat(output.getOut().lines().filter(line -> line.contains("'bob' gave up on 'door' in WRITE mode")))
                .singleElement()
                .asString()
                .contains("INFO");
    }

    private static LockEvent timedOut(String resource, int second) {
        return new LockEvent.TimedOut(resource, LockMode.READ, BOB, NOON.plusSeconds(second), SECOND);
    }

    private List<String> messages() {
        return said.stream().map(LoggingEvent::getMessage).toList();
    }

    private static Map<String, String> values(LoggingEvent line) {
        return line.getKeyValuePairs().stream()
                .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
    }

    /** Keeps what is logged, with keys and values apart. */
    private static final class Recorder extends EventRecordingLogger implements LoggingEventAware {

        private static final long serialVersionUID = 1L;

        private final transient List<LoggingEvent> events;

        Recorder(List<LoggingEvent> events) {
            super(new SubstituteLogger(EventLog.NAME, null, false), new ArrayDeque<>());
            this.events = events;
        }

        @Override
        public void log(LoggingEvent event) {
            events.add(event);
        }
    }
}
