package dev.interlock.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.json.JsonParserFactory;

/** What editors show, and what the documentation says, is what there is. */
class ConfigurationMetadataTest {

    private final Map<String, Object> metadata =
            JsonParserFactory.getJsonParser().parseMap(read());

    private static String read() {
        try {
            // of this module, and not of one that the class path has earlier
            URL here = InterlockProperties.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation();
            return Files.readString(
                    Path.of(URI.create(here.toString())).resolve("META-INF/spring-configuration-metadata.json"),
                    StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @SuppressWarnings("unchecked")
    private Map<String, Map<String, Object>> entries(String section) {
        return ((List<Map<String, Object>>) metadata.get(section))
                .stream()
                        .collect(Collectors.toMap(
                                each -> (String) each.get("name"),
                                each -> each,
                                (one, same) -> one,
                                LinkedHashMap::new));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "interlock.enabled, true",
                "interlock.node, none",
                "interlock.backend, memory",
                "interlock.distributed.backend, none",
                "interlock.timeout.read, 10s",
                "interlock.timeout.write, 30s",
                "interlock.timeout.distributed, 60s",
                "interlock.timeout.adaptive.enabled, false",
                "interlock.timeout.adaptive.min, 1s",
                "interlock.timeout.adaptive.max, 60s",
                "interlock.fairness.policy, bounded",
                "interlock.fairness.bound, 1ms",
                "interlock.fairness.priority-ageing, 100ms",
                "interlock.lease.duration, 30s",
                "interlock.lease.renew, true",
                "interlock.lease.max-hold, 0",
                "interlock.lease.hand-offs, 16",
                "interlock.lease.term, 20ms",
                "interlock.file.directory, ${java.io.tmpdir}/interlock-${user.name}",
                "interlock.jdbc.table-prefix, LOCK_",
                "interlock.jdbc.initialize-schema, embedded",
                "interlock.jdbc.data-source, none",
                "interlock.integration.lock-registry, false",
                "interlock.integration.type, integration",
                "interlock.integration.distributed, true",
                "interlock.limits.max-locks-per-owner, 100",
                "interlock.limits.max-queue, 10000",
                "interlock.limits.max-resource-length, 255",
                "interlock.retry.max-attempts, 3",
                "interlock.retry.delay, 100ms",
                "interlock.retry.multiplier, 1.5",
                "interlock.retry.jitter, 20ms",
                "interlock.deadlock.policy, report",
                "interlock.deadlock.long-wait, 5m",
                "interlock.deadlock.publish-after, 1s",
                "interlock.ordering.policy, report",
                "interlock.ordering.hierarchy, none",
                "interlock.statistics.enabled, true",
                "interlock.statistics.history-size, 1000",
                "interlock.statistics.max-resources, 10000",
                "interlock.debug.capture-stack-traces, false",
                "interlock.transaction.guard, true",
                "interlock.shutdown.drain, 20s",
                "interlock.cleanup.interval, 1m",
                "interlock.aop.order, 2147482647",
                "interlock.mdc, true",
                "interlock.optimistic.backoff.initial, 10ms",
                "interlock.optimistic.backoff.multiplier, 2",
                "interlock.optimistic.backoff.max, 1s",
                "interlock.optimistic.backoff.jitter, 0.5",
                "interlock.optimistic.history, 1000",
                "interlock.optimistic.max-stamps, 100000",
                "interlock.optimistic.turns-away, 10",
                "interlock.optimistic.kinds, none",
                "interlock.resources, none"
            })
    void everyPropertyHasADescriptionAndItsDefault(String name, String byDefault) {
        Map<String, Object> property = entries("properties").get(name);

        assertThat(property).as(name).isNotNull();
        assertThat((String) property.get("description")).isNotBlank().endsWith(".");
        assertThat(property.get("defaultValue")).isEqualTo(byDefault == null ? null : typed(property, byDefault));
    }

    private static Object typed(Map<String, Object> property, String text) {
        return switch ((String) property.get("type")) {
            case "java.lang.Boolean" -> Boolean.valueOf(text);
            case "java.lang.Integer" -> Integer.valueOf(text);
            case "java.lang.Double" -> text.contains(".") ? (Number) Double.valueOf(text) : Integer.valueOf(text);
            default -> text;
        };
    }

    @Test
    void nothingIsWithoutADescription() {
        assertThat(entries("properties").values())
                .allSatisfy(property -> assertThat((String) property.get("description"))
                        .as("%s", property.get("name"))
                        .isNotBlank());
    }

    @Test
    @SuppressWarnings("unchecked")
    void editorsOfferTheBackends() {
        for (String name : List.of("interlock.backend", "interlock.distributed.backend")) {
            assertThat((List<Map<String, Object>>) entries("hints").get(name).get("values"))
                    .allSatisfy(value ->
                            assertThat((String) value.get("description")).isNotBlank())
                    .extracting(value -> value.get("value"))
                    .containsExactly("memory", "file", "jdbc", "redis", "zookeeper", "registry");
        }
    }

    @Test
    void hintsAreForPropertiesThatThereAre() {
        assertThat(entries("hints").keySet())
                .allSatisfy(name -> assertThat(entries("properties")).containsKey(name.replaceFirst("\\.keys$", "")));
    }

    @Test
    void theDocumentationListsEveryPropertyWithItsDefault() throws IOException {
        Map<String, String> documented = Files.readAllLines(Path.of("../docs/configuration.md")).stream()
                .map(Pattern.compile("\\| `(interlock[a-z.-]+)` \\| (?:`(.*?)`)? ?\\| .+ \\|")::matcher)
                .filter(Matcher::matches)
                .collect(Collectors.toMap(row -> row.group(1), row -> Objects.requireNonNullElse(row.group(2), "")));

        assertThat(documented).isEqualTo(defaults());
    }

    private Map<String, String> defaults() {
        return entries("properties").values().stream()
                .filter(each -> ((String) each.get("name")).startsWith("interlock."))
                .collect(Collectors.toMap(
                        each -> (String) each.get("name"),
                        each -> String.valueOf(each.getOrDefault("defaultValue", ""))));
    }
}
