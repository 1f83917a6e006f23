package dev.interlock.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents hang together. */
class GuidesTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern CODE = Pattern.compile("```.*?```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s:]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> astray = new ArrayList<>();
        for (Path document : documents()) {
            for (String link : links(document)) {
                if (!leadsSomewhere(document, link)) {
                    astray.add(document.getFileName() + ": " + link);
                }
            }
        }
        assertThat(astray).isEmpty();
    }

    @Test
    void everyGuideIsLinkedFromElsewhere() throws IOException {
        Set<Path> linked = documents().stream()
                .flatMap(each -> links(each).stream()
                        .map(link ->
                                each.resolveSibling(link.replaceAll("#.*", "")).normalize())
                        .filter(target -> !target.equals(each.normalize())))
                .collect(Collectors.toSet());

        assertThat(linked).containsAll(guides().stream().map(Path::normalize).toList());
    }

    @Test
    void troubleshootingKnowsEveryException() throws IOException {
        String guide = text(ROOT.resolve("docs/troubleshooting.md"));
        try (Stream<Path> sources = Files.list(ROOT.resolve("lock-core/src/main/java/dev/interlock"))) {
            List<String> exceptions = sources.map(each -> each.getFileName().toString())
                    .filter(each -> each.endsWith("Exception.java"))
                    .map(each -> "`" + each.replace(".java", "`"))
                    .toList();

            assertThat(exceptions).hasSizeGreaterThan(8).allMatch(each -> guide.contains(each));
        }
    }

    private static List<Path> documents() throws IOException {
        return Stream.concat(
                        Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
                                .map(ROOT::resolve),
                        guides().stream())
                .toList();
    }

    private static List<Path> guides() throws IOException {
        try (Stream<Path> guides = Files.list(ROOT.resolve("docs"))) {
            return guides.filter(each -> each.toString().endsWith(".md")).toList();
        }
    }

    private static List<String> links(Path document) {
        return LINK.matcher(CODE.matcher(text(document)).replaceAll(""))
                .results()
                .map(link -> link.group(1))
                .toList();
    }

    private static boolean leadsSomewhere(Path from, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? from : from.resolveSibling(parts[0]);
        return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
    }

    /** As GitHub makes them of headings. */
    private static Set<String> anchors(Path document) {
        return HEADING.matcher(CODE.matcher(text(document)).replaceAll(""))
                .results()
                .map(GuidesTest::anchor)
                .collect(Collectors.toSet());
    }

    private static String anchor(MatchResult heading) {
        return heading.group(1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .replace(' ', '-');
    }

    private static String text(Path document) {
        try {
            return Files.readString(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
