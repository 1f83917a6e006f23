package dev.interlock.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads of one process that all want the same lock. */
record Crowd(SharedLocks locks, String key, long start, long end, long hold) {

    static final int THREADS = 4;

    /** What they got. */
    List<Turn> run() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<List<Turn>>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(this::one);
            }
            List<Turn> turns = new ArrayList<>();
            for (Future<List<Turn>> each : threads.invokeAll(all)) {
                turns.addAll(each.get());
            }
            return turns;
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Turn> one() throws Exception {
        List<Turn> turns = new ArrayList<>();
        Timing.pauseUntil(start);
        for (long asked = System.nanoTime(); asked < end; asked = System.nanoTime()) {
            SharedLocks.Held held = locks.acquire(key);
            long granted = System.nanoTime();
            Timing.pause(hold);
            turns.add(new Turn(asked, granted, System.nanoTime()));
            held.release();
        }
        return turns;
    }
}
