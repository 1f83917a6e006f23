package dev.interlock.testkit.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.DeadlockPolicy;
import dev.interlock.FairnessPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.LockTimeoutException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A hundred thousand schedules without a true circle, in many threads at once, and none is suspected: a false report would cost
 * somebody its lock. A schedule is what one owner does from its first lock to its last. It may do whatever it likes but wait for
 * something that comes before what it holds.
 */
@Tag("once")
class OrderedSchedulesTest {

    private static final boolean SOAK = Boolean.getBoolean("interlock.soak");
    private static final int SCHEDULES = SOAK ? 2_000_000 : 50_000;
    private static final int THREADS = 8;
    private static final int TYPES = 3;
    private static final int KEYS = 3;
    private static final Duration LONG = Duration.ofMinutes(1);

    private final long seed = new SplittableRandom().nextLong();
    private final AtomicInteger started = new AtomicInteger();
    private final Queue<LockEvent> found = new ConcurrentLinkedQueue<>();

    @ParameterizedTest
    @EnumSource
    void nobodyIsSuspectedWhoWaitsOnlyForWhatComesLater(FairnessPolicy fairness) throws Exception {
        try (LockManager locks = InterlockManager.builder()
                .fairness(fairness)
                .deadlocks(DeadlockPolicy.BREAK)
                .listener(this::note)
                .build()) {
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                threads.add(start("scheduler-" + i, locks));
            }
            for (CompletableFuture<Void> each : threads) {
                each.get(SOAK ? 30 : 2, TimeUnit.MINUTES);
            }

            assertThat(found).as("seed %d", seed).isEmpty();
            assertThat(locks.monitor().totals().deadlocks()).as("seed %d", seed).isZero();
            assertThat(locks.monitor().orderViolations()).as("seed %d", seed).isEmpty();
            assertThat(contentions(locks)).isGreaterThan(SCHEDULES / 10);
        }
    }

    private void note(LockEvent event) {
        if (event instanceof LockEvent.DeadlockDetected || event instanceof LockEvent.NearMiss) {
            found.add(event);
        }
    }

    private static long contentions(LockManager locks) {
        return locks.monitor().statisticsByType().stream()
                .mapToLong(each -> each.read().contentions() + each.write().contentions())
                .sum();
    }

    private CompletableFuture<Void> start(String name, LockManager locks) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(locks, done), name);
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private void run(LockManager locks, CompletableFuture<Void> done) {
        int number = 0;
        try {
            while ((number = started.getAndIncrement()) < SCHEDULES) {
                new Schedule(locks, number).run();
            }
            done.complete(null);
        } catch (Throwable failure) {
            done.completeExceptionally(new AssertionError("schedule " + number + ", seed " + seed, failure));
        }
    }

    /** One owner, from its first lock to its last. */
    private final class Schedule {

        private final LockManager locks;
        private final SplittableRandom random;
        private final List<LockHandle> held = new ArrayList<>();
        /** Nothing for the thread itself. */
        private final List<LockOwner> named;

        private int highest = -1;
        private boolean over;

        Schedule(LockManager locks, int number) {
            this.locks = locks;
            this.random = new SplittableRandom(seed + number);
            this.named = random.nextBoolean() ? List.of() : List.of(LockOwner.named("owner-" + number));
        }

        void run() throws Exception {
            try {
                for (int steps = 1 + random.nextInt(5); steps > 0 && !over; steps--) {
                    step();
                    letOthersIn();
                }
            } finally {
                held.forEach(LockHandle::close);
            }
        }

        /** Where there are few cores, a schedule would often be through before another one begins. */
        @SuppressWarnings("ThreadPriorityCheck")
        private void letOthersIn() {
            if (random.nextInt(4) == 0) {
                Thread.yield();
            }
        }

        private void step() throws Exception {
            int later = highest + 1 + random.nextInt(TYPES * KEYS / 2);
            switch (random.nextInt(8)) {
                case 0 -> tryAny();
                case 1 -> changeOne();
                case 2 -> severalFrom(later);
                case 3 -> impatiently(later);
                case 4 -> withoutThread(later);
                default -> patiently(later);
            }
        }

        private LockRequest request(int rank) {
            String resource = "t" + rank / KEYS + ":" + rank % KEYS;
            LockRequest request = (random.nextInt(3) == 0 ? locks.write(resource) : locks.read(resource))
                    .timeout(LONG)
                    .priority(1 + random.nextInt(10));
            return named.isEmpty() ? request : request.owner(named.get(0));
        }

        private void took(int rank, LockHandle handle) {
            held.add(handle);
            highest = Math.max(highest, rank);
        }

        private void patiently(int rank) {
            if (rank < TYPES * KEYS) {
                took(rank, request(rank).acquire());
            }
        }

        private void impatiently(int rank) {
            if (rank < TYPES * KEYS) {
                try {
                    Duration moment = Duration.ofNanos(random.nextLong(200_000));
                    took(rank, request(rank).timeout(moment).acquire());
                } catch (LockTimeoutException late) {
                    // so be it
                }
            }
        }

        /** An owner of no thread's; it may change its mind, and go. What was just being granted is given back a little later. */
        private void withoutThread(int rank) throws Exception {
            if (rank >= TYPES * KEYS || named.isEmpty()) {
                return;
            }
            CompletableFuture<LockHandle> asked = request(rank).acquireAsync();
            over = random.nextInt(4) == 0 && asked.cancel(false);
            if (!over) {
                took(rank, asked.get(1, TimeUnit.MINUTES));
            }
        }

        private void severalFrom(int rank) {
            int other = rank + 1 + random.nextInt(3);
            if (other < TYPES * KEYS) {
                locks.all(request(other), request(rank)).acquire().handles().forEach(each -> took(other, each));
            }
        }

        /** Whoever does not wait may ask for anything that it does not read already. */
        private void tryAny() {
            int rank = random.nextInt(TYPES * KEYS);
            LockRequest request = request(rank);
            if (held.stream().noneMatch(each -> each.resource().equals(request.resource()))) {
                request.tryAcquire().ifPresent(handle -> took(rank, handle));
            }
        }

        private void changeOne() {
            if (held.isEmpty()) {
                return;
            }
            int which = random.nextInt(held.size());
            LockHandle one = held.get(which);
            if (one.mode() == LockMode.WRITE && random.nextBoolean()) {
                held.set(which, one.downgrade());
            } else {
                held.remove(which).close();
            }
        }
    }
}
