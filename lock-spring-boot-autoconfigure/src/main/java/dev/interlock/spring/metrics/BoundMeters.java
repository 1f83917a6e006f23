package dev.interlock.spring.metrics;

import dev.interlock.LockMode;
import dev.interlock.monitor.LockMonitor;
import dev.interlock.monitor.LockTotals;
import dev.interlock.monitor.ModeStatistics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** The meters of one registry that are read from the totals. Those of a type are made once the type is seen. */
final class BoundMeters {

    /** The type that stands for all that came after too many others. */
    private static final String OTHER = "(other)";

    private final MeterRegistry registry;
    private final String backend;
    private final Totals totals;
    private final Set<String> types = ConcurrentHashMap.newKeySet();

    BoundMeters(MeterRegistry registry, LockMonitor monitor, String backend) {
        this.registry = registry;
        this.backend = backend;
        this.totals = new Totals(monitor, registry.config().clock());
    }

    MeterRegistry registry() {
        return registry;
    }

    void bind() {
        total("cleaned", "resources", "Idle resources that were forgotten", LockTotals::forgotten);
        total("deadlocks", "deadlocks", "Deadlocks that were found", LockTotals::deadlocks);
        total("near.misses", "misses", "Locks taken in orders that do not agree", LockTotals::nearMisses);
        bindNew(totals.types());
    }

    /** These are there from the start, so that reading them finds the types that are new. */
    private void total(String name, String unit, String description, ToLongFunction<LockTotals> count) {
        Rising counted = new Rising(() -> {
            bindNew(totals.types());
            return count.applyAsLong(totals.all());
        });
        counter(name, counted, unit, description, Tags.of("backend", backend));
    }

    /** The type under which meters count what happens to resources of this type. */
    String meteredType(String type) {
        if (!types.contains(type) && !types.contains(OTHER)) {
            bindNew(totals.typesByNow());
        }
        return types.contains(type) ? type : OTHER;
    }

    private void bindNew(Set<String> seen) {
        for (String type : seen) {
            if (types.add(type)) {
                bindType(type, LockMode.READ);
                bindType(type, LockMode.WRITE);
            }
        }
    }

    private void bindType(String type, LockMode mode) {
        Tags tags = tags(type, mode);
        for (TypeCounter each : TypeCounter.ALL) {
            Rising counted = new Rising(() -> read(type, mode, each.count()));
            Tags own = each.outcome() == null ? tags : tags.and("outcome", each.outcome());
            counter(each.name(), counted, each.unit(), each.description(), own);
        }
        gauge("active", "holds", "Holds at this moment", tags, () -> read(type, mode, ModeStatistics::holders));
        gauge("waiting", "requests", "Requests that wait", tags, () -> read(type, mode, ModeStatistics::waiters));
    }

    private long read(String type, LockMode mode, ToLongFunction<ModeStatistics> number) {
        return totals.of(type, mode).map(number::applyAsLong).orElse(0L);
    }

    /** A registry keeps no object alive that it reads from; the binder keeps this one. */
    private void counter(String name, Rising counted, String unit, String description, Tags tags) {
        FunctionCounter.builder("interlock." + name, this, self -> counted.value())
                .baseUnit(unit)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private void gauge(String name, String unit, String description, Tags tags, LongSupplier now) {
        Gauge.builder("interlock." + name, this, self -> now.getAsLong())
                .baseUnit(unit)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    Tags tags(String type, LockMode mode) {
        return Tags.of("backend", backend, "mode", mode.name().toLowerCase(Locale.ROOT), "type", shown(type));
    }

    /** Some registries refuse tags without a value. */
    private static String shown(String type) {
        return type.isEmpty() ? "(none)" : type;
    }
}
