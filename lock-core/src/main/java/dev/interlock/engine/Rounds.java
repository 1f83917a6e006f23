package dev.interlock.engine;

import dev.interlock.spi.TimeSource;
import dev.interlock.spi.TimeSource.Scheduled;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something every so often, from the first lock on and until the manager closes; never twice at once. It is done aside, because the
 * timer has others to serve, and the timer knows of it weakly, so that it ends with a manager that nobody has closed.
 */
final class Rounds {

    private static final Logger log = LoggerFactory.getLogger(Rounds.class);

    private final Engine engine;
    private final long period;
    private final String otherwise;
    private final Runnable work;
    private final AtomicBoolean started = new AtomicBoolean();
    /** Rounds that were called for and have not ended: one that comes up during another follows it. */
    private final AtomicInteger called = new AtomicInteger();

    private volatile boolean stopped;
    private volatile @Nullable Scheduled next;

    /**
     * Rounds to be.
     *
     * @param period how often; never with zero
     * @param otherwise what follows if there is no timer
     */
    Rounds(Engine engine, long period, String otherwise, Runnable work) {
        this.engine = engine;
        this.period = period;
        this.otherwise = otherwise;
        this.work = work;
    }

    /** There is a lock now. */
    void start() {
        if (period > 0 && !started.get() && started.compareAndSet(false, true)) {
            comeRound(new WeakReference<>(this), engine.clock.source(), engine.clock.now() + period, otherwise);
        }
    }

    void stop() {
        stopped = true;
        EngineClock.cancel(next);
    }

    private static void comeRound(WeakReference<Rounds> rounds, TimeSource time, long at, String otherwise) {
        try {
            Scheduled scheduled = time.schedule(at, () -> {
                Rounds present = rounds.get();
                if (present != null && !present.stopped) {
                    comeRound(rounds, time, time.nanoTime() + present.period, otherwise);
                    present.workAside();
                }
            });
            Rounds present = rounds.get();
            if (present != null) {
                present.scheduled(scheduled);
            }
        } catch (Throwable noTimer) {
            log.warn("there is no timer, so {}", otherwise, noTimer);
        }
    }

    private void scheduled(Scheduled timer) {
        next = timer;
        if (stopped) {
            EngineClock.cancel(timer);
        }
    }

    private void workAside() {
        if (called.getAndIncrement() == 0 && !engine.couldCallBack(this::work)) {
            called.set(0);
        }
    }

    private void work() {
        int before = called.get();
        try {
            work.run();
        } finally {
            if (called.addAndGet(-before) > 0 && !engine.couldCallBack(this::work)) {
                called.set(0);
            }
        }
    }
}
