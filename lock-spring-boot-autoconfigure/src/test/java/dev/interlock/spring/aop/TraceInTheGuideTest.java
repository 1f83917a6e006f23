package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockManager;
import dev.interlock.LockTimeoutException;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationView;
import io.micrometer.observation.tck.TestObservationRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The trace that the guide shows is the one that is observed. */
@Timeout(30)
class TraceInTheGuideTest {

    private static final Pattern TRACE = Pattern.compile("```\\n(http post .*?)```", Pattern.DOTALL);

    private final TestObservationRegistry registry = TestObservationRegistry.create();
    private final Spans spans = new Spans();

    @Test
    void waitingAndHoldingNestAsTheGuideShows() throws IOException {
        withLocks()
                .withBean(TestObservationRegistry.class, () -> {
                    registry.observationConfig().observationHandler(spans);
                    return registry;
                })
                .withBean(Rates.class)
                .withBean(Bank.class)
                .run(context -> {
                    Holds.elsewhere(context.getBean(LockManager.class), "rates");
                    Observation request = Observation.createNotStarted("http.server.requests", registry)
                            .contextualName("http post /transfers");
                    assertThatExceptionOfType(LockTimeoutException.class)
                            .isThrownBy(() -> request.observe(
                                    () -> context.getBean(Bank.class).transfer(1, 2)));
                });

        assertThat(spans.tree()).isEqualTo(inTheGuide());
    }

    private static String inTheGuide() throws IOException {
        Matcher block = TRACE.matcher(Files.readString(Path.of("..", "docs", "monitoring.md")));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    static class Bank {

        private final Rates rates;

        Bank(Rates rates) {
            this.rates = rates;
        }

        @WriteLock(value = "account", key = "#from")
        @WriteLock(value = "account", key = "#to")
        public void transfer(long from, long to) {
            rates.at();
        }
    }

    static class Rates {

        @ReadLock(value = "rates", timeout = "0s")
        public void at() {}
    }

    /** What is observed, each beneath its parent, in order of its beginning. */
    private static final class Spans implements ObservationHandler<Observation.Context> {

        private final List<Observation.Context> begun = new ArrayList<>();

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }

        @Override
        public void onStart(Observation.Context context) {
            begun.add(context);
        }

        String tree() {
            StringBuilder tree = new StringBuilder();
            write(null, "", tree);
            return tree.toString();
        }

        private void write(Observation.@Nullable ContextView parent, String indent, StringBuilder tree) {
            for (Observation.Context each : begun) {
                if (Objects.equals(parentOf(each), parent)) {
                    tree.append(indent).append(line(each)).append('\n');
                    write(each, indent + "    ", tree);
                }
            }
        }

        private static Observation.@Nullable ContextView parentOf(Observation.Context context) {
            ObservationView parent = context.getParentObservation();
            return parent == null ? null : parent.getContextView();
        }

        private static String line(Observation.Context span) {
            Throwable error = span.getError();
            return Stream.of(
                            Stream.of(String.valueOf(span.getContextualName())),
                            span.getAllKeyValues().stream().map(Spans::text),
                            Stream.ofNullable(error)
                                    .map(each -> "error=" + each.getClass().getSimpleName()))
                    .flatMap(parts -> parts)
                    .collect(Collectors.joining("  "));
        }

        private static String text(KeyValue each) {
            return each.getKey() + "=" + each.getValue();
        }
    }
}
