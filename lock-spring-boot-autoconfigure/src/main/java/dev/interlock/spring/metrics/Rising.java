package dev.interlock.spring.metrics;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A count that may lag behind for a moment, but is never seen to fall. */
final class Rising {

    private final LongSupplier count;
    private final AtomicLong highest = new AtomicLong();

    Rising(LongSupplier count) {
        this.count = count;
    }

    double value() {
        return highest.accumulateAndGet(count.getAsLong(), Math::max);
    }
}
