package dev.interlock.testkit;

import dev.interlock.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Time that stands still until a test moves it. What falls due while it moves happens in the order of time: scheduled tasks
 * run in the thread that moves it, each at its own moment; parked threads are woken.
 *
 * <pre>{@code
 * ManualTime time = new ManualTime();
 * LockManager locks = InterlockManager.builder().timeSource(time).build();
 * LockHandle held = locks.write("account:42").lease(Duration.ofSeconds(10)).acquire();
 * time.advance(Duration.ofSeconds(10));
 * assertThat(held.isHeld()).isFalse();
 * }</pre>
 *
 * <p>Monotonic time begins one second before it overflows, so that whoever compares times other than by their difference is
 * found out.
 */
public final class ManualTime implements TimeSource {

    private static final long ORIGIN = Long.MAX_VALUE - 1_000_000_000L;
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    private final ReentrantLock moving = new ReentrantLock();
    private final Set<Sleeper> sleepers = ConcurrentHashMap.newKeySet();
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(
            Comparator.comparingLong((Task task) -> task.due - ORIGIN).thenComparingLong(task -> task.number));
    private long numbered;
    private volatile long now = ORIGIN;

    /** Time at its beginning. */
    public ManualTime() {}

    private record Sleeper(Thread thread, long until) {}

    private record Task(long due, long number, Runnable work) {}

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Instant instant() {
        return BEGINNING.plusNanos(now - ORIGIN);
    }

    @Override
    public void parkUntil(Object blocker, long nanoTime) {
        // known as a sleeper first, then a look at the time: whoever moves time does it the other way round
        Sleeper sleeper = new Sleeper(Thread.currentThread(), nanoTime);
        sleepers.add(sleeper);
        try {
            if (now - nanoTime < 0) {
                LockSupport.park(blocker);
            }
        } finally {
            sleepers.remove(sleeper);
        }
    }

    /** {@inheritDoc} A task that is due already runs when time is moved next, even if only by zero. */
    @Override
    public Scheduled schedule(long nanoTime, Runnable work) {
        synchronized (tasks) {
            Task task = new Task(nanoTime, numbered++, work);
            tasks.add(task);
            return () -> forget(task);
        }
    }

    private void forget(Task task) {
        synchronized (tasks) {
            tasks.remove(task);
        }
    }

    /** Moves time, and lets happen what falls due meanwhile. */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("time does not go back, but was moved by " + by);
        }
        moving.lock();
        try {
            long target = now + by.toNanos();
            for (Task next = nextDue(target); next != null; next = nextDue(target)) {
                moveTo(next.due);
                next.work.run();
            }
            moveTo(target);
        } finally {
            moving.unlock();
        }
    }

    private @Nullable Task nextDue(long target) {
        synchronized (tasks) {
            Task next = tasks.peek();
            return next != null && next.due - target <= 0 ? tasks.poll() : null;
        }
    }

    private void moveTo(long moment) {
        if (moment - now > 0) {
            now = moment;
        }
        List<Sleeper> woken = new ArrayList<>(sleepers);
        woken.removeIf(sleeper -> now - sleeper.until < 0);
        woken.forEach(sleeper -> LockSupport.unpark(sleeper.thread));
    }

    /** How many tasks are still to run. */
    public int scheduled() {
        synchronized (tasks) {
            return tasks.size();
        }
    }

    /** How many threads are parked, or about to be. */
    public int sleeping() {
        return sleepers.size();
    }
}
