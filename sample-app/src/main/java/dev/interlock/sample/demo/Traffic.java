package dev.interlock.sample.demo;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Customers who come for a while, so that there is something to watch. One crowd at a time; whoever is still busy for the last one
 * goes on for the next, so there are never more threads than customers.
 */
@Component
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
class Traffic {

    private static final int MOST_THREADS = 16;
    private static final int LONGEST_SECONDS = 600;
    private static final int LONGEST_PAUSE_MILLIS = 60;

    private static final Logger log = LoggerFactory.getLogger(Traffic.class);

    private final Customers customers;
    private final Set<Integer> present = new HashSet<>();
    private @Nullable Crowd crowd;

    Traffic(Customers customers) {
        this.customers = customers;
    }

    /**
     * How the crowd does, or did.
     *
     * @param served visits that got what they came for
     * @param busy visits that did not get their turn in time
     * @param refused visits that got their turn, and less than they wanted
     */
    record Status(boolean running, int threads, long secondsLeft, long served, long busy, long refused) {}

    /** It is over for whoever is still there. */
    synchronized Status start(int threads, int seconds) {
        Crowd next = new Crowd(
                checked("threads", threads, MOST_THREADS),
                Duration.ofSeconds(checked("seconds", seconds, LONGEST_SECONDS)));
        stop();
        crowd = next;
        for (int number = 1; number <= threads; number++) {
            if (present.add(number)) {
                come(number);
            }
        }
        return next.status();
    }

    /** Nobody is interrupted at the end: a database in a file does not survive that. */
    private void come(int number) {
        Thread customer = new Thread(() -> stay(number), "customer-" + number);
        customer.setDaemon(true);
        customer.start();
    }

    private void stay(int number) {
        try {
            for (Crowd mine = crowdOf(number); mine != null; mine = crowdOf(number)) {
                mine.visit();
            }
        } catch (InterruptedException e) {
            leave(number);
            Thread.currentThread().interrupt();
        }
    }

    /** Says that this customer goes home if there is none. */
    private synchronized @Nullable Crowd crowdOf(int number) {
        if (crowd != null && number <= crowd.threads && crowd.left() > 0) {
            return crowd;
        }
        leave(number);
        return null;
    }

    private synchronized void leave(int number) {
        present.remove(number);
    }

    /** Nobody comes in any more, and who works by hand stops; who waits for somebody else waits for as long as is usual. */
    @EventListener(ContextClosedEvent.class)
    synchronized void stop() {
        if (crowd != null) {
            crowd.over.countDown();
        }
    }

    synchronized Status status() {
        return crowd == null ? new Status(false, 0, 0, 0, 0, 0) : crowd.status();
    }

    private static int checked(String name, int number, int most) {
        if (number < 1 || number > most) {
            throw new IllegalArgumentException(name + " is " + number + "; use 1 to " + most);
        }
        return number;
    }

    private final class Crowd {

        private final CountDownLatch over = new CountDownLatch(1);
        private final LongAdder served = new LongAdder();
        private final LongAdder busy = new LongAdder();
        private final LongAdder refused = new LongAdder();
        private final int threads;
        private final long closing;

        Crowd(int threads, Duration span) {
            this.threads = threads;
            closing = System.nanoTime() + span.toNanos();
        }

        void visit() throws InterruptedException {
            while (!over.await(pause(), TimeUnit.MILLISECONDS) && left() > 0) {
                count(visitOnce());
            }
        }

        /** Whatever goes wrong in a visit, the customer comes again. */
        private Customers.Outcome visitOnce() throws InterruptedException {
            try {
                return customers.visit(over);
            } catch (RuntimeException failed) {
                log.debug("a customer went home without what it came for", failed);
                return Customers.Outcome.REFUSED;
            }
        }

        private void count(Customers.Outcome outcome) {
            switch (outcome) {
                case SERVED -> served.increment();
                case BUSY -> busy.increment();
                case REFUSED -> refused.increment();
            }
        }

        private static int pause() {
            return ThreadLocalRandom.current().nextInt(LONGEST_PAUSE_MILLIS);
        }

        private long left() {
            return over.getCount() == 0 ? 0 : Math.max(0, closing - System.nanoTime());
        }

        Status status() {
            long left = left();
            long seconds = TimeUnit.NANOSECONDS.toSeconds(left + TimeUnit.SECONDS.toNanos(1) - 1);
            return new Status(left > 0, threads, seconds, served.sum(), busy.sum(), refused.sum());
        }
    }
}
