package dev.interlock.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** How long a lock takes from a process that gives it back to one that has been waiting for it, asleep. */
final class HandOffs implements AutoCloseable {

    private static final String KEY = "hand-off";

    private final Map<String, Pair> pairs = new LinkedHashMap<>();

    HandOffs with(String name, String rival, String where) throws IOException {
        pairs.put(name, new Pair(new Peer(rival, where), new Peer(rival, where)));
        return this;
    }

    private static final class Pair {

        private Peer holder;
        private Peer waiter;
        private final List<Long> taken = new ArrayList<>();

        Pair(Peer first, Peer second) throws IOException {
            holder = first;
            waiter = second;
            acquire(holder).hearTime();
        }

        private static Peer acquire(Peer peer) {
            peer.tell("acquire", KEY);
            return peer;
        }

        long handOff() throws IOException {
            acquire(waiter);
            // Longer than asking takes, and not in step with anything.
            Timing.pause(ThreadLocalRandom.current().nextLong(20_000_000, 60_000_000));
            holder.tell("release");
            long granted = waiter.hearTime();
            long nanos = granted - holder.hearTime();
            Peer next = waiter;
            waiter = holder;
            holder = next;
            return nanos;
        }

        long[] times() {
            return taken.stream().mapToLong(Long::longValue).toArray();
        }
    }

    /** In turns, so that noise hits all; the first tenth is for warming up. */
    String run(int count) throws IOException {
        for (int i = -count / 10; i < count; i++) {
            for (Pair each : pairs.values()) {
                long nanos = each.handOff();
                if (i >= 0) {
                    each.taken.add(nanos);
                }
            }
        }
        Table table = new Table("release in one process to grant in another", "median", "p99", "longest", "hand-offs");
        pairs.forEach((rival, pair) -> table.row(List.of(
                rival,
                Timing.millis(Timing.percentile(pair.times(), 0.5)),
                Timing.millis(Timing.percentile(pair.times(), 0.99)),
                Timing.millis(Timing.percentile(pair.times(), 1)),
                Integer.toString(pair.taken.size()))));
        return table.toString();
    }

    @Override
    public void close() throws InterruptedException {
        for (Pair each : pairs.values()) {
            each.holder.close();
            each.waiter.close();
        }
    }
}
