package dev.interlock.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One acquisition and one release by name, beside others. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(2)
public class LockBenchmark {

    /** What all threads share. */
    @State(Scope.Benchmark)
    public static class Locks {

        /** Who is measured. */
        @Param("interlock")
        public String subject = "";

        /** How many resources there are. */
        @Param("1")
        public int keys;

        /** How much is done inside, in units of some nanoseconds. */
        @Param("0")
        public int work;

        Subject locks;
        String[] names = {};

        /** Makes the locks and their names. */
        @Setup
        public void prepare() {
            locks = Subject.named(subject);
            names = new String[keys];
            for (int i = 0; i < keys; i++) {
                names[i] = "account:" + i;
            }
        }
    }

    /** What each thread has for itself. */
    @State(Scope.Thread)
    public static class Chance {

        private int seed = System.identityHashCode(this) | 1;

        int next() {
            seed ^= seed << 13;
            seed ^= seed >>> 17;
            seed ^= seed << 5;
            return seed;
        }

        String name(Locks shared) {
            return shared.keys == 1 ? shared.names[0] : shared.names[Math.floorMod(next(), shared.keys)];
        }
    }

    /** Everybody writes. */
    @Benchmark
    public void write(Locks shared, Chance chance) {
        shared.locks.write(chance.name(shared), shared.work);
    }

    /** Everybody reads. */
    @Benchmark
    public void read(Locks shared, Chance chance) {
        shared.locks.read(chance.name(shared), shared.work);
    }

    /** Nineteen of twenty read. */
    @Benchmark
    public void mostlyRead(Locks shared, Chance chance) {
        if (Math.floorMod(chance.next(), 20) == 0) {
            shared.locks.write(chance.name(shared), shared.work);
        } else {
            shared.locks.read(chance.name(shared), shared.work);
        }
    }
}
