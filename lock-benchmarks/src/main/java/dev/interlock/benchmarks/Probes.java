package dev.interlock.benchmarks;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What a rate does not show: the longest wait, the memory of what is idle, the cost of a long queue. */
final class Probes {

    private static final int THREADS = 64;

    private Probes() {}

    /** 64 writers on one key: how long the unluckiest waited. */
    static String longestWait(int seconds, int rounds) throws InterruptedException {
        String[] subjects = {"rrw", "interlock", "rrw-fair", "interlock-strict"};
        Table table =
                new Table("64 writers, 1 key", "longest wait (median of " + rounds + ")", "fewest turns of a thread");
        for (String subject : subjects) {
            List<long[]> seen = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                seen.add(writers(Subject.named(subject), seconds));
            }
            table.row(List.of(subject, Table.number(median(seen, 0) / 1e6) + " ms", Long.toString(median(seen, 1))));
        }
        return table.toString();
    }

    private static long median(List<long[]> seen, int which) {
        return seen.stream().mapToLong(each -> each[which]).sorted().toArray()[seen.size() / 2];
    }

    /** The longest wait in nanoseconds, and the fewest turns. */
    private static long[] writers(Subject locks, int seconds) throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        AtomicLong longest = new AtomicLong();
        AtomicLong fewest = new AtomicLong(Long.MAX_VALUE);
        AtomicLong end = new AtomicLong(Long.MAX_VALUE);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(new Thread(() -> {
                awaitQuietly(start);
                long worst = 0;
                long turns = 0;
                for (long asked = System.nanoTime(); asked < end.get(); asked = System.nanoTime()) {
                    worst = Math.max(worst, locks.writeTimed("account:1", SpeedRun.SECTION, asked));
                    turns++;
                }
                longest.accumulateAndGet(worst, Math::max);
                fewest.accumulateAndGet(turns, Math::min);
            }));
        }
        threads.forEach(Thread::start);
        end.set(System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        return new long[] {longest.get(), fewest.get()};
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Bytes for each resource that is remembered, and how many are. */
    static String idleMemory() {
        int limit = 100_000;
        Table table = new Table("resources used, each ten times", "remembered", "bytes each");
        for (int used : new int[] {limit, 10 * limit}) {
            try (LockManager locks = InterlockManager.builder()
                    .maxResources(limit)
                    .historySize(0)
                    .build()) {
                long before = heap();
                for (int i = 0; i < used; i++) {
                    for (int time = 0; time < 10; time++) {
                        locks.write("account:" + i).acquire().close();
                    }
                }
                long after = heap();
                int remembered = locks.monitor().count().remembered();
                table.row(List.of(
                        Integer.toString(used),
                        Integer.toString(remembered),
                        Table.number((after - before) / (double) remembered)));
            }
        }
        return table.toString();
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Microseconds to join, and to leave, a queue of this length. */
    static String longQueues() {
        Table table = new Table("waiting on one lock", "to join", "to cancel", "to time out", "to be granted");
        for (int round = 0; round < 2; round++) {
            for (int waiters : new int[] {1_000, 10_000, 100_000}) {
                List<String> row = queue(waiters);
                if (round > 0) {
                    table.row(row);
                }
            }
        }
        return table.toString();
    }

    private static List<String> queue(int waiters) {
        try (LockManager locks =
                InterlockManager.builder().maxQueue(waiters).historySize(0).build()) {
            LockHandle held = locks.write("account:1").acquire();
            long began = System.nanoTime();
            List<CompletableFuture<LockHandle>> cancelled = join(locks, waiters, Duration.ofHours(1));
            long joined = System.nanoTime();
            cancelled.forEach(each -> each.cancel(false));
            long left = System.nanoTime();
            List<CompletableFuture<LockHandle>> late = join(locks, waiters, Duration.ofMillis(1));
            long lateBegan = System.nanoTime();
            late.forEach(Probes::settled);
            long timedOut = System.nanoTime();
            List<CompletableFuture<LockHandle>> granted = join(locks, waiters, Duration.ofHours(1));
            granted.forEach(each -> each.thenAccept(LockHandle::close).isDone());
            long grantsBegan = System.nanoTime();
            held.close();
            granted.forEach(Probes::settled);
            long done = System.nanoTime();
            return List.of(
                    Integer.toString(waiters),
                    micros(joined - began, waiters),
                    micros(left - joined, waiters),
                    micros(timedOut - lateBegan, waiters),
                    micros(done - grantsBegan, waiters));
        }
    }

    private static List<CompletableFuture<LockHandle>> join(LockManager locks, int waiters, Duration timeout) {
        List<CompletableFuture<LockHandle>> all = new ArrayList<>(waiters);
        for (int i = 0; i < waiters; i++) {
            all.add(locks.write("account:1").timeout(timeout).acquireAsync());
        }
        return all;
    }

    private static void settled(CompletableFuture<LockHandle> future) {
        future.handle((held, failure) -> true).join();
    }

    private static String micros(long nanos, int count) {
        return Table.number(nanos / 1e3 / count) + " µs";
    }
}
