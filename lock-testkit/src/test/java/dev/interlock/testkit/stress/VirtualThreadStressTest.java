package dev.interlock.testkit.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "there are no virtual threads before")
class VirtualThreadStressTest {

    private static final long PATIENCE_SECONDS = 120;

    @Test
    void thousandsOfVirtualThreadsGetOnWithOneCarrier(@TempDir Path directory) throws Exception {
        Path output = directory.resolve("output");

        assertThat(exitOf(output)).as(() -> read(output)).isZero();

        assertThat(read(output)).contains(VirtualThreads.DONE).doesNotContain("onPinned");
    }

    /** The exit code, or -1 if it did not get on. */
    private static int exitOf(Path output) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djdk.virtualThreadScheduler.parallelism=1",
                        "-Djdk.virtualThreadScheduler.maxPoolSize=1",
                        "-Djdk.tracePinnedThreads=full",
                        "-cp",
                        System.getProperty("java.class.path"),
                        VirtualThreads.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            return child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) ? child.exitValue() : -1;
        } finally {
            child.destroyForcibly();
        }
    }

    private static String read(Path output) {
        try {
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "no output: " + e;
        }
    }
}
