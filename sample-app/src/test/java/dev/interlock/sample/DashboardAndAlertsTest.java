package dev.interlock.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import dev.interlock.LockManager;
import dev.interlock.optimistic.OperationKind;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.yaml.snakeyaml.Yaml;

/** The Grafana dashboard and the alerts ask for metrics and labels that the running sample has. */
@SampleTest
@Tag("once")
class DashboardAndAlertsTest {

    private static final Path DASHBOARD = Path.of("..", "docs", "grafana", "interlock.json");
    private static final Path ALERTS = Path.of("..", "docs", "prometheus", "interlock-alerts.yml");

    /** What Prometheus puts on everything that it scrapes. */
    private static final Set<String> FROM_PROMETHEUS = Set.of("job", "instance");

    private static final Set<String> FUNCTIONS =
            Set.of("sum", "count", "max", "rate", "increase", "histogram_quantile", "topk", "offset", "and");
    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*), (\\w+)\\)");
    private static final Pattern SHOWN = Pattern.compile("\\{\\{\\s*(?:\\$labels\\.)?(\\w+)\\s*}}");

    private final Sample sample;
    private final LockManager locks;

    DashboardAndAlertsTest(@LocalServerPort int port, @Autowired LockManager locks) {
        sample = new Sample(port);
        this.locks = locks;
    }

    @Test
    void theDashboardAsksForWhatThereIs() throws IOException {
        String dashboard = Files.readString(DASHBOARD);
        Map<String, Map<String, Set<String>>> metrics = metrics();

        List<Map<String, Object>> targets = JsonPath.read(dashboard, "$..targets[*]");
        List<Map<String, Object>> annotations = JsonPath.read(dashboard, "$.annotations.list[*]");
        assertThat(targets).hasSizeGreaterThan(30);
        for (Map<String, Object> target : targets) {
            assertThereIs((String) target.get("expr"), (String) target.get("legendFormat"), metrics);
        }
        for (Map<String, Object> annotation : annotations) {
            assertThereIs((String) annotation.get("expr"), (String) annotation.get("textFormat"), metrics);
        }
    }

    @Test
    void theVariablesOfTheDashboardAreLabelsThatThereAre() throws IOException {
        List<Map<String, Object>> variables =
                JsonPath.read(Files.readString(DASHBOARD), "$.templating.list[?(@.type == 'query')]");
        Map<String, Map<String, Set<String>>> metrics = metrics();

        assertThat(variables).extracting("name").containsExactly("job", "instance", "backend", "type");
        for (Map<String, Object> variable : variables) {
            String query = (String) variable.get("definition");
            assertThat(JsonPath.<String>read(variable, "$.query.query")).isEqualTo(query);
            Matcher values = LABEL_VALUES.matcher(query);
            assertThat(values.matches()).as(query).isTrue();
            assertThereIs("sum by (" + values.group(2) + ") (" + values.group(1) + ")", "", metrics);
        }
    }

    @Test
    void eachPanelHasAnIdOfItsOwnAndTheDataSourceThatWasChosen() throws IOException {
        String dashboard = Files.readString(DASHBOARD);

        assertThat(JsonPath.<List<Integer>>read(dashboard, "$.panels[*].id")).doesNotHaveDuplicates();
        assertThat(JsonPath.<List<String>>read(dashboard, "$..datasource.uid")).containsOnly("${datasource}");
    }

    @Test
    void theAlertsAskForWhatThereIsAndSayWhatToDo() throws IOException {
        Map<String, Map<String, Set<String>>> metrics = metrics();
        List<Map<String, Object>> rules = rules();

        assertThat(rules).hasSizeGreaterThan(5).extracting("alert").doesNotHaveDuplicates();
        for (Map<String, Object> rule : rules) {
            Map<String, String> texts = JsonPath.read(rule, "$.annotations");
            assertThat(texts).containsOnlyKeys("summary", "description");
            assertThat(JsonPath.<String>read(rule, "$.labels.severity")).isIn("critical", "warning", "info");
            assertThereIs((String) rule.get("expr"), String.join(" ", texts.values()), metrics);
        }
    }

    private static List<Map<String, Object>> rules() throws IOException {
        try (Reader alerts = Files.newBufferedReader(ALERTS)) {
            return JsonPath.read(new Yaml().<Object>load(alerts), "$.groups[*].rules[*]");
        }
    }

    private static void assertThereIs(String expression, String shown, Map<String, Map<String, Set<String>>> metrics) {
        PromQl query = PromQl.of(expression);
        assertThat(query.balanced()).as("brackets of " + expression).isTrue();
        Set<String> asked = query.wordsBut(FUNCTIONS);
        assertThat(metrics.keySet()).as(expression).containsAll(asked);
        assertThat(asked).as("metrics of " + expression).isNotEmpty();
        for (PromQl.Selector selector : query.selectors()) {
            assertHas(selector, metrics.get(selector.metric()));
        }
        for (String metric : asked) {
            assertThat(withThoseOfPrometheus(metrics.get(metric).keySet()))
                    .as("labels of " + metric + " in " + expression)
                    .containsAll(query.groupedBy());
        }
        assertThat(query.groupedBy())
                .as("what is left of " + expression)
                .containsAll(SHOWN.matcher(shown)
                        .results()
                        .map(each -> each.group(1))
                        .toList());
    }

    private static void assertHas(PromQl.Selector selector, Map<String, Set<String>> labels) {
        assertThat(withThoseOfPrometheus(labels.keySet()))
                .as("labels of " + selector.metric())
                .containsAll(selector.labels().keySet());
        selector.labels().forEach((label, value) -> {
            if (!value.isEmpty()) {
                assertThat(labels.get(label))
                        .as(selector.metric() + ", " + label)
                        .contains(value);
            }
        });
    }

    private static Set<String> withThoseOfPrometheus(Set<String> labels) {
        return Stream.concat(labels.stream(), FROM_PROMETHEUS.stream()).collect(Collectors.toSet());
    }

    /** All metrics after some work, each with its labels and their values. */
    private Map<String, Map<String, Set<String>>> metrics() {
        sample.get("/accounts/1").expect(200);
        locks.optimistic().on("statement:1").kind(OperationKind.STRUCTURAL).attempt(current -> null);
        await().atMost(Duration.ofSeconds(30)).until(() -> scraped()
                .keySet()
                .containsAll(Set.of(
                        "interlock_wait_seconds_bucket",
                        "interlock_hold_seconds_bucket",
                        "interlock_operations_duration_seconds_bucket",
                        "interlock_method_hold_seconds_count")));
        return scraped();
    }

    private Map<String, Map<String, Set<String>>> scraped() {
        Map<String, Map<String, Set<String>>> metrics = new HashMap<>();
        sample.get("/actuator/prometheus").expect(200).body().lines().forEach(line -> {
            Matcher found = SAMPLE.matcher(line);
            if (found.matches()) {
                Map<String, Set<String>> labels = metrics.computeIfAbsent(found.group(1), metric -> new HashMap<>());
                LABEL.matcher(String.valueOf(found.group(2))).results().forEach(label -> labels.computeIfAbsent(
                                label.group(1), name -> new TreeSet<>())
                        .add(label.group(2)));
            }
        });
        return metrics;
    }
}
