package dev.interlock.benchmarks;

import dev.interlock.LockManager;
import dev.interlock.spring.aop.LockAopAutoConfiguration;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import java.util.Map;
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
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** What an annotation costs over the same lock taken by hand. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public class AnnotatedBenchmark {

    /** Whether the logging context is told. */
    @Param("true")
    public String mdc = "";

    private final Ledger.Order order = new Ledger.Order("42");
    private AnnotationConfigApplicationContext context;
    private Ledger ledger;
    private Ledger byHand;

    /** Starts an application. */
    @Setup
    public void start() {
        context = new AnnotationConfigApplicationContext();
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("benchmark", Map.of("interlock.mdc", mdc)));
        context.register(InterlockAutoConfiguration.class, LockAopAutoConfiguration.class);
        context.registerBean(Ledger.class);
        context.refresh();
        ledger = context.getBean(Ledger.class);
        byHand = new Ledger(context.getBean(LockManager.class));
    }

    /** Ends it. */
    @TearDown
    public void end() {
        context.close();
    }

    /** A proxy that does nothing. */
    @Benchmark
    public long plain() {
        return ledger.plain();
    }

    /** A name. */
    @Benchmark
    public long named() {
        return ledger.named();
    }

    /** A name, by hand. */
    @Benchmark
    public long namedByHand() {
        return byHand.namedByHand();
    }

    /** A key that is an argument. */
    @Benchmark
    public long keyed() {
        return ledger.keyed("42");
    }

    /** A key that is an argument, by hand. */
    @Benchmark
    public long keyedByHand() {
        return byHand.keyedByHand("42");
    }

    /** A key that is looked up. */
    @Benchmark
    public long ordered() {
        return ledger.ordered(order);
    }

    /** A key that is looked up, by hand. */
    @Benchmark
    public long orderedByHand() {
        return byHand.orderedByHand(order);
    }
}
