package dev.interlock.spring.aop;

import dev.interlock.LockManager;
import dev.interlock.optimistic.OptimisticLocks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Others who change resources, and many who do it at once. */
final class Rivals {

    private Rivals() {}

    /** Somebody else, in a thread of his own, changes the resource. */
    static void change(LockManager locks, String resource) {
        OptimisticLocks optimistic = locks.optimistic();
        boolean changed = elsewhere(
                () -> optimistic.commit(optimistic.stamp(resource), () -> {}).isPresent());
        if (!changed) {
            throw new IllegalStateException("the change of " + resource + " met a conflict");
        }
    }

    /** Does this in another thread, and waits for it. */
    static <T> T elsewhere(Callable<T> work) {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            return thread.submit(work).get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            thread.shutdownNow();
        }
    }

    /** Runs all of these at once, and waits for them. */
    static void together(List<? extends Callable<?>> all) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(all.size());
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<?>> running = new ArrayList<>();
            for (Callable<?> each : all) {
                running.add(threads.submit(() -> {
                    start.await();
                    return each.call();
                }));
            }
            start.countDown();
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
