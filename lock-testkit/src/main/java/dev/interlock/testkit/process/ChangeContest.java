package dev.interlock.testkit.process;

import dev.interlock.spi.LockStore;
import dev.interlock.spi.StampRecord;
import dev.interlock.spi.StampStore;
import dev.interlock.testkit.process.ChangeRecord.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Processes that count in a few cells without locks, by stamps alone, and the proof by what they wrote down that no update was lost.
 * In each round one is killed in the midst of a change of each cell, and one is stopped there until it has been taken for dead.
 */
final class ChangeContest implements AutoCloseable {

    static final String CELLS_FILE = "fenced-cells";
    static final int CELLS = 2;
    static final int THREADS = 3;

    private static final int PROCESSES = 3;
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Class<? extends StoreFactory> factory;
    private final String argument;
    private final Path directory;
    private final FencedCells cells;
    private final SplittableRandom random = new SplittableRandom();
    private final List<PartyProcess> started = new ArrayList<>();
    private final List<PartyProcess> living = new ArrayList<>();
    private Duration longest = Duration.ZERO;

    /** A contest over the stores that this factory opens with this argument. */
    ChangeContest(Class<? extends StoreFactory> factory, String argument, Path directory) throws IOException {
        this.factory = factory;
        this.argument = argument;
        this.directory = directory;
        this.cells = FencedCells.map(directory.resolve(CELLS_FILE), CELLS);
    }

    static String resource(int cell) {
        return "changed:" + cell;
    }

    static Path journal(Path directory, String node, int thread) {
        return directory.resolve(node + "-" + thread + ".changes");
    }

    /** In one cell those that are disturbed have not written yet, in the other they have. */
    static boolean lingersBeforeWriting(int cell) {
        return cell % 2 == 0;
    }

    /**
     * Lets them change the cells, and looks through what they wrote down.
     *
     * @param keeps for how long a process stays stopped that is not taken for dead; {@code null} if it is
     */
    ChangeResult run(int rounds, @Nullable Duration keeps) throws Exception {
        for (int i = 0; i < PROCESSES; i++) {
            start();
        }
        for (int i = 0; i < rounds; i++) {
            untilAllHaveChanged();
            killOne();
            untilAllHaveChanged();
            stopOne(keeps);
            untilAllHaveChanged();
            start();
        }
        untilAllHaveChanged();
        return result(finish());
    }

    private void start() throws IOException {
        List<String> arguments =
                List.of(factory.getName(), argument, directory.toString(), Long.toString(random.nextLong()));
        PartyProcess next = PartyProcess.start(Changer.class, "changer" + started.size(), directory, arguments);
        started.add(next);
        living.add(next);
    }

    /** Each process has changed each cell once more. */
    private void untilAllHaveChanged() throws IOException {
        for (PartyProcess each : living) {
            each.said().clear();
            each.order(Changer.REPORT);
        }
        Standoff.until("all processes have changed all cells", () -> living.stream()
                .allMatch(each -> each.said(Changer.CHANGED).size() == CELLS));
    }

    // --- faults ----------------------------------------------------------------------------------------------------

    private void killOne() throws IOException, InterruptedException {
        PartyProcess chosen = living.remove(0);
        long[] versions = linger(chosen);
        long from = System.nanoTime();
        chosen.process().kill();
        Standoff.until("others go on after a death", havePassed(versions));
        Duration after = Duration.ofNanos(System.nanoTime() - from);
        longest = after.compareTo(longest) > 0 ? after : longest;
    }

    private void stopOne(@Nullable Duration keeps) throws IOException, InterruptedException {
        PartyProcess chosen = living.get(0);
        long[] versions = linger(chosen);
        chosen.process().stop();
        if (keeps == null) {
            Standoff.until("others go on without the one that was stopped", havePassed(versions));
        } else {
            Thread.sleep(keeps.toMillis());
        }
        chosen.process().goOn();
        chosen.order(Changer.GO_ON);
    }

    /** Lets it stay in the midst of a change of each cell; answers under which versions. */
    private long[] linger(PartyProcess chosen) throws IOException {
        chosen.said().clear();
        chosen.order(Changer.LINGER);
        Standoff.until(
                "somebody is in the midst of changes",
                () -> chosen.said(Changer.LINGERS).size() == CELLS);
        return chosen.said(Changer.LINGERS).stream()
                .map(line -> line.split(" ", -1))
                .sorted((one, other) -> one[1].compareTo(other[1]))
                .mapToLong(words -> Long.parseLong(words[2]))
                .toArray();
    }

    private BooleanSupplier havePassed(long[] versions) {
        return () -> IntStream.range(0, CELLS).allMatch(cell -> cells.version(cell) > versions[cell]);
    }

    private List<String> finish() throws IOException, InterruptedException {
        List<String> violations = new ArrayList<>();
        for (PartyProcess each : started) {
            each.finish();
        }
        for (PartyProcess each : started) {
            violations.addAll(each.ended());
        }
        return violations;
    }

    // --- the proof -------------------------------------------------------------------------------------------------

    private ChangeResult result(List<String> violations) throws Exception {
        ChangeReader journals = new ChangeReader();
        for (PartyProcess each : started) {
            String node = each.process().node;
            for (int i = 0; i < THREADS; i++) {
                journals.read(
                        journal(directory, node, i),
                        node,
                        node + "-" + i,
                        each.process().wasKilled());
            }
        }
        violations.addAll(journals.violations);
        Set<String> stopped = started.stream()
                .map(PartyProcess::process)
                .filter(ContestProcess::wasStopped)
                .map(each -> each.node)
                .collect(Collectors.toSet());
        try (LockStore store = factory.getDeclaredConstructor().newInstance().open(argument)) {
            for (int i = 0; i < CELLS; i++) {
                StampRecord stamp = ((StampStore) store).readStamp(resource(i), LONG);
                violations.addAll(new ChangeChecker(i, journals).violations(cells.value(i), stamp, stopped::contains));
            }
        }
        return new ChangeResult(
                number(journals, Outcome.DONE),
                number(journals, null),
                number(journals, Outcome.REFUSED),
                number(journals, Outcome.LOST),
                journals.failures,
                longest,
                violations);
    }

    private static long number(ChangeReader journals, @Nullable Outcome outcome) {
        return journals.changes.stream()
                .filter(each -> each.outcome() == outcome)
                .count();
    }

    @Override
    public void close() {
        started.forEach(PartyProcess::destroy);
    }
}
