package dev.interlock.testkit.stress;

import dev.interlock.LockManager;
import dev.interlock.monitor.LockHolder;
import dev.interlock.testkit.history.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Contenders at a few locks for a while, and everything that may disturb them. */
final class Stress {

    static final int COUNTED = 3;
    static final int LEASED = 2;

    final LockManager locks;
    final History history = new History();
    final Queue<String> violations = new ConcurrentLinkedQueue<>();
    final Counter[] counters = new Counter[COUNTED];
    private final List<Contender> contenders = new ArrayList<>();
    private volatile boolean stopped;

    /** Counts without any protection of its own. */
    static final class Counter {
        long value;
    }

    Stress(LockManager locks, int threads, long seed) {
        this.locks = locks;
        for (int i = 0; i < COUNTED; i++) {
            counters[i] = new Counter();
        }
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < threads; i++) {
            contenders.add(new Contender(this, i, random.split()));
        }
    }

    static String counted(int number) {
        return "counted:" + number;
    }

    static String leased(int number) {
        return "leased:" + number;
    }

    boolean isStopped() {
        return stopped;
    }

    /** Runs for this long, and then until everybody has finished; answers what the watchdog says. */
    @Nullable String run(Duration length, SplittableRandom random) throws InterruptedException {
        contenders.forEach(Contender::start);
        try (Watchdog watchdog = new Watchdog(locks, contenders)) {
            long end = System.nanoTime() + length.toNanos();
            while (System.nanoTime() - end < 0 && watchdog.report() == null) {
                LockSupport.parkNanos(random.nextLong(3_000_000));
                disturb(random);
            }
            stopped = true;
            for (Contender each : contenders) {
                while (each.isRunning() && watchdog.report() == null) {
                    each.join(100);
                }
            }
            return watchdog.report();
        }
    }

    private void disturb(SplittableRandom random) {
        if (random.nextInt(3) == 0) {
            contenders.get(random.nextInt(contenders.size())).interrupt();
        } else if (random.nextInt(3) == 0) {
            String resource = leased(random.nextInt(LEASED));
            long notBefore = System.nanoTime();
            for (LockHolder each : locks.monitor().forceRelease(resource, "stress", "a test")) {
                history.lost(resource, each.fencingToken(), notBefore);
            }
        } else {
            locks.monitor().statuses();
            locks.monitor().statistics();
        }
    }

    Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (int i = 0; i < COUNTED; i++) {
            counts.put(counted(i), counters[i].value);
        }
        return counts;
    }
}
