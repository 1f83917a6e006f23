package dev.interlock.engine;

import dev.interlock.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's view of time.
 *
 * <p>Reading the clock costs more than taking a free lock. So while locks are taken very often — {@value #RUSH} times within
 * {@value #RUSH_WITHIN} ns — a thread of its own reads the clock every millisecond, and acquisitions take what it read last:
 * the <em>pulse</em>. The pulse stops by itself after a moment and must be asked for again, so an idle manager costs
 * nothing. Deadlines and leases never use it.
 */
final class EngineClock {

    private static final Logger log = LoggerFactory.getLogger(EngineClock.class);

    static final int RUSH = 1024;
    static final long RUSH_WITHIN = 10_000_000;

    private static final long BEAT = 1_000_000;
    private static final int BEATS = 100;
    private static final long LINGER = 5_000_000_000L;
    private static final Duration DRIFT = Duration.ofMillis(100);

    private final TimeSource time;
    private final boolean costly;

    /** The time read last, or zero while nobody reads it. */
    private volatile long pulse;

    /** Racy on purpose: a lost count only delays the pulse. */
    private int reads;

    private long rushBegan;

    private final ReentrantLock pacing = new ReentrantLock();
    private @Nullable Thread pacemaker;
    private volatile boolean asked;
    private volatile Anchor anchor;

    EngineClock(TimeSource time) {
        this.time = time;
        this.costly = time.costly();
        this.anchor = new Anchor(time.instant(), time.nanoTime());
    }

    /** The exact time. */
    long now() {
        return time.nanoTime();
    }

    /** The pulse, or zero while there is none and every reading is exact. */
    long pulse() {
        return pulse;
    }

    /** The exact time, counted as one more sign of a rush. */
    long nowAndCount() {
        long now = time.nanoTime();
        if (costly && (++reads & (RUSH - 1)) == 0) {
            if (now - rushBegan < RUSH_WITHIN) {
                startPulse();
            }
            rushBegan = now;
        }
        return now;
    }

    /** The wall clock. */
    Instant instant() {
        return time.instant();
    }

    /** Cancels, if there is something to cancel; a timer that cannot be cancelled finds nothing to do when it fires. */
    static void cancel(TimeSource.@Nullable Scheduled timer) {
        try {
            if (timer != null) {
                timer.cancel();
            }
        } catch (Throwable failure) {
            log.warn("a timer could not be cancelled", failure);
        }
    }

    TimeSource source() {
        return time;
    }

    /** The wall-clock time of a monotonic time; the same answer each time, unless the wall clock was set. */
    Instant instantOf(long nanos) {
        Anchor present = new Anchor(time.instant(), time.nanoTime());
        Anchor used = anchor;
        if (Duration.between(used.instantOf(present.nanos), present.wall).abs().compareTo(DRIFT) > 0) {
            anchor = present;
            used = present;
        }
        return used.instantOf(nanos);
    }

    private record Anchor(Instant wall, long nanos) {
        Instant instantOf(long moment) {
            return wall.plusNanos(moment - nanos);
        }
    }

    private void startPulse() {
        if (!pacing.tryLock()) {
            return;
        }
        try {
            asked = true;
            if (pacemaker == null) {
                Thread thread = DaemonThreads.named("interlock-pulse").newThread(this::pace);
                thread.start();
                pacemaker = thread;
            } else {
                LockSupport.unpark(pacemaker);
            }
            // only now that somebody will stop it
            pulse = time.nanoTime() | 1;
        } catch (Throwable noThread) {
            // no pulse then: every reading stays exact
            log.debug("the clock cannot be read at a pulse", noThread);
        } finally {
            pacing.unlock();
        }
    }

    private void pace() {
        do {
            while (asked) {
                asked = false;
                for (int beat = 0; beat < BEATS; beat++) {
                    pulse = time.nanoTime() | 1;
                    LockSupport.parkNanos(this, BEAT);
                }
                pulse = 0;
            }
            LockSupport.parkNanos(this, LINGER);
        } while (!retire());
    }

    private boolean retire() {
        pacing.lock();
        try {
            if (!asked) {
                pacemaker = null;
            }
            return pacemaker == null;
        } finally {
            pacing.unlock();
        }
    }
}
