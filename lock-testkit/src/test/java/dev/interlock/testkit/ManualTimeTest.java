package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.spi.TimeSource.Scheduled;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ManualTimeTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final Contenders threads = new Contenders();
    private final List<String> happened = new ArrayList<>();

    @AfterEach
    void closeThreads() {
        threads.close();
    }

    private long in(Duration delay) {
        return time.nanoTime() + delay.toNanos();
    }

    private Contender<Boolean> parked(Duration duration) {
        int before = time.sleeping();
        long until = in(duration);
        Contender<Boolean> sleeper = threads.start("sleeper", () -> {
            while (time.nanoTime() - until < 0) {
                time.parkUntil(this, until);
            }
            return true;
        });
        Contenders.until("it sleeps", () -> time.sleeping() == before + 1);
        return sleeper;
    }

    @Test
    void timeStandsStillUntilItIsMoved() {
        long nanos = time.nanoTime();
        Instant instant = time.instant();
        assertThat(time.nanoTime()).isEqualTo(nanos);

        time.advance(SECOND.multipliedBy(3));

        assertThat(time.nanoTime() - nanos).isEqualTo(3_000_000_000L);
        assertThat(time.instant()).isEqualTo(instant.plusSeconds(3));
    }

    @Test
    void monotonicTimeOverflowsSoonSoThatNobodyComparesItOutright() {
        long before = time.nanoTime();
        time.advance(SECOND.multipliedBy(2));

        assertThat(before).isPositive();
        assertThat(time.nanoTime()).isNegative();
    }

    @Test
    void timeDoesNotGoBack() {
        assertThatIllegalArgumentException().isThrownBy(() -> time.advance(SECOND.negated()));
    }

    @Test
    void tasksRunInTheOrderOfTimeEachAtItsMoment() {
        long begin = time.nanoTime();
        for (int seconds : new int[] {3, 1, 2}) {
            time.schedule(
                    in(SECOND.multipliedBy(seconds)),
                    () -> happened.add(seconds + " at " + (time.nanoTime() - begin) / 1_000_000_000L));
        }
        time.schedule(in(SECOND.multipliedBy(2)), () -> happened.add("2 again"));

        time.advance(SECOND.multipliedBy(2));
        assertThat(happened).containsExactly("1 at 1", "2 at 2", "2 again");
        time.advance(SECOND.multipliedBy(2));
        assertThat(happened).endsWith("3 at 3");
        assertThat(time.nanoTime() - begin).isEqualTo(4_000_000_000L);
    }

    @Test
    void aTaskMayScheduleAnotherThatFallsDueInTheSameMove() {
        time.schedule(in(SECOND), () -> time.schedule(in(SECOND), () -> happened.add("second")));

        time.advance(SECOND.multipliedBy(2));

        assertThat(happened).containsExactly("second");
    }

    @Test
    void aTaskThatIsDueAlreadyRunsWithTheNextMove() {
        time.schedule(in(Duration.ZERO), () -> happened.add("due"));
        assertThat(happened).isEmpty();

        time.advance(Duration.ZERO);

        assertThat(happened).containsExactly("due");
    }

    @Test
    void aCancelledTaskIsForgotten() {
        Scheduled task = time.schedule(in(SECOND), () -> happened.add("never"));
        assertThat(time.scheduled()).isEqualTo(1);

        task.cancel();
        time.advance(SECOND);

        assertThat(time.scheduled()).isZero();
        assertThat(happened).isEmpty();
    }

    @Test
    void whoeverSleepsIsWokenWhenItIsTimeAndNotBefore() {
        Contender<Boolean> brief = parked(SECOND);
        Contender<Boolean> longer = parked(SECOND.multipliedBy(2));

        time.advance(SECOND);
        assertThat(brief.result()).isTrue();
        assertThat(longer.isDone()).isFalse();
        time.advance(SECOND);
        assertThat(longer.result()).isTrue();
    }

    @Test
    void whoeverIsUnparkedWakesEarly() {
        Contender<Boolean> sleeper = threads.start("sleeper", () -> {
            time.parkUntil(this, in(SECOND));
            return true;
        });

        LockSupport.unpark(sleeper.thread());

        assertThat(sleeper.result()).isTrue();
        assertThat(time.sleeping()).isZero();
    }

    @Test
    void anInterruptWakesToo() {
        Contender<Boolean> sleeper = threads.start("sleeper", () -> {
            while (!Thread.currentThread().isInterrupted()) {
                time.parkUntil(this, in(SECOND));
            }
            return true;
        });

        sleeper.interrupt();

        assertThat(sleeper.result()).isTrue();
    }

    @Test
    void noWakingIsLostHoweverSleepingAndMovingMeet() {
        for (int round = 0; round < 2000; round++) {
            long until = in(SECOND);
            Contender<Boolean> sleeper = threads.start("sleeper", () -> {
                while (time.nanoTime() - until < 0) {
                    time.parkUntil(this, until);
                }
                return true;
            });
            time.advance(SECOND);
            assertThat(sleeper.result()).isTrue();
        }
    }
}
