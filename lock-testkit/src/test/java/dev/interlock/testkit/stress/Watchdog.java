package dev.interlock.testkit.stress;

import dev.interlock.LockManager;
import dev.interlock.monitor.LockStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sees that everybody gets on. A wake-up that was lost shows as one contender that does nothing any more while nobody holds
 * what it waits for, so each is watched by itself.
 */
final class Watchdog implements AutoCloseable {

    private static final long PATIENCE = Duration.ofSeconds(20).toNanos();
    private static final long LOOK_EVERY_MILLIS = 250;

    private final LockManager locks;
    private final List<? extends Watched> watched;
    private final AtomicReference<@Nullable String> report = new AtomicReference<>();
    private final Thread thread = new Thread(this::watch, "watchdog");

    /** Somebody who should get on. */
    interface Watched {
        String name();

        /** When it last got on, or nothing when it has finished. */
        @Nullable Long lastStep();
    }

    Watchdog(LockManager locks, List<? extends Watched> watched) {
        this.locks = locks;
        this.watched = watched;
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            while (report.get() == null) {
                Thread.sleep(LOOK_EVERY_MILLIS);
                watched.forEach(this::look);
            }
        } catch (InterruptedException closed) {
            // that was it
        }
    }

    private void look(Watched each) {
        Long last = each.lastStep();
        if (last != null && System.nanoTime() - last > PATIENCE) {
            report.compareAndSet(null, "'" + each.name() + "' does not get on\n" + locksAndStacks());
        }
    }

    private String locksAndStacks() {
        String statuses = locks.monitor().statuses().stream()
                .map(LockStatus::toString)
                .collect(Collectors.joining("\n", "LOCKS\n", "\n"));
        return Thread.getAllStackTraces().entrySet().stream()
                .map(Watchdog::stack)
                .collect(Collectors.joining("\n", statuses + "THREADS\n", ""));
    }

    private static String stack(Map.Entry<Thread, StackTraceElement[]> of) {
        StringBuilder lines = new StringBuilder(of.getKey().toString());
        for (StackTraceElement each : of.getValue()) {
            lines.append("\n    ").append(each);
        }
        return lines.toString();
    }

    /** What was wrong, or nothing. */
    @Nullable String report() {
        return report.get();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
