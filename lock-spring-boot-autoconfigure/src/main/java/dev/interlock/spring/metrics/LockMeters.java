package dev.interlock.spring.metrics;

import dev.interlock.LockManager;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** Makes the meters of the locks in every registry that comes along. */
final class LockMeters implements MeterBinder {

    private final LockManager locks;
    private final String backend;
    private final LockTimers timers;
    private final OperationMeters operations;
    private final AtomicBoolean listening = new AtomicBoolean();
    /** Kept here because registries do not keep them. */
    private final List<BoundMeters> bound = new CopyOnWriteArrayList<>();

    LockMeters(LockManager locks, String backend, LockTimers timers, OperationMeters operations) {
        this.locks = locks;
        this.backend = backend;
        this.timers = timers;
        this.operations = operations;
    }

    /** Only with the first registry are there any timers, and only then is it worth to listen. */
    @Override
    public void bindTo(MeterRegistry registry) {
        BoundMeters meters = new BoundMeters(registry, locks.monitor(), backend);
        bound.add(meters);
        meters.bind();
        timers.recordIn(meters);
        operations.recordIn(registry, backend);
        if (listening.compareAndSet(false, true)) {
            timers.listenTo(locks);
            operations.listen();
        }
    }
}
