package dev.interlock.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link LockProcess}, seen from here. */
final class Peer implements AutoCloseable {

    private static final long SECONDS_TO_END = 10;

    private final Process process;
    private final PrintStream in;
    private final BufferedReader out;

    Peer(String rival, String where) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home", ""), "bin", "java")
                                .toString(),
                        "-cp",
                        System.getProperty("java.class.path", ""),
                        LockProcess.class.getName(),
                        rival,
                        where)
                .redirectError(Redirect.INHERIT)
                .start();
        in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        out = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Tells it to do something, and does not wait until it is done. */
    void tell(String... words) {
        in.println(String.join(" ", words));
    }

    /** What it says next. */
    String hear() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IllegalStateException("a process of the benchmark has ended; see what it printed");
        }
        return line;
    }

    long hearTime() throws IOException {
        return Long.parseLong(hear());
    }

    /** What its crowd got. */
    record Report(List<Turn> turns, long statements) {}

    Report hearOfCrowd() throws IOException {
        String[] counts = hear().split(" ", -1);
        List<Turn> turns = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(counts[0]); i++) {
            turns.add(Turn.parse(hear()));
        }
        return new Report(turns, Long.parseLong(counts[1]));
    }

    @Override
    public void close() throws InterruptedException {
        in.close();
        if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
