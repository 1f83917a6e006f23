package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockMode;
import dev.interlock.engine.InterlockManager;
import dev.interlock.monitor.TimeoutAdvice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is advised after requests have waited, held and timed out. */
class TimeoutAdviceTest extends Contract {

    TimeoutAdviceTest() {
        super(time -> InterlockManager.builder());
    }

    private TimeoutAdvice advice(String type, LockMode mode) {
        return locks.monitor().timeoutAdvice().stream()
                .filter(each -> each.type().equals(type) && each.mode() == mode)
                .findFirst()
                .orElseThrow();
    }

    private void hold(int times, Duration duration) {
        for (int i = 0; i < times; i++) {
            LockHandle held = locks.write("door", i).acquire();
            time.advance(duration);
            held.close();
        }
    }

    @Test
    void aTypeThatHasShortWaitsAndHoldsIsAdvisedAShorterTimeout() {
        hold(200, Duration.ofMillis(40));

        TimeoutAdvice advice = advice("door", LockMode.WRITE);

        assertThat(advice.backend()).isEqualTo("memory");
        assertThat(advice.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(advice.adaptive()).isFalse();
        assertThat(advice.lease()).isNull();
        assertThat(advice.acquisitions()).isEqualTo(200);
        assertThat(advice.timeouts()).isZero();
        assertThat(advice.held().max()).isEqualTo(Duration.ofMillis(40));
        assertThat(advice.waited().count()).isEqualTo(200);
        assertThat(advice.suggestedTimeout()).isEqualTo(Duration.ofMillis(100));
        assertThat(advice.betterTimeout()).contains(Duration.ofMillis(100));
        assertThat(advice.suggestedLease()).isEqualTo(Duration.ofMillis(200));
        assertThat(advice.reason())
                .isEqualTo(
                        "Lower the timeout from 30s, for nothing comes near that: 99 of 100 requests waited at most 0µs"
                                + " and the longest 0µs; of the holds they wait for 99 of 100 lasted at most 37ms and the longest"
                                + " 40ms. If holds are to end by themselves, give them a lease: 99 of 100 holds lasted at most 37ms"
                                + " and the longest 40ms.");
    }

    @Test
    void readersAreAdvisedByTheWritersThatTheyWaitFor() {
        locks = manager(settings -> settings.readTimeout(SECOND));
        hold(200, Duration.ofMillis(900));
        for (int i = 0; i < 200; i++) {
            locks.read("door", i).acquire().close();
        }

        assertThat(advice("door", LockMode.READ).suggestedTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(advice("door", LockMode.READ).suggestedLease()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void theTimeoutThatFailsIsNotAdvisedAgain() {
        locks = manager(settings -> settings.writeTimeout(SECOND));
        hold(100, Duration.ofMillis(1));
        locks.write("door:1").owner(ALICE).acquire();
        List<Pending> late = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            late.add(queuedAsync(locks.write("door:1")));
        }
        time.advance(SECOND);
        late.forEach(Pending::failure);

        TimeoutAdvice advice = advice("door", LockMode.WRITE);

        assertThat(advice.timeouts()).isEqualTo(10);
        assertThat(advice.waited().max()).isZero();
        assertThat(advice.suggestedTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(advice.reason()).contains("longer than 1s (10 of 111 timed out)");
    }

    @Test
    void whoComesInAgainSaysNothingOfWaits() {
        locks = manager(settings -> settings.writeTimeout(SECOND));
        LockHandle held = locks.write("door:1").owner(ALICE).acquire();
        for (int i = 0; i < 500; i++) {
            locks.write("door:1").owner(ALICE).acquire().close();
        }
        held.close();

        assertThat(advice("door", LockMode.WRITE).reason()).contains("there were only 1.");
    }

    @Test
    void thereIsAdviceForWhatWasAskedForAndNothingElse() {
        locks.read("gate:1").acquire();
        locks.write("door:1").acquire();
        locks.read("door:2").acquire();

        assertThat(locks.monitor().timeoutAdvice())
                .extracting(each -> each.type() + " " + each.mode())
                .containsExactly("door READ", "door WRITE", "gate READ");
        assertThat(advice("gate", LockMode.READ).suggestedTimeout()).isNull();
        assertThat(advice("gate", LockMode.READ).betterTimeout()).isEmpty();
        assertThat(advice("gate", LockMode.READ).reason())
                .isEqualTo("A timeout is suggested after 100 requests, and there were only 1."
                        + " A lease is suggested after 100 holds, and there were only 0.");
    }

    @Test
    void withoutStatisticsTheAdviceIsToTurnThemOn() {
        locks = manager(settings -> settings.statistics(false));
        hold(200, Duration.ofMillis(40));

        TimeoutAdvice advice = advice("door", LockMode.WRITE);

        assertThat(advice.suggestedTimeout()).isNull();
        assertThat(advice.suggestedLease()).isNull();
        assertThat(advice.acquisitions()).isEqualTo(200);
        assertThat(advice.reason()).startsWith("Statistics are off").contains("interlock.statistics.enabled=true");
    }

    @Test
    void aHoldThatOutlastsTheLeaseOfItsTypeIsTold() {
        locks = manager(settings -> settings.type("door", door -> door.lease(SECOND)));
        hold(200, Duration.ofMillis(10));
        LockHandle extended = locks.write("door:1").acquire();
        extended.extend(LONG);
        time.advance(SECOND.multipliedBy(3));
        extended.close();

        TimeoutAdvice advice = advice("door", LockMode.WRITE);

        assertThat(advice.lease()).isEqualTo(SECOND);
        assertThat(advice.suggestedLease()).isEqualTo(SECOND);
        assertThat(advice.reason()).endsWith("that is longer than the lease, so look at what holds so long.");
    }
}
