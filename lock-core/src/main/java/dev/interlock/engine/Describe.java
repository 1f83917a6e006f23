package dev.interlock.engine;

import dev.interlock.ResourceNames;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockStatus;
import dev.interlock.monitor.LockWaiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns what the engine has into what people look at. */
final class Describe {

    private final Engine engine;

    Describe(Engine engine) {
        this.engine = engine;
    }

    LockStatus status(LocalLock lock) {
        return new LockStatus(
                lock.name, ResourceNames.typeOf(lock.name), lock.type.backend, holders(lock), waiters(lock));
    }

    List<LockHolder> holders(LocalLock lock) {
        return lock.holds().stream().map(this::holder).toList();
    }

    List<LockWaiter> waiters(LocalLock lock) {
        List<LockWaiter> waiters = new ArrayList<>();
        for (Waiter each : lock.waiting()) {
            waiters.add(waiter(each, waiters.size() + 1));
        }
        return waiters;
    }

    LockHolder holder(Hold hold) {
        Details details = hold.details();
        return new LockHolder(
                hold.resource(),
                hold.owner(),
                engine.settings.node(),
                threadOf(hold.owner, details),
                hold.mode(),
                hold.priority(),
                hold.shownToken(),
                hold.acquiredAt(),
                since(hold.acquiredNanos()),
                hold.leaseExpiresAt().orElse(null),
                hold.keptUntil(details),
                hold.options.reason,
                hold.options.metadata,
                details.stackTrace());
    }

    LockWaiter waiter(Waiter waiter, int position) {
        Thread thread = waiter.thread();
        return new LockWaiter(
                resource(waiter),
                waiter.owner.identity(),
                engine.settings.node(),
                thread == null ? null : ThreadOwner.nameOf(thread),
                waiter.options.mode,
                waiter.priority,
                position,
                engine.clock.instantOf(waiter.arrived),
                since(waiter.arrived),
                waiter.options.reason,
                waiter.options.metadata);
    }

    String resource(Waiter waiter) {
        String asked = waiter.options.askedFor;
        return asked == null ? waiter.queue.lock.name : asked;
    }

    private static @Nullable String threadOf(Owner owner, Details details) {
        return owner instanceof ThreadOwner thread ? thread.name() : details.thread();
    }

    private Duration since(long nanos) {
        return Duration.ofNanos(Math.max(0, engine.clock.now() - nanos));
    }
}
