package dev.interlock.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

/** Pauses that are as long as they should be, and what times amount to. */
final class Timing {

    /** A parked thread comes back some 60 µs late. */
    private static final long SPUN = 100_000;

    private Timing() {}

    /** Parks, and spins the last tenth of a millisecond. */
    static void pause(long nanos) {
        pauseUntil(System.nanoTime() + nanos);
    }

    static void pauseUntil(long end) {
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            if (left > SPUN) {
                LockSupport.parkNanos(left - SPUN);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    /** The value that this part of all values do not exceed; of none it is none. */
    static double percentile(long[] values, double part) {
        if (values.length == 0) {
            return Double.NaN;
        }
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
    }

    static <T> double median(List<T> all, ToDoubleFunction<T> figure) {
        double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    static String millis(double nanos) {
        return Table.number(nanos / 1e6) + " ms";
    }

    static String micros(double nanos) {
        return Table.number(nanos / 1e3) + " µs";
    }
}
