package dev.interlock.testkit.process;

import dev.interlock.testkit.history.HistoryChecker;
import dev.interlock.testkit.history.HoldRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Processes that contend for a few locks on one store while some of them are killed ({@code kill -9}) or stopped for a while
 * ({@code kill -STOP}), and the proof by what they wrote down that nothing was broken.
 *
 * <pre>{@code
 * ContestResult result = ProcessContest.over(MyStoreFactory.class, address).kills(true).run(temporaryDirectory);
 * assertThat(result.violations()).isEmpty();
 * }</pre>
 *
 * <p>Needs a system with signals, such as Linux, where all processes share the clock of {@link System#nanoTime()}.
 */
public final class ProcessContest {

    static final String CELLS_FILE = "cells";
    static final int COUNTED = 2;
    static final int LEASED = 1;
    static final int CELLS = COUNTED + LEASED;

    /** After this time a waiter's claim is known everywhere, however busy the machine is. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private static final int HAND_OFFS = 16;
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Class<? extends StoreFactory> factory;
    private final String argument;
    private int processes = 3;
    private int threads = 3;
    private Duration length = Duration.ofSeconds(10);
    private Duration pause = Duration.ofMillis(700);
    private boolean kills;
    private @Nullable Duration stops;

    private final List<ContestProcess> started = new ArrayList<>();
    private int killed;
    private int stopped;

    private ProcessContest(Class<? extends StoreFactory> factory, String argument) {
        this.factory = Objects.requireNonNull(factory, "the store factory is null");
        this.argument = Objects.requireNonNull(argument, "the argument is null");
    }

    /** A contest over the stores that this factory opens with this argument; 3 processes of 3 threads for 10 seconds. */
    public static ProcessContest over(Class<? extends StoreFactory> factory, String argument) {
        return new ProcessContest(factory, argument);
    }

    /** How many processes contend at a time. */
    public ProcessContest processes(int number) {
        processes = number;
        return this;
    }

    /** How many threads contend in each. */
    public ProcessContest threads(int number) {
        threads = number;
        return this;
    }

    /** For how long. */
    public ProcessContest length(Duration duration) {
        length = duration;
        return this;
    }

    /** How long nothing happens between one fault and the next; 700 ms by default. */
    public ProcessContest pause(Duration duration) {
        pause = duration;
        return this;
    }

    /** Processes are killed, and others started in their place. */
    public ProcessContest kills(boolean wanted) {
        kills = wanted;
        return this;
    }

    /** Processes are stopped for this long, and go on. */
    public ProcessContest stops(Duration duration) {
        stops = duration;
        return this;
    }

    static String resource(int cell) {
        return (cell < COUNTED ? "counted:" : "leased:") + cell;
    }

    /** Lets them contend, and looks through what they wrote down. */
    public ContestResult run(Path directory) throws IOException, InterruptedException {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        Cells cells = Cells.map(directory.resolve(CELLS_FILE), CELLS);
        try {
            for (int i = 0; i < processes; i++) {
                start(directory, random);
            }
            long end = System.nanoTime() + length.toNanos();
            while (System.nanoTime() - end < 0) {
                Thread.sleep(random.nextLong(2 * pause.toMillis()));
                disturb(directory, random);
            }
            return result(directory, cells, finish());
        } finally {
            started.forEach(ContestProcess::destroy);
        }
    }

    private void start(Path directory, SplittableRandom random) throws IOException {
        List<String> arguments = List.of(
                factory.getName(),
                argument,
                directory.toString(),
                Integer.toString(threads),
                Long.toString(random.nextLong()));
        started.add(ContestProcess.start("node" + started.size(), directory, arguments));
    }

    private void disturb(Path directory, SplittableRandom random) throws IOException, InterruptedException {
        List<ContestProcess> living =
                started.stream().filter(each -> !each.wasKilled()).toList();
        ContestProcess chosen = living.get(random.nextInt(living.size()));
        if (kills && (stops == null || random.nextBoolean())) {
            chosen.kill();
            killed++;
            start(directory, random);
        } else if (stops != null) {
            chosen.stop();
            Thread.sleep(stops.toMillis());
            chosen.goOn();
            stopped++;
        }
    }

    private List<String> finish() throws IOException, InterruptedException {
        List<String> violations = new ArrayList<>();
        for (ContestProcess each : started) {
            each.finish();
        }
        for (ContestProcess each : started) {
            violations.addAll(each.ended());
        }
        return violations;
    }

    // --- the proof -------------------------------------------------------------------------------------------------

    private ContestResult result(Path directory, Cells cells, List<String> violations) throws IOException {
        JournalReader journals = new JournalReader();
        for (ContestProcess each : started) {
            for (int i = 0; i < threads; i++) {
                journals.read(directory.resolve(each.node + "-" + i + ".journal"), each.wasKilled());
            }
        }
        HistoryChecker checker = new HistoryChecker(journals.history);
        List<String> all = Stream.of(
                        violations,
                        journals.violations,
                        checker.exclusion(),
                        checker.tokensOfNodes(),
                        checker.claims(),
                        checker.answers(GRACE),
                        checker.overtaking(SETTLED, processes * (HAND_OFFS + threads), undisturbed()),
                        counters(journals, cells))
                .flatMap(Collection::stream)
                .toList();
        return new ContestResult(journals.history, all, killed, stopped, journals.miscounted.size());
    }

    private Predicate<HoldRecord> undisturbed() {
        Set<String> stoppedNodes = started.stream()
                .filter(ContestProcess::wasStopped)
                .map(each -> each.node)
                .collect(Collectors.toSet());
        return hold ->
                !stoppedNodes.contains(hold.owner().substring(0, hold.owner().indexOf('-')));
    }

    /** I4, as far as a counter was only written to by those who held all the while. */
    private static List<String> counters(JournalReader journals, Cells cells) {
        List<String> violations = new ArrayList<>();
        for (int i = 0; i < COUNTED; i++) {
            String resource = resource(i);
            long sure = journals.counted.getOrDefault(resource, 0L);
            long unsure = journals.uncertain.getOrDefault(resource, 0L);
            long count = cells.count(i);
            boolean right = sure <= count && count <= sure + unsure;
            if (!right && !journals.miscounted.contains(resource)) {
                violations.add("'" + resource + "' was incremented " + sure + " times and perhaps " + unsure
                        + " more, but is " + count);
            }
        }
        return violations;
    }
}
