package dev.interlock.spring.autoconfigure;

import dev.interlock.LogText;
import dev.interlock.engine.InterlockManager;
import dev.interlock.monitor.LockHolder;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Closes the manager when the application ends: after web servers, message listeners and schedulers have stopped, so that
 * what they have under way still gets its locks, and before connections close and beans are destroyed, so that those who
 * hold can finish. A context that is merely stopped or paused, and may start again, keeps its manager.
 */
final class GracefulShutdown implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(GracefulShutdown.class);

    /**
     * Higher phases stop earlier. Web servers, listeners and schedulers are in the upper half, connections (and whatever names
     * no phase) at zero.
     */
    static final int PHASE = Integer.MAX_VALUE / 4;

    private final InterlockManager locks;
    private final ConfigurableApplicationContext context;
    private volatile boolean running;

    GracefulShutdown(InterlockManager locks, ConfigurableApplicationContext context) {
        this.locks = locks;
        this.context = context;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (context.isClosed()) {
            close();
        }
    }

    private void close() {
        int held = locks.monitor().count().holds();
        long began = System.nanoTime();
        locks.close();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        List<LockHolder> left = holders();
        if (!left.isEmpty()) {
            log.warn(
                    "Gave up waiting for locks after {} (interlock.shutdown.drain): {}",
                    Texts.of(took),
                    left.stream().map(GracefulShutdown::describe).collect(Collectors.joining("; ")));
        } else if (held > 0) {
            log.info("Waited {} for {} locks that were still held; all have been released", Texts.of(took), held);
        }
    }

    private List<LockHolder> holders() {
        return locks.monitor().statuses().stream()
                .flatMap(status -> status.holders().stream())
                .toList();
    }

    private static String describe(LockHolder holder) {
        return LogText.of(
                "'" + holder.resource() + "' is held by '" + holder.owner().name() + "' ("
                        + holder.mode() + ", for " + Texts.of(holder.heldFor())
                        + holder.method().map(method -> ", in " + method).orElse("")
                        + (holder.keptUntil() == null ? "" : ", kept until " + holder.keptUntil()) + ")");
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
