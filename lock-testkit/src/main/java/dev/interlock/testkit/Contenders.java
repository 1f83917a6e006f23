package dev.interlock.testkit;

import dev.interlock.LockManager;
import dev.interlock.monitor.LockStatus;
import dev.interlock.monitor.LockWaiter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/**
 * Threads that contend for locks in a test. Whoever wants to know how far they have come looks at the monitor and waits for
 * a condition, never for time.
 */
public final class Contenders implements AutoCloseable {

    private final List<Contender<?>> started = new CopyOnWriteArrayList<>();

    /** Nobody yet. */
    public Contenders() {}

    /** Begins to do this in a thread of this name. */
    public <T> Contender<T> start(String name, Callable<T> work) {
        Contender<T> contender = new Contender<>(name, work);
        started.add(contender);
        contender.thread().start();
        return contender;
    }

    /** Waits until the condition holds. */
    public static void until(String what, BooleanSupplier condition) {
        Awaitility.await(what)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Contender.PATIENCE)
                .until(condition::getAsBoolean);
    }

    /** Waits until so many requests wait for the resource. */
    public static void untilWaiting(LockManager locks, String resource, int count) {
        until(
                count + " requests wait for '" + resource + "'",
                () -> waiters(locks, resource).size() == count);
    }

    /** Waits until nobody holds the resource or waits for it. */
    public static void untilIdle(LockManager locks, String resource) {
        until(
                "nobody holds or awaits '" + resource + "'",
                () -> locks.monitor().status(resource).isEmpty());
    }

    /** Who waits for the resource, in order. */
    public static List<LockWaiter> waiters(LockManager locks, String resource) {
        return locks.monitor().status(resource).map(LockStatus::waiters).orElse(List.of());
    }

    /** Interrupts whoever has not ended. */
    @Override
    public void close() {
        started.stream().filter(contender -> !contender.isDone()).forEach(Contender::interrupt);
    }
}
