package dev.interlock.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Measures everything, prints the tables, and leaves them in a file. */
public final class Benchmarks {

    private Benchmarks() {}

    /**
     * Measures.
     *
     * @param args the file for the tables, and the length of an iteration in milliseconds
     */
    public static void main(String[] args) throws Exception {
        Path file = Path.of(args.length > 0 ? args[0] : "benchmarks.md");
        int millis = args.length > 1 ? Integer.parseInt(args[1]) : 500;
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        SpeedRun speed = new SpeedRun(out::println, millis);
        StringBuilder report = new StringBuilder();
        section(report, out, "Machine", machine());
        section(report, out, "Memory of idle resources", Probes.idleMemory());
        section(report, out, "Long queues", Probes.longQueues());
        section(report, out, "The longest wait", Probes.longestWait(3, 5));
        section(report, out, "Nobody in the way: time and allocation of one acquire and release", speed.uncontended());
        section(report, out, "In each other's way: million acquisitions a second", speed.contended());
        write(file, report.toString());
        out.println("written to " + file.toAbsolutePath());
    }

    private static String machine() {
        return Runtime.getRuntime().availableProcessors() + " processors, Java " + Runtime.version() + "\n";
    }

    private static void section(StringBuilder report, PrintStream out, String title, String text) {
        String section = "### " + title + "\n\n" + text + "\n";
        report.append(section);
        out.println(section);
    }

    private static void write(Path file, String report) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, report);
    }
}
