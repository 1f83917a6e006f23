package dev.interlock.store.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/** When this machine was started, where the system tells. */
final class Boot {

    private static final String LINE = "btime ";
    private static final Duration DOUBT = Duration.ofMinutes(1);

    private Boot() {}

    /** Whether the machine has surely been started after this moment, so that no process of that time is left. */
    static boolean isAfter(Instant moment) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
            return lines.filter(line -> line.startsWith(LINE))
                    .map(line -> Instant.ofEpochSecond(Long.parseLong(line.substring(LINE.length()))))
                    .anyMatch(boot -> boot.minus(DOUBT).isAfter(moment));
        } catch (IOException untold) {
            return false;
        }
    }
}
