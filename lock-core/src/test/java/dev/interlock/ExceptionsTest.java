package dev.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.deadlock.OrderViolation;
import dev.interlock.monitor.LockHolder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExceptionsTest {

    private static final LockOwner ALICE = LockOwner.named("alice");
    private static final LockAttempt ATTEMPT =
            new LockAttempt("account:42", LockMode.WRITE, ALICE, Duration.ofMillis(5));
    private static final LockHolder HOLDER = new LockHolder(
            "account:42",
            LockOwner.named("bob"),
            1,
            "node",
            "main",
            LockMode.READ,
            5,
            7,
            Instant.EPOCH,
            Duration.ofSeconds(1),
            null,
            null,
            null,
            Map.of(),
            List.of());
    private static final DeadlockReport REPORT = new DeadlockReport(1, Instant.EPOCH, List.of(), ALICE);

    private static final OrderViolation VIOLATION =
            new OrderViolation(1, Instant.EPOCH, OrderViolation.Kind.ORDER, List.of(), List.of());

    static Stream<LockException> all() {
        Throwable cause = new IOException("disk");
        return Stream.of(
                new LockException("plain"),
                new LockException("with all", ATTEMPT, cause),
                new LockClosedException("closed", ATTEMPT, cause),
                new LockInterruptedException("interrupted", ATTEMPT, cause),
                new LockLimitException("limit", ATTEMPT, cause),
                new LockLostException("lost", ATTEMPT, cause),
                new LockStoreException("store", ATTEMPT, cause),
                new LockUpgradeException("upgrade", ATTEMPT, cause),
                new LockTimeoutException("late", ATTEMPT, List.of(HOLDER), 3),
                new DeadlockException("victim", ATTEMPT, REPORT),
                new PotentialDeadlockException("order", ATTEMPT, VIOLATION),
                new ResourceBusyException("busy", ATTEMPT, "customer:7", List.of(HOLDER)),
                new CyclicDependencyException("circle", List.of("a", "b", "a")));
    }

    @ParameterizedTest
    @MethodSource("all")
    void theMessageSurvivesSerializationAndTheAttemptDoesNot(LockException original) throws Exception {
        LockException copy = copyOf(original);

        assertThat(copy).isExactlyInstanceOf(original.getClass()).hasMessage(original.getMessage());
        assertThat(copy.getStackTrace()).isEqualTo(original.getStackTrace());
        assertThat(copy.getCause() == null).isEqualTo(original.getCause() == null);
        assertThat(copy.attempt()).isEmpty();
        assertThat(copy.resource()).isEmpty();
        assertThat(copy.mode()).isEmpty();
        assertThat(copy.owner()).isEmpty();
        assertThat(copy.elapsed()).isEmpty();
    }

    @Test
    void aTimeoutForgetsTheHoldersButNotHowManyWaited() throws Exception {
        LockTimeoutException original = new LockTimeoutException("late", ATTEMPT, List.of(HOLDER), 3);
        LockTimeoutException copy = copyOf(original);

        assertThat(original.holders()).containsExactly(HOLDER);
        assertThat(copy.holders()).isEmpty();
        assertThat(copy.queueLength()).isEqualTo(3);
    }

    @Test
    void aDeadlockSaysThatItsReportWasLost() throws Exception {
        DeadlockException original = new DeadlockException("victim", ATTEMPT, REPORT);
        DeadlockException copy = copyOf(original);

        assertThat(original.report()).isSameAs(REPORT);
        assertThatIllegalStateException().isThrownBy(copy::report).withMessageContaining("serialized");
    }

    @Test
    void aRefusalSaysThatItsViolationWasLost() throws Exception {
        PotentialDeadlockException original = new PotentialDeadlockException("order", ATTEMPT, VIOLATION);
        PotentialDeadlockException copy = copyOf(original);

        assertThat(original.violation()).isSameAs(VIOLATION);
        assertThatIllegalStateException().isThrownBy(copy::violation).withMessageContaining("serialized");
    }

    @Test
    void aBusyResourceForgetsWhoWritesButNotWhatIsWritten() throws Exception {
        ResourceBusyException original = new ResourceBusyException("busy", ATTEMPT, "customer:7", List.of(HOLDER));
        ResourceBusyException copy = copyOf(original);

        assertThat(original.holders()).containsExactly(HOLDER);
        assertThat(copy.holders()).isEmpty();
        assertThat(copy.dependency()).isEqualTo("customer:7");
    }

    @Test
    void aCircleForgetsItsWay() throws Exception {
        CyclicDependencyException original = new CyclicDependencyException("circle", List.of("a", "b", "a"));

        assertThat(original.path()).containsExactly("a", "b", "a");
        assertThat(original.resource()).contains("a");
        assertThat(copyOf(original).path()).isEmpty();
    }

    @Test
    void whatWasAttemptedIsKnownWhereItHappened() {
        LockException failure = new LockLostException("lost", ATTEMPT, null);

        assertThat(failure.attempt()).contains(ATTEMPT);
        assertThat(failure.resource()).contains("account:42");
        assertThat(failure.mode()).contains(LockMode.WRITE);
        assertThat(failure.owner()).contains(ALICE);
        assertThat(failure.elapsed()).contains(Duration.ofMillis(5));
    }

    @SuppressWarnings({"unchecked", "BanSerializableRead"}) // it reads what it wrote itself
    private static <T extends LockException> T copyOf(T original) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(original);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }
}
