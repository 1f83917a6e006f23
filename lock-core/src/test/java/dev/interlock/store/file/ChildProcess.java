package dev.interlock.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link Child} as its parent sees it. */
final class ChildProcess implements AutoCloseable {

    private static final String GONE = "gone";

    private final Process process;
    private final Writer orders;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private ChildProcess(List<String> command) throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        orders = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "answers-of-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    static ChildProcess start(Path directory) throws IOException {
        return new ChildProcess(command(directory));
    }

    /** By way of a shell, which does this first, and may stay its parent. */
    static ChildProcess startAfter(String preparation, Path directory) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", preparation, "sh"));
        command.addAll(command(directory));
        return new ChildProcess(command);
    }

    private static List<String> command(Path directory) {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-cp",
                classes,
                Child.class.getName(),
                directory.toString());
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(answers::add);
        } catch (IOException | RuntimeException e) {
            answers.add(GONE + " " + e);
        }
        answers.add(GONE);
    }

    /** Tells it to do something, and does not wait for it. */
    void tell(String order) throws IOException {
        orders.write(order + "\n");
        orders.flush();
    }

    boolean hasAnswered() {
        return !answers.isEmpty();
    }

    /** What it answers next. */
    String answer() throws InterruptedException {
        String answer = answers.poll(60, TimeUnit.SECONDS);
        assertThat(answer).as("answer of process %s", process.pid()).isNotNull().isNotEqualTo(GONE);
        return answer;
    }

    /** Tells it to do something, and waits for the answer. */
    String ask(String order) throws IOException, InterruptedException {
        tell(order);
        return answer();
    }

    long pid() {
        return process.pid();
    }

    /** As {@code kill -9} does; waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    void stop() throws IOException, InterruptedException {
        signal("STOP", pid());
    }

    void goOn() throws IOException, InterruptedException {
        signal("CONT", pid());
    }

    static void signal(String name, long pid) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid)
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).as("kill -%s %s", name, pid).isZero();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
