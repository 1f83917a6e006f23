package dev.interlock.optimistic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockInterruptedException;
import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An event of a rejection says what kind of rejection it was. */
@Timeout(30)
class RejectionsTest {

    private final List<LockEvent> heard = new CopyOnWriteArrayList<>();
    private final LockManager locks = InterlockManager.builder()
            .listener(heard::add)
            .callbackExecutor(Runnable::run)
            .optimistic(settings -> settings.backOff(Duration.ofNanos(1), 1, Duration.ofNanos(1), 0))
            .build();

    @AfterEach
    void close() {
        locks.close();
    }

    private List<Rejection> rejections() {
        return heard.stream()
                .filter(LockEvent.OperationRejected.class::isInstance)
                .map(event -> ((LockEvent.OperationRejected) event).rejection())
                .toList();
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

    private OptimisticRequest on(OperationKind kind) {
        return locks.optimistic().on("document:1").kind(kind).retries(2);
    }

    @Test
    void whoComesTooLateEachTimeIsExhausted() {
        assertThat(on(OperationKind.STRUCTURAL).attempt(this::late).isSuccess()).isFalse();

        assertThat(rejections()).containsExactly(Rejection.EXHAUSTED);
        assertThat(heard).hasAtLeastOneElementOfType(LockEvent.OperationAlert.class);
    }

    @Test
    void whoIsLessImportantIsTurnedAway() {
        on(OperationKind.STRUCTURAL).attempt(current -> {
            elsewhere(() -> on(OperationKind.LOW).attempt(seen -> () -> 1));
            return null;
        });

        assertThat(rejections()).containsExactly(Rejection.TURNED_AWAY);
    }

    @Test
    void whoIsInterruptedBetweenTwoTriesIsCancelled() {
        assertThatThrownBy(() -> on(OperationKind.NORMAL).attempt(current -> {
                    Change<Integer, RuntimeException> change = late(current);
                    Thread.currentThread().interrupt();
                    return change;
                }))
                .isInstanceOf(LockInterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();

        assertThat(rejections()).containsExactly(Rejection.CANCELLED);
    }

    @Test
    void operationsAreTheSameHoweverOneComesToThem() {
        assertThat(locks.operations()).isSameAs(locks.optimistic().operations());
    }
}
