package dev.interlock.spring.metrics;

import dev.interlock.LockManager;
import dev.interlock.ResourceNames;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import dev.interlock.event.LockListener;
import dev.interlock.optimistic.Operation;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.Operations;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.springframework.core.env.Environment;

/** Counts and times optimistic operations. It hears of them at the side, and what it misses under overload is missing in the meters. */
final class OperationMeters implements LockListener {

    static final String COUNTER = "interlock.operations";
    static final String TIMER = "interlock.operations.duration";

    /** How many types of resources have meters of their own. */
    static final int MAX_TYPES = 1000;

    private static final Set<Class<? extends LockEvent>> MADE_ANYWAY = Set.of(
            LockEvent.OperationConflict.class, LockEvent.OperationRetried.class, LockEvent.OperationRejected.class);

    private final LockManager locks;
    private final Operations operations;
    private final boolean ends;
    private final Set<String> kinds;
    private final Set<String> types = ConcurrentHashMap.newKeySet();
    private final List<Registered> registries = new CopyOnWriteArrayList<>();

    /**
     * The meters of the operations of this manager.
     *
     * @param ends whether the ends of all operations are counted or timed, which are no events otherwise
     */
    OperationMeters(LockManager locks, boolean ends) {
        this.locks = locks;
        this.operations = locks.operations();
        this.ends = ends;
        this.kinds = operations.kinds().stream().map(OperationKind::name).collect(Collectors.toUnmodifiableSet());
    }

    static OperationMeters of(LockManager locks, Environment environment) {
        return new OperationMeters(
                locks, TimedEvents.isEnabled(environment, COUNTER) || TimedEvents.isEnabled(environment, TIMER));
    }

    /** Hears of what the manager does from now on, if it tells of it. */
    void listen() {
        if (locks instanceof InterlockManager telling) {
            telling.listen(this);
        }
    }

    void recordIn(MeterRegistry registry, String backend) {
        Gauge.builder("interlock.operations.running", operations, all -> all.running()
                        .size())
                .baseUnit("operations")
                .description("Optimistic operations under way at this moment")
                .tags("backend", backend)
                .register(registry);
        registries.add(new Registered(registry, new ConcurrentHashMap<>()));
    }

    @Override
    public boolean wants(Class<? extends LockEvent> type) {
        return MADE_ANYWAY.contains(type) || (ends && type == LockEvent.OperationCompleted.class);
    }

    @Override
    public void onEvent(LockEvent event) {
        for (Registered each : registries) {
            record(event, each);
        }
    }

    private void record(LockEvent event, Registered in) {
        if (event instanceof LockEvent.OperationCompleted completed) {
            of(completed.operation(), in).end(OperationOutcome.of(completed.operation()), completed.operation());
        } else if (event instanceof LockEvent.OperationRejected rejected) {
            of(rejected.operation(), in).end(OperationOutcome.of(rejected), rejected.operation());
        } else if (event instanceof LockEvent.OperationConflict conflict) {
            of(conflict.operation(), in).conflict();
        } else if (event instanceof LockEvent.OperationRetried retried) {
            of(retried.operation(), in).retry();
        }
    }

    private OperationCounters of(Operation operation, Registered in) {
        return in.of(new OperationCounters.Sort(
                metered(ResourceNames.typeOf(operation.resource())),
                kinds.contains(operation.kind().name()) ? operation.kind().name() : BoundMeters.OTHER,
                operation.backend()));
    }

    /** Operations may be of types that no lock was ever of, so these are bounded here. */
    private String metered(String type) {
        boolean own = types.contains(type) || (types.size() < MAX_TYPES && types.add(type));
        return own ? BoundMeters.shown(type) : BoundMeters.OTHER;
    }

    /** What one registry has. */
    private record Registered(MeterRegistry registry, Map<OperationCounters.Sort, OperationCounters> known) {

        OperationCounters of(OperationCounters.Sort sort) {
            return known.computeIfAbsent(sort, made -> new OperationCounters(registry, made));
        }
    }
}
