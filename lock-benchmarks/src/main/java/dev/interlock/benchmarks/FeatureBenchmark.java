package dev.interlock.benchmarks;

import dev.interlock.DeadlockPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.OrderingPolicy;
import dev.interlock.engine.InterlockManager;
import java.time.Duration;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What each feature costs: everything as it is by default, and then with one thing changed. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public class FeatureBenchmark {

    private static final int CONTENDERS = 8;

    /** What is changed. */
    @Param({
        "default",
        "deadlocks-off",
        "deadlocks-break",
        "ordering-off",
        "statistics-off",
        "long-wait-off",
        "history-off",
        "stacks-captured",
        "striped",
        "all-off"
    })
    public String feature = "";

    private LockManager locks;

    /** Makes the locks. */
    @Setup
    public void make() {
        locks = with(InterlockManager.builder(), feature).build();
    }

    /** Ends them. */
    @TearDown
    public void close() {
        locks.close();
    }

    private static InterlockManager.Builder with(InterlockManager.Builder builder, String feature) {
        return switch (feature) {
            case "default" -> builder;
            case "deadlocks-off" -> builder.deadlocks(DeadlockPolicy.OFF);
            case "deadlocks-break" -> builder.deadlocks(DeadlockPolicy.BREAK);
            case "ordering-off" -> builder.ordering(OrderingPolicy.OFF);
            case "statistics-off" -> builder.statistics(false);
            case "long-wait-off" -> builder.longWait(Duration.ZERO);
            case "history-off" -> builder.historySize(0);
            case "stacks-captured" -> builder.captureStackTraces(true);
            case "striped" -> builder.type("account", account -> account.stripes(64));
            case "all-off" ->
                builder.deadlocks(DeadlockPolicy.OFF)
                        .ordering(OrderingPolicy.OFF)
                        .statistics(false)
                        .longWait(Duration.ZERO)
                        .historySize(0);
            default -> throw new IllegalArgumentException(feature);
        };
    }

    /** One lock, nobody in the way. */
    @Benchmark
    public boolean alone() {
        try (LockHandle held = locks.write("account:1").acquire()) {
            return held.isHeld();
        }
    }

    /** One lock within another one of another type. */
    @Benchmark
    public boolean nested() {
        try (LockHandle outer = locks.write("account:1").acquire();
                LockHandle inner = locks.write("customer:1").acquire()) {
            return outer.isHeld() && inner.isHeld();
        }
    }

    /** Eight threads at two locks, which everybody takes in one order: who waits for the second holds the first. */
    @Benchmark
    @Threads(CONTENDERS)
    public boolean contended() {
        try (LockHandle outer = locks.read("account:1").acquire();
                LockHandle inner = locks.write("customer:1").acquire()) {
            return outer.isHeld() && inner.isHeld();
        }
    }
}
