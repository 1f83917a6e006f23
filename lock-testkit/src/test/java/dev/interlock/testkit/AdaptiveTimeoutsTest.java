package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.LockHandle;
import dev.interlock.LockMode;
import dev.interlock.LockRequest;
import dev.interlock.LockTimeoutException;
import dev.interlock.engine.InterlockManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Timeouts that adapt: whose do, when, and that nobody notices who waits already. */
class AdaptiveTimeoutsTest extends Contract {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration MIN = Duration.ofMillis(500);
    private static final Duration MAX = Duration.ofSeconds(10);

    AdaptiveTimeoutsTest() {
        super(time -> InterlockManager.builder()
                .writeTimeout(SECOND)
                .readTimeout(SECOND)
                .callbackExecutor(Runnable::run));
    }

    @BeforeEach
    void letTimeoutsAdapt() {
        locks = manager(settings -> settings.adaptiveTimeouts(MIN, MAX));
    }

    private Duration timeout(String type) {
        return locks.monitor().timeoutAdvice().stream()
                .filter(each -> each.type().equals(type) && each.mode() == LockMode.WRITE)
                .findFirst()
                .orElseThrow()
                .timeout();
    }

    private void hundredTakeTurns(String type) {
        for (int i = 0; i < 100; i++) {
            locks.write(type, i).acquire().close();
        }
    }

    /** So many that one of a hundred is far exceeded. */
    private void manyTimeOut(String type) {
        hundredTakeTurns(type);
        LockHandle held = locks.write(type, 1).owner(ALICE).acquire();
        List<Pending> late = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            late.add(queuedAsync(locks.write(type, 1)));
        }
        time.advance(MAX);
        late.forEach(each -> assertThat(each.failure()).isInstanceOf(LockTimeoutException.class));
        held.close();
    }

    private void assertTimesOutAfter(Duration wait, LockRequest request) {
        Pending late = queuedAsync(request);
        time.advance(wait.minusNanos(1));
        assertThat(late.future()).isNotDone();
        time.advance(Duration.ofNanos(1));
        assertThat(late.failure()).hasMessageContaining("within " + wait.toMillis() / 1000 + "s");
    }

    @Test
    void aTimeoutRisesWhenManyTimeOutAndOnlyForThoseWhoNameNone() {
        manyTimeOut("door");
        assertThat(timeout("door")).isEqualTo(SECOND);

        time.advance(MINUTE);

        assertThat(timeout("door")).isEqualTo(Duration.ofSeconds(2));
        locks.write("door:1").owner(ALICE).acquire();
        assertTimesOutAfter(Duration.ofSeconds(2), locks.write("door:1"));
        assertTimesOutAfter(Duration.ofSeconds(1), locks.read("door:1"));
        assertTimesOutAfter(Duration.ofSeconds(3), locks.write("door:1").timeout(Duration.ofSeconds(3)));
    }

    @Test
    void otherTypesAreNotConcerned() {
        hundredTakeTurns("gate");
        manyTimeOut("door");
        time.advance(MINUTE);

        assertThat(timeout("gate")).isEqualTo(SECOND);
    }

    @Test
    void aTimeoutFallsAfterHalfAnHourOfShortWaits() {
        for (int i = 0; i < 30; i++) {
            assertThat(timeoutOrNone()).isIn(Duration.ZERO, SECOND);
            hundredTakeTurns("door");
            time.advance(MINUTE);
        }

        assertThat(timeout("door")).isEqualTo(MIN);
    }

    private Duration timeoutOrNone() {
        return locks.monitor().timeoutAdvice().isEmpty() ? Duration.ZERO : timeout("door");
    }

    @Test
    void whoWaitsAlreadyIsNotConcerned() {
        manyTimeOut("door");
        locks.write("door:2").owner(ALICE).acquire();
        time.advance(MINUTE.minus(MAX).minusMillis(1));
        Pending early = queuedAsync(locks.write("door:2"));

        time.advance(Duration.ofMillis(1));
        assertThat(timeout("door")).isEqualTo(Duration.ofSeconds(2));
        time.advance(SECOND.minusMillis(1));

        assertThat(early.failure()).hasMessageContaining("within 1s (waited 1s)");
    }

    @Test
    void aTimeoutThatIsSetForATypeStands() {
        locks = manager(settings ->
                settings.adaptiveTimeouts(MIN, MAX).type("door", door -> door.timeout(Duration.ofSeconds(3))));
        manyTimeOut("door");
        time.advance(MINUTE);

        assertThat(timeout("door")).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void aTypeMayAdaptOnItsOwnBeginningWithItsTimeout() {
        locks = manager(settings -> settings.type(
                "door", door -> door.timeout(Duration.ofSeconds(3)).adaptiveTimeouts(MIN, Duration.ofSeconds(5))));
        manyTimeOut("door");
        manyTimeOut("gate");
        assertThat(timeout("door")).isEqualTo(Duration.ofSeconds(3));
        time.advance(MINUTE);

        assertThat(timeout("door")).isEqualTo(Duration.ofSeconds(5));
        assertThat(timeout("gate")).isEqualTo(SECOND);
        assertThat(locks.monitor().timeoutAdvice())
                .extracting(each -> each.type() + " " + each.adaptive())
                .containsExactly("door true", "gate false");
    }

    @Test
    void whoDoesNotWaitNeverWill() {
        locks = manager(settings -> settings.writeTimeout(Duration.ZERO).adaptiveTimeouts(MIN, MAX));
        hundredTakeTurns("door");
        time.advance(MINUTE);

        assertThat(timeout("door")).isZero();
    }

    @Test
    void aTimeoutIsOfOneModeAndConcernsDistributedLocksThatLiveInTheSamePlace() {
        locks = manager(settings ->
                settings.adaptiveTimeouts(MIN, MAX).distributedLocally(true).distributedTimeout(SECOND));
        manyTimeOut("door");
        time.advance(MINUTE);
        locks.write("door:1").owner(ALICE).acquire();

        assertTimesOutAfter(Duration.ofSeconds(2), locks.distributed("door:1"));
    }

    @Test
    void distributedRequestsThatDoNotWaitDoNotBeginTo() {
        locks = manager(settings ->
                settings.adaptiveTimeouts(MIN, MAX).distributedLocally(true).distributedTimeout(Duration.ZERO));
        manyTimeOut("door");
        time.advance(MINUTE);
        locks.write("door:1").owner(ALICE).acquire();

        assertThat(new Pending(locks.distributed("door:1").acquireAsync()).failure())
                .hasMessageContaining("without waiting");
    }

    @Test
    void offByDefaultNobodyComesRound() {
        locks = manager(settings -> settings);
        locks.write("door:1").acquire();
        assertThat(time.scheduled()).isZero();
        assertThat(locks.monitor().timeoutAdvice().get(0).adaptive()).isFalse();

        locks = manager(settings -> settings.adaptiveTimeouts(MIN, MAX));
        locks.write("door:1").acquire();
        assertThat(time.scheduled()).isEqualTo(1);
        locks.close();
        assertThat(time.scheduled()).isZero();
    }

    @Test
    void theyNeedStatistics() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> manager(settings -> settings.statistics(false).adaptiveTimeouts(MIN, MAX)))
                .withMessage("adaptive timeouts learn from statistics, and those are off; turn statistics on, or leave"
                        + " adaptiveTimeouts out");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> manager(
                        settings -> settings.statistics(false).type("door", door -> door.adaptiveTimeouts(MIN, MAX))));
    }
}
