package dev.interlock.spring.metrics;

import dev.interlock.LockMode;
import dev.interlock.monitor.LockMonitor;
import dev.interlock.monitor.LockTotals;
import dev.interlock.monitor.ModeStatistics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The meters of one registry that are read from the totals. Those of a type are made once the type is seen. */
final class BoundMeters {

    /** The type that stands for all that came after too many others. */
    static final String OTHER = "(other)";

    private final MeterRegistry registry;
    private final LockMonitor monitor;
    private final String backend;
    private final Totals totals;
    private final Set<MeteredType> types = ConcurrentHashMap.newKeySet();

    BoundMeters(MeterRegistry registry, LockMonitor monitor, String backend) {
        this.registry = registry;
        this.monitor = monitor;
        this.backend = backend;
        this.totals = new Totals(monitor, registry.config().clock(), backend);
    }

    MeterRegistry registry() {
        return registry;
    }

    void bind() {
        total(
                "cleaned",
                "resources",
                "Idle resources that were forgotten, and what was cleared away in stores",
                all -> all.forgotten() + all.cleaned());
        total("deadlocks", "deadlocks", "Deadlocks that were found", LockTotals::deadlocks);
        total("near.misses", "misses", "Locks taken in orders that do not agree", LockTotals::nearMisses);
        total("long.waits", "requests", "Requests that have waited too long", LockTotals::longWaits);
        total("long.holds", "holds", "Holds that have lasted too long", LockTotals::longHolds);
        Tags tags = Tags.of("backend", backend);
        gauge(
                "long.waiting",
                "requests",
                "Requests that wait for too long at this moment",
                tags,
                () -> monitor.longWaits().size());
        gauge("long.active", "holds", "Holds that last for too long at this moment", tags, () -> monitor.longHolds()
                .size());
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
    MeteredType meteredType(String type) {
        if (known(type) == null && known(OTHER) == null) {
            bindNew(totals.typesByNow());
        }
        MeteredType own = known(type);
        MeteredType other = own == null ? known(OTHER) : own;
        return other == null ? new MeteredType(OTHER, backend) : other;
    }

    /** Where resources of one type live in two backends, an event does not say which it was; most are where plain locks live. */
    private @Nullable MeteredType known(String name) {
        return types.stream()
                .filter(each -> each.name().equals(name))
                .max(Comparator.comparing(each -> each.backend().equals(backend)))
                .orElse(null);
    }

    private void bindNew(Set<MeteredType> seen) {
        for (MeteredType type : seen) {
            if (types.add(type)) {
                bindType(type, LockMode.READ);
                bindType(type, LockMode.WRITE);
            }
        }
    }

    private void bindType(MeteredType type, LockMode mode) {
        Tags tags = tags(type, mode);
        for (TypeCounter each : TypeCounter.ALL) {
            Rising counted = new Rising(() -> read(type, mode, each.count()));
            Tags own = each.outcome() == null ? tags : tags.and("outcome", each.outcome());
            counter(each.name(), counted, each.unit(), each.description(), own);
        }
        gauge("active", "holds", "Holds at this moment", tags, () -> read(type, mode, ModeStatistics::holders));
        gauge("waiting", "requests", "Requests that wait", tags, () -> read(type, mode, ModeStatistics::waiters));
    }

    private long read(MeteredType type, LockMode mode, ToLongFunction<ModeStatistics> number) {
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

    static Tags tags(MeteredType type, LockMode mode) {
        return Tags.of(
                "backend", type.backend(), "mode", mode.name().toLowerCase(Locale.ROOT), "type", shown(type.name()));
    }

    /** Some registries refuse tags without a value. */
    static String shown(String type) {
        return type.isEmpty() ? "(none)" : type;
    }
}
