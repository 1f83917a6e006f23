package dev.interlock.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import dev.interlock.optimistic.Change;
import dev.interlock.optimistic.Operation;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.OperationStatus;
import dev.interlock.optimistic.OptimisticRequest;
import dev.interlock.optimistic.VersionStamp;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.mock.env.MockEnvironment;

/** Listeners are called in the thread of what happens, so that a test knows what has been counted. */
@Timeout(60)
class OperationMetersTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final InterlockManager locks = InterlockManager.builder()
            .callbackExecutor(Runnable::run)
            .optimistic(settings -> settings.backOff(Duration.ofNanos(1), 1, Duration.ofNanos(1), 0))
            .build();
    private final OperationMeters meters = new OperationMeters(locks, true);

    OperationMetersTest() {
        meters.recordIn(registry, "memory");
        meters.listen();
    }

    @AfterEach
    void close() {
        locks.close();
    }

    private OptimisticRequest on(String resource, OperationKind kind) {
        return locks.optimistic().on(resource).kind(kind).retries(2);
    }

    /** Somebody else is always faster. */
    private Change<Integer, RuntimeException> late(VersionStamp stamp) {
        elsewhere(() -> assertThat(locks.optimistic().commit(stamp, () -> {})).isPresent());
        return () -> 1;
    }

    /** In a thread that does not work for the operation. */
    private static void elsewhere(Runnable work) {
        CompletableFuture.runAsync(work, command -> new Thread(command).start()).join();
    }

    private void succeed(String resource, OperationKind kind) {
        assertThat(on(resource, kind).attempt(current -> () -> 1).isSuccess()).isTrue();
    }

    private double ended(String kind, String outcome) {
        return registry.get("interlock.operations")
                .tags("type", "document", "kind", kind, "backend", "memory", "outcome", outcome)
                .counter()
                .count();
    }

    private double count(String name) {
        return registry.get("interlock." + name)
                .tags("type", "document", "kind", "STRUCTURAL", "backend", "memory")
                .counter()
                .count();
    }

    // --- counting --------------------------------------------------------------------------------------------------

    @Test
    void operationsAreCountedByTypeKindAndHowTheyEnded() {
        succeed("document:1", OperationKind.NORMAL);
        succeed("document:2", OperationKind.NORMAL);
        assertThatIllegalStateException()
                .isThrownBy(() -> on("document:1", OperationKind.NORMAL).attempt(current -> {
                    throw new IllegalStateException("on purpose");
                }));
        on("document:1", OperationKind.NORMAL).attempt(this::late);

        assertThat(ended("NORMAL", "succeeded")).isEqualTo(2);
        assertThat(ended("NORMAL", "failed")).isEqualTo(1);
        assertThat(ended("NORMAL", "exhausted")).isEqualTo(1);
        assertThat(ended("NORMAL", "rejected")).isZero();
        assertThat(ended("NORMAL", "cancelled")).isZero();
    }

    @Test
    void whoIsTurnedAwayIsToldFromWhoIsCancelled() {
        on("document:1", OperationKind.STRUCTURAL).attempt(current -> {
            elsewhere(() -> on("document:1", OperationKind.LOW).attempt(seen -> () -> 1));
            return null;
        });
        on("document:1", OperationKind.LOW).attempt(current -> {
            assertThat(on("document:2", OperationKind.LOW)
                            .attemptAsync(seen -> () -> 1, command -> {})
                            .cancel(false))
                    .isTrue();
            return null;
        });

        assertThat(ended("LOW", "rejected")).isEqualTo(1);
        assertThat(ended("LOW", "cancelled")).isEqualTo(1);
        assertThat(ended("LOW", "exhausted")).isZero();
    }

    @Test
    void conflictsAndRetriesAreCounted() {
        on("document:1", OperationKind.STRUCTURAL).attempt(this::late);

        assertThat(count("operations.conflicts")).isEqualTo(3);
        assertThat(count("operations.retries")).isEqualTo(2);
    }

    @Test
    void allOutcomesAreThereOnceOneIs() {
        assertThat(registry.find("interlock.operations").counters()).isEmpty();

        on("document:1", OperationKind.STRUCTURAL).attempt(current -> null);

        assertThat(registry.find("interlock.operations").counters()).hasSize(OperationOutcome.values().length);
        assertThat(count("operations.conflicts")).isZero();
        assertThat(count("operations.retries")).isZero();
    }

    @Test
    void operationsUnderWayAreGauged() {
        on("document:1", OperationKind.NORMAL).attempt(current -> {
            assertThat(running()).isEqualTo(1);
            on("document:2", OperationKind.NORMAL).attempt(seen -> {
                assertThat(running()).isEqualTo(2);
                return null;
            });
            return null;
        });

        assertThat(running()).isZero();
    }

    private double running() {
        return registry.get("interlock.operations.running")
                .tag("backend", "memory")
                .gauge()
                .value();
    }

    @Test
    void operationsAreTimedFromWhenTheyAreAskedForToTheirEnd() {
        meters.onEvent(completed(NOON, NOON.plusSeconds(3)));
        meters.onEvent(completed(NOON, NOON.minusSeconds(1)));

        Timer timer = registry.get("interlock.operations.duration")
                .tags("type", "document", "kind", "LOW", "outcome", "succeeded", "backend", "memory")
                .timer();
        assertThat(timer.count()).as("one at which the clock was set back").isEqualTo(2);
        assertThat(timer.totalTime(TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(timer.takeSnapshot().histogramCounts()).hasSize(15);
        assertThat(registry.find("interlock.operations.duration").timers()).hasSize(1);
    }

    private static LockEvent completed(Instant created, Instant finished) {
        LockOwner bob = LockOwner.named("bob");
        Operation operation = new Operation(
                "op-1",
                OperationKind.LOW,
                "document:1",
                "memory",
                2,
                0,
                3,
                null,
                OperationStatus.SUCCEEDED,
                bob,
                created,
                created,
                finished,
                null);
        return new LockEvent.OperationCompleted("document:1", LockMode.WRITE, bob, finished, operation);
    }

    // --- bounds ----------------------------------------------------------------------------------------------------

    @Test
    void kindsAreThoseOfTheSettingsOnly() {
        succeed("document:1", OperationKind.of("made-up", 3, 1));

        assertThat(ended("(other)", "succeeded")).isEqualTo(1);
    }

    @Test
    void typesAreBounded() {
        IntStream.range(0, OperationMeters.MAX_TYPES + 10)
                .forEach(i -> on("type" + i, OperationKind.NORMAL).attempt(current -> null));

        assertThat(registry.find("interlock.operations").counters().stream()
                        .map(Meter::getId)
                        .map(id -> id.getTag("type"))
                        .distinct())
                .hasSize(OperationMeters.MAX_TYPES + 1)
                .contains("type0", "(other)");
        assertThat(registry.get("interlock.operations")
                        .tags("type", "(other)", "outcome", "succeeded")
                        .counter()
                        .count())
                .isEqualTo(10);
    }

    @Test
    void noMeterHasAResourceAnOwnerOrAnId() {
        on("document:4711", OperationKind.STRUCTURAL).id("save-4711").attempt(this::late);

        assertThat(registry.getMeters())
                .extracting(Meter::getId)
                .filteredOn(id -> id.getTag("le") == null)
                .hasSize(9)
                .allSatisfy(id -> assertThat(id.toString())
                        .doesNotContain("4711", Thread.currentThread().getName()))
                .allSatisfy(id -> assertThat(id.getDescription()).isNotBlank())
                .allSatisfy(id -> assertThat(id.getBaseUnit()).isNotBlank());
    }

    // --- cost ------------------------------------------------------------------------------------------------------

    @Test
    void whereNothingIsCountedTheEndsOfOperationsAreNoEvents() {
        assertThat(meters.wants(LockEvent.OperationCompleted.class)).isTrue();
        assertThat(meters.wants(LockEvent.OperationStarted.class)).isFalse();
        assertThat(meters.wants(LockEvent.Acquired.class)).isFalse();
        assertThat(denied("interlock.operations.duration").wants(LockEvent.OperationCompleted.class))
                .isTrue();
        assertThat(denied("interlock.operations").wants(LockEvent.OperationCompleted.class))
                .isFalse();
        assertThat(denied("interlock").wants(LockEvent.OperationCompleted.class))
                .isFalse();
    }

    private OperationMeters denied(String... names) {
        MockEnvironment environment = new MockEnvironment();
        for (String name : names) {
            environment.setProperty("management.metrics.enable." + name, "false");
        }
        return OperationMeters.of(locks, environment);
    }
}
