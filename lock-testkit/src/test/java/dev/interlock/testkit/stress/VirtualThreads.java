package dev.interlock.testkit.stress;

import dev.interlock.FairnessPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Thousands of virtual threads at a few locks, on a single carrier thread: whoever pins it while waiting, or spins until
 * another virtual thread gets on, stops everything. Run in a JVM of its own; ends with 0 if all went well.
 */
final class VirtualThreads {

    static final String DONE = "every virtual thread has had its turns";
    private static final int THREADS = 2_000;
    private static final int ROUNDS = 20;
    private static final int RESOURCES = 3;
    private static final Duration WAIT = Duration.ofMinutes(10);

    private final LockManager locks;
    private final long[] counters = new long[RESOURCES];

    private VirtualThreads(LockManager locks) {
        this.locks = locks;
    }

    public static void main(String[] args) throws Exception {
        for (FairnessPolicy fairness : FairnessPolicy.values()) {
            try (LockManager locks =
                    InterlockManager.builder().fairness(fairness).build()) {
                new VirtualThreads(locks).run();
            }
        }
        System.out.println(DONE);
    }

    /** By reflection, for this is compiled for a JDK without them. */
    static ExecutorService executor() throws ReflectiveOperationException {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }

    private void run() throws Exception {
        ExecutorService threads = executor();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            all.add(threads.submit(() -> contend(number)));
        }
        for (Future<?> each : all) {
            each.get();
        }
        threads.shutdown();
        check(threads.awaitTermination(1, TimeUnit.MINUTES), "some threads have not ended");
        check(
                locks.monitor().count().resources() == 0,
                "left: " + locks.monitor().count());
        long counted = 0;
        for (long each : counters) {
            counted += each;
        }
        check(counted == (long) THREADS * ROUNDS, counted + " sections were counted");
    }

    @SuppressWarnings("ThreadPriorityCheck") // lets others run while it holds; nothing relies on it
    private void contend(int number) {
        for (int round = 0; round < ROUNDS; round++) {
            int resource = (number + round) % RESOURCES;
            String name = "counted:" + resource;
            try (LockHandle held = round % 5 == 0
                    ? locks.write(name).timeout(WAIT).acquireAsync().join()
                    : locks.write(name).timeout(WAIT).acquire()) {
                long before = counters[resource];
                if (number % 3 == 0) {
                    Thread.yield();
                }
                counters[resource] = before + 1;
            }
            try (LockHandle held = locks.read(name).timeout(WAIT).acquire()) {
                held.ensureHeld();
            }
        }
    }

    private static void check(boolean good, String otherwise) {
        if (!good) {
            throw new IllegalStateException(otherwise);
        }
    }
}
