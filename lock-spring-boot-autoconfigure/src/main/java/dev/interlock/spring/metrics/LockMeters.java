package dev.interlock.spring.metrics;

import dev.interlock.monitor.LockMonitor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Makes the meters of the locks in every registry that comes along. */
final class LockMeters implements MeterBinder {

    private final LockMonitor monitor;
    private final String backend;
    private final @Nullable LockTimers timers;
    private final List<BoundMeters> bound = new CopyOnWriteArrayList<>();

    LockMeters(LockMonitor monitor, String backend, @Nullable LockTimers timers) {
        this.monitor = monitor;
        this.backend = backend;
        this.timers = timers;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        BoundMeters meters = new BoundMeters(registry, monitor, backend);
        bound.add(meters);
        meters.bind();
        if (timers != null) {
            timers.recordIn(meters);
        }
    }
}
