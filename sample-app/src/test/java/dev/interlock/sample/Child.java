package dev.interlock.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An application in a process of its own, which does not outlive the test. */
final class Child implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");

    private final Process process;
    private final Path output;
    private final Thread lastResort;

    private Child(Process process, Path output) {
        this.process = process;
        this.output = output;
        lastResort = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    static Child start(Path output, List<String> settings, String classes, String main) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(settings);
        command.addAll(List.of("-cp", classes, main));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new Child(process, output);
    }

    /** Waits until it serves, and answers at which port. */
    int awaitPort() {
        await().atMost(PATIENCE)
                .until(() -> !process.isAlive() || STARTED.matcher(output()).find());
        Matcher started = STARTED.matcher(output());
        assertThat(started.find()).as(output()).isTrue();
        return Integer.parseInt(started.group(1));
    }

    /** What it has said so far. */
    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to end, and waits until it has. */
    void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(this::output)
                .isTrue();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }
}
