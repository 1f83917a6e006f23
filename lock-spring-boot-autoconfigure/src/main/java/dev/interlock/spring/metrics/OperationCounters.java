package dev.interlock.spring.metrics;

import dev.interlock.optimistic.Operation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The meters of operations of one sort, in one registry. The counters of all outcomes are there from the first event on. */
final class OperationCounters {

    /** What has meters of its own. */
    record Sort(String type, String kind, String backend) {

        private Tags tags() {
            return Tags.of("backend", backend, "kind", kind, "type", type);
        }
    }

    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<OperationOutcome, Counter> ends = new ConcurrentHashMap<>();
    private final Counter conflicts;
    private final Counter retries;
    private final Map<OperationOutcome, Timer> timers = new ConcurrentHashMap<>();

    OperationCounters(MeterRegistry registry, Sort sort) {
        this.registry = registry;
        this.tags = sort.tags();
        this.conflicts = counter(
                "operations.conflicts",
                "conflicts",
                "How often somebody else was faster than an operation, or more important",
                tags);
        this.retries = counter("operations.retries", "retries", "How often operations were tried again", tags);
        Arrays.stream(OperationOutcome.values()).forEach(this::counter);
    }

    private Counter counter(OperationOutcome outcome) {
        return ends.computeIfAbsent(
                outcome,
                made -> counter(
                        "operations",
                        "operations",
                        "Optimistic operations that are over, by how they ended",
                        tags.and("outcome", made.tag())));
    }

    private Counter counter(String name, String unit, String description, Tags all) {
        return Counter.builder("interlock." + name)
                .baseUnit(unit)
                .description(description)
                .tags(all)
                .register(registry);
    }

    void conflict() {
        conflicts.increment();
    }

    void retry() {
        retries.increment();
    }

    void end(OperationOutcome outcome, Operation operation) {
        counter(outcome).increment();
        timers.computeIfAbsent(outcome, this::timer).record(took(operation));
    }

    private Timer timer(OperationOutcome outcome) {
        return Timer.builder(OperationMeters.TIMER)
                .description("How long optimistic operations took, with all their tries")
                .serviceLevelObjectives(LockTimers.BUCKETS)
                .tags(tags.and("outcome", outcome.tag()))
                .register(registry);
    }

    /** Clocks may be set back, and a timer would leave out what is negative. */
    private static Duration took(Operation operation) {
        Instant finished = operation.finished();
        return finished == null || finished.isBefore(operation.created())
                ? Duration.ZERO
                : Duration.between(operation.created(), finished);
    }
}
