package dev.interlock.spring.aop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "there are no virtual threads before")
class VirtualThreadsTest {

    private static final long PATIENCE_SECONDS = 120;

    @Test
    void thousandsOfThemCallLockedMethodsWithOneCarrier(@TempDir Path directory) throws Exception {
        Path output = directory.resolve("output");
        Process child = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djdk.virtualThreadScheduler.parallelism=1",
                        "-Djdk.virtualThreadScheduler.maxPoolSize=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockedOnVirtualThreads.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(Files.readString(output)).contains(LockedOnVirtualThreads.DONE);
            assertThat(ended && child.exitValue() == 0).isTrue();
        } finally {
            child.destroyForcibly();
        }
    }
}
