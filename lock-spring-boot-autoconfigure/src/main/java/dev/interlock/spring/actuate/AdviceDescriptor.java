package dev.interlock.spring.actuate;

import dev.interlock.LockMode;
import dev.interlock.monitor.TimeoutAdvice;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Which timeout and lease would suit a type in one mode. What that rests on is with its statistics. */
record AdviceDescriptor(
        String type,
        String backend,
        LockMode mode,
        double timeoutMs,
        boolean adaptive,
        @Nullable Double suggestedTimeoutMs,
        @Nullable Double leaseMs,
        @Nullable Double suggestedLeaseMs,
        String reason) {

    static AdviceDescriptor of(TimeoutAdvice advice) {
        return new AdviceDescriptor(
                advice.type(),
                advice.backend(),
                advice.mode(),
                Texts.millis(advice.timeout()),
                advice.adaptive(),
                millis(advice.suggestedTimeout()),
                millis(advice.lease()),
                millis(advice.suggestedLease()),
                advice.reason());
    }

    private static @Nullable Double millis(@Nullable Duration duration) {
        return duration == null ? null : Double.valueOf(Texts.millis(duration));
    }
}
