package dev.interlock.engine;

import dev.interlock.monitor.DurationSummary;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A histogram of durations in as little memory as it needs: four buckets for each doubling, and only those between the
 * shortest and the longest seen. Guarded by a spin lock that is held for some ten nanoseconds and parks nobody.
 */
final class Sketch {

    private static final int SUB_BITS = 2;
    private static final int HALVE_AT = 1 << 29;
    private static final int[] NO_BUCKETS = {};
    private static final VarHandle BUSY;

    static {
        try {
            BUSY = MethodHandles.lookup().findVarHandle(Sketch.class, "busy", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through BUSY
    private volatile boolean busy;

    private short lowest;
    private int[] buckets = NO_BUCKETS;
    private long total;
    private long sum;
    private long min = Long.MAX_VALUE;
    private long max;

    void record(long duration, int weight) {
        long nanos = Math.max(0, duration);
        lock();
        try {
            total += weight;
            sum += nanos * weight;
            min = Math.min(min, nanos);
            max = Math.max(max, nanos);
            add(bucketOf(nanos), weight);
        } finally {
            unlock();
        }
    }

    /** Adds to this what the other one has seen. */
    void absorb(Sketch other) {
        Sketch seen = other.copy();
        lock();
        try {
            total += seen.total;
            sum += seen.sum;
            min = Math.min(min, seen.min);
            max = Math.max(max, seen.max);
            for (int i = 0; i < seen.buckets.length; i++) {
                if (seen.buckets[i] > 0) {
                    add(seen.lowest + i, seen.buckets[i]);
                }
            }
        } finally {
            unlock();
        }
    }

    Sketch copy() {
        Sketch copy = new Sketch();
        lock();
        try {
            copy.lowest = lowest;
            copy.buckets = buckets.clone();
            copy.total = total;
            copy.sum = sum;
            copy.min = min;
            copy.max = max;
        } finally {
            unlock();
        }
        return copy;
    }

    /** How what was seen is spread. */
    Spread spread() {
        Sketch seen = copy();
        long inBuckets = IntStream.of(seen.buckets).asLongStream().sum();
        double scale = inBuckets == 0 ? 1 : (double) seen.total / inBuckets;
        return Spread.of(seen.lowest, seen.buckets, scale, seen.max);
    }

    /** Sums up, with this many more that took no time at all. */
    DurationSummary summary(long instant) {
        Sketch seen = copy();
        long count = seen.total + instant;
        if (count == 0) {
            return DurationSummary.NONE;
        }
        return new DurationSummary(
                count,
                Duration.ofNanos(instant > 0 ? 0 : seen.min),
                Duration.ofNanos(seen.sum / count),
                Duration.ofNanos(seen.max),
                seen.percentile(0.50, instant),
                seen.percentile(0.95, instant),
                seen.percentile(0.99, instant));
    }

    private Duration percentile(double fraction, long instant) {
        long inBuckets = 0;
        for (int each : buckets) {
            inBuckets += each;
        }
        // buckets may have been halved: weigh the instant ones down alike
        double scale = total == 0 ? 1 : (double) inBuckets / total;
        double passed = instant * scale;
        double wanted = fraction * (passed + inBuckets);
        if (passed >= wanted) {
            return Duration.ZERO;
        }
        for (int i = 0; i < buckets.length; i++) {
            passed += buckets[i];
            if (passed >= wanted) {
                return Duration.ofNanos(Math.max(min, Math.min(max, middleOf(lowest + i))));
            }
        }
        return Duration.ofNanos(max);
    }

    private void add(int bucket, int weight) {
        makeRoomFor(bucket);
        if ((buckets[bucket - lowest] += weight) > HALVE_AT) {
            for (int i = 0; i < buckets.length; i++) {
                buckets[i] >>>= 1;
            }
        }
    }

    private void makeRoomFor(int bucket) {
        if (buckets.length == 0) {
            lowest = (short) bucket;
            buckets = new int[2];
        } else if (bucket < lowest) {
            int[] wider = new int[lowest - bucket + buckets.length];
            System.arraycopy(buckets, 0, wider, lowest - bucket, buckets.length);
            lowest = (short) bucket;
            buckets = wider;
        } else if (bucket >= lowest + buckets.length) {
            buckets = Arrays.copyOf(buckets, bucket - lowest + 2);
        }
    }

    static int bucketOf(long nanos) {
        if (nanos < 1 << SUB_BITS) {
            return (int) nanos;
        }
        int exponent = 63 - Long.numberOfLeadingZeros(nanos);
        int sub = (int) (nanos >>> (exponent - SUB_BITS)) & ((1 << SUB_BITS) - 1);
        return ((exponent - SUB_BITS + 1) << SUB_BITS) + sub;
    }

    static long middleOf(int bucket) {
        if (bucket < 1 << SUB_BITS) {
            return bucket;
        }
        int exponent = (bucket >>> SUB_BITS) + SUB_BITS - 1;
        long width = 1L << (exponent - SUB_BITS);
        long from = (1L << exponent) + (bucket & ((1 << SUB_BITS) - 1)) * width;
        return from + width / 2;
    }

    @SuppressWarnings("ThreadPriorityCheck") // only if whoever records has lost its processor meanwhile
    private void lock() {
        for (int tries = 0; !BUSY.compareAndSet(this, false, true); tries++) {
            if (tries < 64) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    private void unlock() {
        BUSY.setRelease(this, false);
    }
}
