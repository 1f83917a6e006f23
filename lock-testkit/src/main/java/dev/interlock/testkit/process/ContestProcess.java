package dev.interlock.testkit.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One process of a contest, as the one that started it sees it. */
final class ContestProcess {

    private static final long PATIENCE_SECONDS = 90;

    final String node;
    private final Process process;
    private final Path log;
    private final BufferedReader said;
    private boolean killed;
    private boolean stopped;

    private ContestProcess(String node, Process process, Path log) {
        this.node = node;
        this.process = process;
        this.log = log;
        this.said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts it and waits until it contends. */
    static ContestProcess start(String node, Path directory, List<String> arguments) throws IOException {
        return start(Contestant.class, node, directory, arguments);
    }

    /** Starts a process that begins so, and waits until it is ready. */
    static ContestProcess start(Class<?> main, String node, Path directory, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                node));
        command.addAll(arguments);
        Path log = directory.resolve(node + ".log");
        Process process =
                new ProcessBuilder(command).redirectError(log.toFile()).start();
        ContestProcess started = new ContestProcess(node, process, log);
        started.untilReady();
        return started;
    }

    private void untilReady() throws IOException {
        String line = said.readLine();
        while (line != null && !line.equals(Contestant.READY)) {
            line = said.readLine();
        }
        if (line == null) {
            throw new IOException("process '" + node + "' has ended before it began:\n" + Files.readString(log));
        }
    }

    /** What it says after it was ready. */
    BufferedReader said() {
        return said;
    }

    /** Tells it a line. */
    void tell(String line) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    void kill() throws IOException, InterruptedException {
        killed = true;
        signal("KILL");
        process.waitFor();
    }

    void stop() throws IOException, InterruptedException {
        stopped = true;
        signal("STOP");
    }

    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int result = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (result != 0) {
            throw new IOException("process '" + node + "' could not be sent " + name + ":\n" + Files.readString(log));
        }
    }

    boolean wasKilled() {
        return killed;
    }

    boolean wasStopped() {
        return stopped;
    }

    /** Lets it come to its end. */
    void finish() throws IOException {
        process.getOutputStream().close();
    }

    /** Waits for its end; answers what was wrong with it. */
    List<String> ended() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            signal("QUIT");
            process.waitFor(1, TimeUnit.SECONDS);
            process.destroyForcibly().waitFor();
            return List.of("process '" + node + "' did not come to an end:\n" + Files.readString(log));
        }
        return killed || process.exitValue() == 0
                ? List.of()
                : List.of("process '" + node + "' ended with " + process.exitValue() + ":\n" + Files.readString(log));
    }

    void destroy() {
        process.destroyForcibly();
    }
}
