package dev.interlock.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.annotation.Optimistic;
import dev.interlock.annotation.WriteLock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The observations of annotated methods are meters as well. */
@Timeout(60)
class ObservedMethodsTest {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
    static class Application {
        @Bean
        Door door() {
            return new Door();
        }
    }

    static class Door {
        @WriteLock("door")
        void open() {}

        @Optimistic("door")
        void paint() {}
    }

    private static final Pattern ROW =
            Pattern.compile("\\| `(interlock\\.(?:method\\.|operation\\b)[a-z.]*)` \\| .* \\| ([a-z, ]+) \\|");

    private static Stream<String> metersOfMethods(String... properties) {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .properties(properties)
                .run()) {
            context.getBean(Door.class).open();
            context.getBean(Door.class).paint();
            return context.getBean(MeterRegistry.class).getMeters().stream()
                    .map(meter -> meter.getId())
                    .filter(id -> id.getName().matches("interlock\\.(method|operation)(\\..*)?"))
                    .map(id -> id.getName() + " "
                            + id.getTags().stream().map(Tag::getKey).collect(Collectors.toCollection(TreeSet::new)))
                    .toList()
                    .stream();
        }
    }

    @Test
    void theDocumentHasAllMetersOfMethodsAndNoOthers() throws IOException {
        List<String> documented = Files.readAllLines(Path.of("..", "docs", "monitoring.md")).stream()
                .map(ROW::matcher)
                .filter(row -> row.matches())
                .map(row ->
                        row.group(1) + " " + new TreeSet<>(List.of(row.group(2).split(", "))))
                .toList();

        assertThat(documented).hasSize(7);
        assertThat(metersOfMethods()).containsExactlyInAnyOrderElementsOf(documented);
    }

    @Test
    void theyCanBeTurnedOff() {
        assertThat(metersOfMethods("management.observations.enable.interlock=false"))
                .isEmpty();
        assertThat(metersOfMethods(
                        "management.metrics.enable.interlock.method=false",
                        "management.metrics.enable.interlock.operation=false"))
                .isEmpty();
    }
}
