package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EngineClockTest {

    private final SteppingTime time = new SteppingTime();

    /** Moves on by one step with each reading. */
    private static final class SteppingTime implements TimeSource {

        private final AtomicLong now = new AtomicLong(1_000_000_000_000L);
        private volatile long step = 1;
        private volatile boolean costly = true;
        private volatile Instant wall = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public long nanoTime() {
            return now.addAndGet(step);
        }

        @Override
        public Instant instant() {
            return wall;
        }

        @Override
        public void parkUntil(Object blocker, long nanoTime) {
            throw new UnsupportedOperationException("nobody waits here");
        }

        @Override
        public Scheduled schedule(long nanoTime, Runnable task) {
            throw new UnsupportedOperationException("nothing is scheduled here");
        }

        @Override
        public boolean costly() {
            return costly;
        }
    }

    private static void read(EngineClock clock, int times) {
        for (int i = 0; i < times; i++) {
            clock.nowAndCount();
        }
    }

    @Test
    void aRushStartsThePulse() {
        EngineClock clock = new EngineClock(time);
        assertThat(clock.pulse()).isZero();

        read(clock, 2 * EngineClock.RUSH);

        assertThat(clock.pulse()).isNotZero();
    }

    @Test
    void thePulseStopsByItselfAndCanBeStartedAgain() {
        EngineClock clock = new EngineClock(time);
        read(clock, 2 * EngineClock.RUSH);

        await().until(() -> clock.pulse() == 0);
        read(clock, 2 * EngineClock.RUSH);

        assertThat(clock.pulse()).isNotZero();
        await().until(() -> clock.pulse() == 0);
    }

    @Test
    void thePulseMovesOn() {
        EngineClock clock = new EngineClock(time);
        read(clock, 2 * EngineClock.RUSH);
        long first = clock.pulse();

        await().pollInterval(Duration.ofMillis(1)).until(() -> clock.pulse() == 0 || clock.pulse() > first);
    }

    @Test
    void whoReadsNowAndThenNeedsNoPulse() {
        time.step = EngineClock.RUSH_WITHIN / EngineClock.RUSH + 1;
        EngineClock clock = new EngineClock(time);

        read(clock, 10 * EngineClock.RUSH);

        assertThat(clock.pulse()).isZero();
    }

    @Test
    void aTimeThatIsCheapToReadHasNoPulse() {
        time.costly = false;
        EngineClock clock = new EngineClock(time);

        read(clock, 10 * EngineClock.RUSH);

        assertThat(clock.pulse()).isZero();
    }

    @Test
    void aMomentIsTheSameInstantHoweverOftenOneAsks() {
        EngineClock clock = new EngineClock(time);
        long moment = clock.now();
        Instant first = clock.instantOf(moment);
        time.wall = time.wall.plusMillis(50);

        assertThat(clock.instantOf(moment)).isEqualTo(first);
    }

    @Test
    void instantsFollowWhenTheWallClockIsSet() {
        EngineClock clock = new EngineClock(time);
        long moment = clock.now();
        time.wall = time.wall.plusSeconds(3600);

        assertThat(Duration.between(time.wall, clock.instantOf(moment)).abs()).isLessThan(Duration.ofMillis(1));
    }
}
