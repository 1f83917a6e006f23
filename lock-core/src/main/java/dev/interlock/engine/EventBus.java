package dev.interlock.engine;

import dev.interlock.event.LockEvent;
import dev.interlock.event.LockListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes events on, at the side: to each listener through a backlog of its own, and into the history. */
final class EventBus {

    private static final Logger log = LoggerFactory.getLogger(EventBus.class);

    /** Asked for rather than found by reflection, which would need hints in a native image. */
    static final List<Class<? extends LockEvent>> TYPES = List.of(
            LockEvent.Acquired.class,
            LockEvent.Released.class,
            LockEvent.Downgraded.class,
            LockEvent.Contended.class,
            LockEvent.TimedOut.class,
            LockEvent.Cancelled.class,
            LockEvent.Refused.class,
            LockEvent.Expired.class,
            LockEvent.Lost.class,
            LockEvent.ForceReleased.class,
            LockEvent.PreemptionRequested.class,
            LockEvent.DeadlockDetected.class,
            LockEvent.NearMiss.class,
            LockEvent.LongWait.class,
            LockEvent.LongHold.class,
            LockEvent.OperationStarted.class,
            LockEvent.OperationConflict.class,
            LockEvent.OperationRetried.class,
            LockEvent.OperationRejected.class,
            LockEvent.OperationCompleted.class,
            LockEvent.OperationAlert.class);

    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final int backlog;
    private final Predicate<Runnable> executor;
    private final AtomicReferenceArray<LockEvent> history;
    private final AtomicLong published = new AtomicLong();

    /**
     * A bus.
     *
     * @param executor runs something soon, and answers whether it will
     */
    EventBus(List<LockListener> listeners, int backlog, int historySize, Predicate<Runnable> executor) {
        this.backlog = backlog;
        this.executor = executor;
        listeners.forEach(this::add);
        this.history = new AtomicReferenceArray<>(historySize);
    }

    /** Adds somebody who hears of what happens from now on. */
    void add(LockListener listener) {
        subscriptions.add(new Subscription(listener, backlog, executor));
    }

    /** Whether there is anybody at all. */
    boolean isHeard() {
        return !subscriptions.isEmpty();
    }

    /** Whether somebody wants to hear of every acquisition or release. */
    boolean isListening() {
        return subscriptions.stream()
                .anyMatch(each -> each.wants(LockEvent.Acquired.class) || each.wants(LockEvent.Released.class));
    }

    /** Whether somebody wants to hear of this. */
    boolean isWanted(Class<? extends LockEvent> type) {
        for (Subscription each : subscriptions) {
            if (each.wants(type)) {
                return true;
            }
        }
        return false;
    }

    boolean isRecording() {
        return history.length() > 0;
    }

    void publish(LockEvent event) {
        if (isRecording()) {
            history.setRelease((int) (published.getAndIncrement() % history.length()), event);
        }
        pass(event);
    }

    /** Passes it on without keeping it in the history. */
    void pass(LockEvent event) {
        for (Subscription each : subscriptions) {
            each.offer(event);
        }
    }

    List<LockEvent> history() {
        int size = history.length();
        List<LockEvent> events = new ArrayList<>();
        long end = published.get();
        for (long i = Math.max(0, end - size); i < end; i++) {
            LockEvent event = history.getAcquire((int) (i % size));
            if (event != null) {
                events.add(event);
            }
        }
        return events;
    }

    /** One listener, its backlog, and the one task at a time that works it off. */
    private static final class Subscription implements Runnable {

        private static final int AT_A_TIME = 256;

        private final LockListener listener;
        private final Set<Class<? extends LockEvent>> wanted;
        private final int limit;
        private final Predicate<Runnable> executor;
        private final ConcurrentLinkedQueue<LockEvent> backlog = new ConcurrentLinkedQueue<>();
        private final AtomicInteger length = new AtomicInteger();
        private final AtomicLong missed = new AtomicLong();
        private final AtomicBoolean running = new AtomicBoolean();

        Subscription(LockListener listener, int limit, Predicate<Runnable> executor) {
            this.listener = listener;
            this.limit = limit;
            this.executor = executor;
            this.wanted = TYPES.stream().filter(listener::wants).collect(Collectors.toUnmodifiableSet());
        }

        boolean wants(Class<? extends LockEvent> type) {
            return wanted.contains(type);
        }

        void offer(LockEvent event) {
            if (!wants(event.getClass())) {
                return;
            }
            if (length.incrementAndGet() > limit) {
                length.decrementAndGet();
                missed.incrementAndGet();
            } else {
                backlog.add(event);
            }
            runSoon();
        }

        private void runSoon() {
            if (!running.get() && running.compareAndSet(false, true) && !executor.test(this)) {
                running.set(false);
            }
        }

        @Override
        public void run() {
            LockEvent event;
            for (int told = 0; told < AT_A_TIME && (event = backlog.poll()) != null; told++) {
                length.decrementAndGet();
                tell(event);
            }
            long lost = missed.getAndSet(0);
            if (lost > 0) {
                log.warn(
                        "{} was too slow and missed {} lock events; do less in onEvent, or hand over to a thread",
                        listener,
                        lost);
            }
            running.set(false);
            if (!backlog.isEmpty()) {
                runSoon();
            }
        }

        private void tell(LockEvent event) {
            try {
                listener.onEvent(event);
            } catch (Throwable failure) {
                log.warn("{} failed on {}", listener, Texts.line(event), failure);
            }
        }
    }
}
