package dev.interlock.monitor;

import dev.interlock.LockMode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the waits and holds of a type advise for its timeout and its lease, in one mode.
 *
 * @param type the type
 * @param mode shared or exclusive
 * @param backend where its locks live: {@code memory}, or the kind of the store
 * @param timeout how long requests wait at present that name no timeout; zero if they do not
 * @param adaptive whether that adapts by itself
 * @param lease how long holds last at present that name no lease; null if they do not end by themselves
 * @param acquisitions holds granted, reentrant ones included
 * @param timeouts requests whose deadline passed
 * @param waited how long granted requests waited; of those that timed out it is only known that they would have waited longer
 * @param held how long holds lasted
 * @param suggestedTimeout what the timeout should be, the present one if that fits; null if too little is known
 * @param suggestedLease the same for the lease, where one is wanted
 * @param reason what the suggestions rest on, or why there are none
 */
public record TimeoutAdvice(
        String type,
        LockMode mode,
        String backend,
        Duration timeout,
        boolean adaptive,
        @Nullable Duration lease,
        long acquisitions,
        long timeouts,
        DurationSummary waited,
        DurationSummary held,
        @Nullable Duration suggestedTimeout,
        @Nullable Duration suggestedLease,
        String reason) {

    /** The suggested timeout, if it is another one than at present. */
    public Optional<Duration> betterTimeout() {
        return Optional.ofNullable(suggestedTimeout).filter(better -> !better.equals(timeout));
    }
}
