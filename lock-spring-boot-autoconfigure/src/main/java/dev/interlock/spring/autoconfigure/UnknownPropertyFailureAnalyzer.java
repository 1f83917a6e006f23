package dev.interlock.spring.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;

/** Names the property that was mistyped, and the one that was meant. Goes before Spring Boot's own, which cannot guess. */
@Order(0)
final class UnknownPropertyFailureAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";
    private static final Pattern NAME = Pattern.compile("\"name\"\\s*:\\s*\"(interlock\\.[a-z.-]+)\"");
    private static final String RESOURCES = "interlock.resources.";
    private static final String KINDS = "interlock.optimistic.kinds.";
    static final List<String> OF_A_RESOURCE = List.of("adaptive", "lease", "priority", "stripes", "timeout");
    static final List<String> OF_A_KIND = List.of("alert", "priority", "retries");

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnboundConfigurationPropertiesException cause) {
        List<ConfigurationProperty> ours = cause.getUnboundProperties().stream()
                .filter(property -> nameOf(property).startsWith("interlock."))
                .toList();
        if (ours.isEmpty()) {
            return null;
        }
        Set<String> known = knownNames();
        return new FailureAnalysis(
                ours.stream().map(UnknownPropertyFailureAnalyzer::describe).collect(Collectors.joining("\n")),
                ours.stream().map(property -> advice(nameOf(property), known)).collect(Collectors.joining("\n")),
                cause);
    }

    private static String nameOf(ConfigurationProperty property) {
        return property.getName().toString();
    }

    private static String describe(ConfigurationProperty property) {
        String where = property.getOrigin() == null ? "" : ", set in " + property.getOrigin();
        return "There is no property " + nameOf(property) + " (value '" + property.getValue() + "'" + where + ").";
    }

    private static String advice(String name, Set<String> known) {
        if (name.startsWith(RESOURCES)) {
            return adviceOnOne(name, OF_A_RESOURCE, "A type", RESOURCES + "[my.type].timeout");
        }
        if (name.startsWith(KINDS)) {
            return adviceOnOne(name, OF_A_KIND, "A kind", KINDS + "[my.kind].retries");
        }
        return Nearest.to(name, known)
                .map(near -> "Did you mean " + near + "?")
                .orElseGet(() ->
                        "Remove " + name + (known.isEmpty() ? "." : ", or set one of: " + String.join(", ", known)));
    }

    private static String adviceOnOne(String name, List<String> settings, String what, String inBrackets) {
        int last = name.lastIndexOf('.');
        String guess = Nearest.to(name.substring(last + 1), settings)
                .map(near -> "Did you mean " + name.substring(0, last + 1) + near + "? ")
                .orElse("");
        return guess + what + " has the settings " + String.join(", ", settings) + "; " + what.toLowerCase(Locale.ROOT)
                + " with dots or other signs in it goes in brackets: " + inBrackets;
    }

    /** From what the build writes for editors. */
    private static Set<String> knownNames() {
        Set<String> names = new TreeSet<>();
        try {
            ClassLoader loader = UnknownPropertyFailureAnalyzer.class.getClassLoader();
            for (URL each : Collections.list(loader.getResources(METADATA))) {
                names.addAll(namesIn(each));
            }
        } catch (IOException noNames) {
            throw new UncheckedIOException(noNames);
        }
        return names;
    }

    private static List<String> namesIn(URL metadata) throws IOException {
        try (InputStream in = metadata.openStream()) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            int from = Math.max(0, text.indexOf("\"properties\""));
            return NAME.matcher(text)
                    .region(from, text.length())
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .toList();
        }
    }
}
