package dev.interlock.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link LockBenchmark} over subjects, keys and threads, and shows each subject beside the first. */
final class SpeedRun {

    /** Found by trying: about 100 ns of work. */
    static final int SECTION = 60;

    private static final String[] KEYS = {"1", "1000", "100000"};

    private final Consumer<String> progress;
    private final int millis;

    SpeedRun(Consumer<String> progress, int millis) {
        this.progress = progress;
        this.millis = millis;
    }

    /** Nobody in the way: nanoseconds, bytes, and the ratio to the first. */
    String uncontended() throws RunnerException {
        String[] subjects = {
            "rrw", "interlock", "interlock-no-statistics", "striped", "striped-weak", "spring-integration"
        };
        Table table = new Table(head("mode, keys", subjects));
        for (String mode : List.of("write", "read")) {
            for (String keys : KEYS) {
                Map<String, RunResult> results = run(mode, keys, 1, 0, subjects);
                double base = nanos(results, subjects[0]);
                List<String> row = new ArrayList<>(List.of(mode + ", " + keys));
                for (String subject : subjects) {
                    double nanos = nanos(results, subject);
                    row.add(Table.number(nanos) + " ns (" + Table.times(nanos / base) + "), "
                            + Table.number(allocated(results, subject)) + " B");
                }
                table.row(row);
            }
        }
        return table.toString();
    }

    /** In each other's way: million operations a second, and the ratio to the first. */
    String contended() throws RunnerException {
        String[] subjects = {"rrw", "interlock", "rrw-fair", "interlock-strict", "striped", "spring-integration"};
        Table table = new Table(head("mode, keys, threads", subjects));
        for (String mode : List.of("write", "mostlyRead")) {
            for (String keys : KEYS) {
                for (int threads : new int[] {2, 8, 64}) {
                    Map<String, RunResult> results = run(mode, keys, threads, SECTION, subjects);
                    double base = throughput(results, subjects[0]);
                    List<String> row = new ArrayList<>(List.of(mode + ", " + keys + ", " + threads));
                    for (String subject : subjects) {
                        double each = throughput(results, subject);
                        row.add(Table.number(each) + " (" + Table.times(each / base) + ")");
                    }
                    table.row(row);
                }
            }
        }
        return table.toString();
    }

    private static String[] head(String first, String[] subjects) {
        List<String> head = new ArrayList<>(List.of(first));
        head.addAll(List.of(subjects));
        return head.toArray(String[]::new);
    }

    private Map<String, RunResult> run(String mode, String keys, int threads, int work, String[] subjects)
            throws RunnerException {
        progress.accept("measuring " + mode + " of " + keys + " keys by " + threads + " threads …");
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(LockBenchmark.class.getSimpleName() + "\\." + mode + "$")
                        .param("subject", subjects)
                        .param("keys", keys)
                        .param("work", Integer.toString(work))
                        .threads(threads)
                        .forks(2)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.milliseconds(millis))
                        .measurementIterations(4)
                        .measurementTime(TimeValue.milliseconds(millis))
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .build())
                .run();
        Map<String, RunResult> bySubject = new TreeMap<>();
        results.forEach(result -> bySubject.put(result.getParams().getParam("subject"), result));
        return bySubject;
    }

    /** Million operations a second; the median, because other machines share these processors. */
    private static double throughput(Map<String, RunResult> results, String subject) {
        return of(results, subject).getPrimaryResult().getStatistics().getPercentile(50);
    }

    private static double nanos(Map<String, RunResult> results, String subject) {
        return 1000 / throughput(results, subject);
    }

    private static double allocated(Map<String, RunResult> results, String subject) {
        Result<?> allocated = of(results, subject).getSecondaryResults().get("gc.alloc.rate.norm");
        return allocated == null ? 0 : allocated.getScore();
    }

    private static RunResult of(Map<String, RunResult> results, String subject) {
        RunResult result = results.get(subject);
        if (result == null) {
            throw new IllegalStateException("no result for " + subject);
        }
        return result;
    }
}
