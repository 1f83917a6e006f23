package dev.interlock.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.sample.Sample.Pending;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample as it was made ahead of time by the build, in a process of its own. */
@Tag("once")
class AheadOfTimeTest {

    private static final Path MADE = Path.of("target", "spring-aot", "main");

    @TempDir
    Path directory;

    @BeforeAll
    static void wasMade() {
        assertThat(MADE.resolve("classes"))
                .as("made ahead of time by 'mvn process-test-classes'")
                .isNotEmptyDirectory();
    }

    @Test
    void itLocksByHandAndByKeyAndEndsWithThoseWhoHold() throws Exception {
        try (Child child = start()) {
            Sample sample = new Sample(child.awaitPort());
            assertThat(child.output()).contains("Starting AOT-processed SampleApplication");

            sample.hold("account:1", "read");
            sample.get("/accounts/1").expect(200);
            sample.takeAway("account:1");
            sample.hold("stock:lamp", "write");
            assertThat(sample.post("/reservations", "{\"lines\":[{\"sku\":\"lamp\",\"quantity\":1}]}")
                            .expect(200)
                            .text("$.why"))
                    .startsWith("somebody else has one of the items");
            sample.takeAway("stock:lamp");
            sample.post("/transfers?from=1&to=2&amount=1").expect(200);

            Pending held = sample.hold("aot:1", "write", 3_000);
            child.stop();
            held.answer().expect(200);
            assertThat(child.output()).contains("Graceful shutdown complete");
        }
    }

    @Test
    void itsLocksCanBeSwitchedOffWhenItStarts() throws Exception {
        try (Child child = start("-Dinterlock.enabled=false")) {
            Sample sample = new Sample(child.awaitPort());
            sample.hold("account:1", "write");

            sample.get("/accounts/1").expect(200);

            sample.takeAway("account:1");
        }
    }

    private Child start(String... options) throws IOException {
        String libraries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(each -> !each.contains("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
        String classes = Stream.of(
                        MADE.resolve("classes").toString(),
                        MADE.resolve("resources").toString(),
                        libraries)
                .collect(Collectors.joining(File.pathSeparator));
        List<String> settings = Stream.concat(
                        Stream.of(
                                "-XX:TieredStopAtLevel=1",
                                "-Dspring.aot.enabled=true",
                                "-Dserver.port=0",
                                "-Dserver.address=localhost"),
                        Stream.of(options))
                .toList();
        return Child.start(directory.resolve("output.txt"), settings, classes, SampleApplication.class.getName());
    }
}
