package dev.interlock.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What an acquisition and its release take where nobody is in the way. The first rival is the floor. */
final class Uncontended {

    private static final int ROUNDS = 7;

    private final Map<String, SharedLocks> rivals;
    private final Duration slice;

    Uncontended(Map<String, SharedLocks> rivals, Duration slice) {
        this.rivals = rivals;
        this.slice = slice;
    }

    /** The head of a table for its rows. */
    Table table(String first) {
        List<String> head = new ArrayList<>(List.of(first));
        head.addAll(rivals.keySet());
        return new Table(head.toArray(String[]::new));
    }

    /** What a rival did in a round, in nanoseconds. */
    private record Round(double median, double p99) {}

    /** Everybody warms up, and then has a turn in every round. */
    void row(Table table, String name, int keys) throws Exception {
        List<String> names =
                IntStream.range(0, keys).mapToObj(key -> "account:" + key).toList();
        for (SharedLocks each : rivals.values()) {
            for (String key : names) {
                each.acquire(key).release();
            }
            round(each, names);
        }
        Map<String, List<Round>> rounds = new LinkedHashMap<>();
        for (int i = 0; i < ROUNDS; i++) {
            for (Map.Entry<String, SharedLocks> each : rivals.entrySet()) {
                rounds.computeIfAbsent(each.getKey(), none -> new ArrayList<>()).add(round(each.getValue(), names));
            }
        }
        table.row(cells(name + ", " + keys + (keys == 1 ? " key" : " keys"), rounds));
    }

    private Round round(SharedLocks locks, List<String> names) throws Exception {
        List<Long> taken = new ArrayList<>();
        long end = System.nanoTime() + slice.toNanos();
        long before = System.nanoTime();
        for (int i = 0; before < end; i = (i + 1) % names.size()) {
            locks.acquire(names.get(i)).release();
            long after = System.nanoTime();
            taken.add(after - before);
            before = after;
        }
        long[] nanos = taken.stream().mapToLong(Long::longValue).toArray();
        return new Round(Timing.percentile(nanos, 0.5), Timing.percentile(nanos, 0.99));
    }

    private static List<String> cells(String name, Map<String, List<Round>> rounds) {
        List<String> cells = new ArrayList<>(List.of(name));
        List<Round> floor = rounds.values().iterator().next();
        for (List<Round> each : rounds.values()) {
            cells.add(Timing.micros(Timing.median(each, Round::median)) + " (" + Table.times(ratio(each, floor))
                    + "), p99 " + Timing.micros(Timing.median(each, Round::p99)));
        }
        return cells;
    }

    /** Each round's ratio counts, as both were measured in the same moment. */
    private static double ratio(List<Round> rounds, List<Round> floor) {
        List<Double> ratios = IntStream.range(0, rounds.size())
                .mapToObj(i -> rounds.get(i).median / floor.get(i).median)
                .toList();
        return Timing.median(ratios, Double::doubleValue);
    }
}
