package dev.interlock.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Two processes with four threads each that want one lock and keep it for a millisecond. */
final class Contention {

    private static final long HOLD = 1_000_000;

    private final Consumer<String> progress;
    private final Duration length;
    private final Map<String, String> rivals = new LinkedHashMap<>();

    Contention(Consumer<String> progress, Duration length) {
        this.progress = progress;
        this.length = length;
    }

    Contention with(String rival, String where) {
        rivals.put(rival, where);
        return this;
    }

    /** Everybody has a turn in every round. */
    String run(int rounds) throws Exception {
        Map<String, List<Bout>> bouts = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, String> each : rivals.entrySet()) {
                String rival = each.getKey();
                progress.accept("two processes on one key, round " + (round + 1) + ": " + rival + " …");
                Bout bout = bout(rival, each.getValue(), "one:" + round);
                bouts.computeIfAbsent(rival, none -> new ArrayList<>()).add(bout);
            }
        }
        return table(bouts);
    }

    private Bout bout(String rival, String where, String key) throws Exception {
        try (Peer first = new Peer(rival, where);
                Peer second = new Peer(rival, where)) {
            crowds(first, key + ":warm-up:1", second, key + ":warm-up:2", length.dividedBy(5), 0);
            return crowds(first, key, second, key, length, HOLD);
        }
    }

    private static Bout crowds(Peer first, String firstKey, Peer second, String secondKey, Duration length, long hold)
            throws IOException {
        // So that both have heard of it when it begins.
        long start = System.nanoTime() + Duration.ofMillis(200).toNanos();
        long end = start + length.toNanos();
        first.tell("crowd", firstKey, Long.toString(start), Long.toString(end), Long.toString(hold));
        second.tell("crowd", secondKey, Long.toString(start), Long.toString(end), Long.toString(hold));
        return new Bout(first.hearOfCrowd(), second.hearOfCrowd(), length, end);
    }

    private static String table(Map<String, List<Bout>> bouts) {
        Table table = new Table(
                "lock",
                "acquisitions/s",
                "each process",
                "the lesser share",
                "wait p50",
                "p99",
                "longest",
                "hand-offs that cross",
                "statements each",
                "held",
                "two at once");
        bouts.forEach((rival, all) -> table.row(List.of(
                rival,
                Table.number(Timing.median(all, Bout::rate)),
                Table.number(Timing.median(all, Bout::greaterRate)) + " and "
                        + Table.number(Timing.median(all, Bout::lesserRate)),
                percent(Timing.median(all, Bout::lesserShare)),
                Timing.millis(Timing.median(all, bout -> bout.waited(0.5))),
                Timing.millis(Timing.median(all, bout -> bout.waited(0.99))),
                Timing.millis(
                        all.stream().mapToDouble(bout -> bout.waited(1)).max().orElse(Double.NaN)),
                percent(Timing.median(all, Bout::crossing)),
                Table.number(Timing.median(all, Bout::statementsEach)),
                Timing.millis(Timing.median(all, Bout::held)),
                Long.toString(all.stream().mapToLong(Bout::overlaps).sum()))));
        return table.toString();
    }

    private static String percent(double part) {
        return Table.number(100 * part) + "%";
    }
}
