package dev.interlock.engine;

import dev.interlock.LockException;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.StoreException;
import dev.interlock.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How a manager deals with stores; durations in nanoseconds.
 *
 * @param store where shared and exclusive locks live; memory if there is none
 * @param distributedStore where distributed locks live; the same if there is none of their own
 * @param timeToLive how long a session lives without a heartbeat
 * @param renew whether a hold that names no lease lasts as long as the session; if not, as long as the session would without a
 *     heartbeat
 * @param maxHold how long a hold may last altogether; zero for as long as it likes
 * @param handOffs to how many holders of a node a lease serves before the store is asked again
 * @param term for how long it does
 * @param attempts how often the store is asked when it fails
 * @param delay how long to wait before the second attempt
 * @param multiplier how much longer before each further one
 * @param jitter up to how much longer or shorter by chance
 * @param publishAfter from which age on holds and waits are published
 * @param cleanupInterval how often what is left over is cleared away
 * @param keepIdle how long the records of idle resources are kept
 * @param time the clock of sessions
 */
record LeaseSettings(
        @Nullable LockStore store,
        @Nullable LockStore distributedStore,
        long timeToLive,
        boolean renew,
        long maxHold,
        int handOffs,
        long term,
        int attempts,
        long delay,
        double multiplier,
        long jitter,
        long publishAfter,
        long cleanupInterval,
        long keepIdle,
        TimeSource time) {

    private static final long LEAST_REST = 100_000_000L;
    private static final long CHECK_PATIENCE = 30_000_000_000L;
    private static final long LONGEST_HEARTBEAT = 1_000_000_000L;
    private static final long LONGEST_PATIENCE = 5_000_000_000L;
    /** By the part of its life that a session is thought to end before it does; clocks do not go that differently. */
    private static final int MARGIN = 20;

    /** How often a session beats. */
    long heartbeat() {
        return Math.min(timeToLive / 3, LONGEST_HEARTBEAT);
    }

    /** By how much a node thinks that its session ends sooner than it does. */
    long margin() {
        return timeToLive / MARGIN;
    }

    /** How long one call of the store may take. */
    long patience() {
        return Math.min(timeToLive / 3, LONGEST_PATIENCE);
    }

    /** How long to wait after so many failures. */
    long delayAfter(int failures) {
        double grown = delay * Math.pow(multiplier, failures - 1.0);
        long chance = jitter == 0 ? 0 : ThreadLocalRandom.current().nextLong(-jitter, jitter + 1);
        return Math.max(0, (long) Math.min(grown, (double) Options.FOR_EVER) + chance);
    }

    /** The same for what nobody waits for: not so often that it does harm, and not so seldom that it is forgotten. */
    long restAfter(int failures) {
        return Math.max(LEAST_REST, Math.min(delayAfter(failures), patience()));
    }

    /** Looks whether the stores can be used, before anybody relies on them. */
    void check() {
        for (LockStore each : new LockStore[] {store, distributedStore}) {
            if (each != null) {
                try {
                    each.check(Duration.ofNanos(CHECK_PATIENCE));
                } catch (StoreException failure) {
                    throw new LockException(
                            "the lock manager cannot use " + each.describe() + ": " + failure.getMessage(),
                            null,
                            failure);
                }
            }
        }
    }

    Duration ttl() {
        return Duration.ofNanos(timeToLive);
    }
}
