package dev.interlock.spring.aop;

import dev.interlock.LockManager;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * Thousands of virtual threads that call locked methods, on a single carrier thread: whoever pins it while waiting stops
 * everything. Run in a JVM of its own; ends with 0 if all went well.
 */
final class LockedOnVirtualThreads {

    static final String DONE = "every virtual thread has made its calls";
    private static final int THREADS = 1_000;
    private static final int ROUNDS = 10;

    private LockedOnVirtualThreads() {}

    public static void main(String[] args) throws Exception {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(
                InterlockAutoConfiguration.class, LockAopAutoConfiguration.class, Counter.class)) {
            Counter counter = context.getBean(Counter.class);
            callFromAll(counter);
            check(counter.value() == THREADS * ROUNDS * 2, counter.value() + " calls were counted");
            check(context.getBean(LockManager.class).monitor().statuses().isEmpty(), "something is left");
        }
        System.out.println(DONE);
    }

    private static void callFromAll(Counter counter) throws Exception {
        // by reflection, for this is compiled for a JDK without them
        ExecutorService threads = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            all.add(threads.submit(() -> call(counter)));
        }
        for (Future<?> each : all) {
            each.get();
        }
        threads.shutdown();
    }

    private static void call(Counter counter) {
        for (int i = 0; i < ROUNDS; i++) {
            counter.increment("one");
            counter.incrementLater("one").join();
            check(counter.value() > 0, "nothing was counted");
        }
    }

    private static void check(boolean good, String otherwise) {
        if (!good) {
            throw new IllegalStateException(otherwise);
        }
    }

    static class Counter {

        private int count;

        @WriteLock(value = "counter", key = "#name", timeout = "10m")
        @SuppressWarnings("ThreadPriorityCheck") // lets others run while it holds; nothing relies on it
        public void increment(String name) {
            int before = count;
            Thread.yield();
            count = before + 1;
        }

        @WriteLock(value = "counter", key = "#name", timeout = "10m")
        public CompletableFuture<String> incrementLater(String name) {
            count++;
            return CompletableFuture.completedFuture("counted");
        }

        @ReadLock(value = "counter:one", timeout = "10m")
        public int value() {
            return count;
        }
    }
}
