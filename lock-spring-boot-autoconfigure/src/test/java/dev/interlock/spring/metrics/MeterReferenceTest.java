package dev.interlock.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.engine.InterlockManager;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the documents say of meters is so. */
@Timeout(60)
class MeterReferenceTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "monitoring.md");
    private static final Pattern ROW =
            Pattern.compile("\\| `(interlock\\.[a-z.]+)` \\| (\\w+) \\| ([a-z, ]*) ?\\| (\\w+) \\| .* \\|");

    /** A meter as the table has it. */
    private record Row(String name, String kind, Set<String> tags, String unit) {}

    @Test
    void theTableHasAllMetersAndNoOthers() throws IOException {
        assertThat(inTheTable()).hasSize(23).isEqualTo(inTheRegistry());
    }

    private static Set<Row> inTheTable() throws IOException {
        return Files.readAllLines(DOCUMENT).stream()
                .map(ROW::matcher)
                .filter(row -> row.matches())
                .map(row -> new Row(row.group(1), row.group(2), tags(row.group(3)), row.group(4)))
                .collect(Collectors.toSet());
    }

    private static Set<String> tags(String list) {
        return Pattern.compile("\\w+")
                .matcher(list)
                .results()
                .map(each -> each.group())
                .collect(Collectors.toSet());
    }

    private static Set<Row> inTheRegistry() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (InterlockManager locks = InterlockManager.builder().build()) {
            LockMeters meters = new LockMeters(
                    locks,
                    "memory",
                    new LockTimers(new TimedEvents(true, true), false),
                    new OperationMeters(locks, true));
            meters.bindTo(registry);
            locks.write("door").run(() -> {});
            locks.optimistic().attempt("door", current -> null);
            await().until(() -> registry.find("interlock.hold").timer() != null
                    && registry.find("interlock.operations.duration").timer() != null);
            return registry.getMeters().stream()
                    .map(Meter::getId)
                    .filter(id -> id.getTag("le") == null)
                    .map(MeterReferenceTest::row)
                    .collect(Collectors.toSet());
        }
    }

    private static Row row(Meter.Id id) {
        Set<String> tags = id.getTags().stream().map(Tag::getKey).collect(Collectors.toCollection(TreeSet::new));
        assertThat(tags.remove("backend")).isTrue();
        return new Row(
                id.getName(), id.getType().name().toLowerCase(Locale.ROOT), tags, String.valueOf(id.getBaseUnit()));
    }
}
