package dev.interlock.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code docs/walkthrough.md} tells its readers to do, and what it tells them to expect. */
record Walkthrough(List<Step> steps) {

    private static final Path DOCUMENT = Path.of("..", "docs", "walkthrough.md");
    private static final Pattern STEP =
            Pattern.compile("^```bash\\n(.*?)^```\\n```(?:json|text)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern CURL =
            Pattern.compile("curl -s(?: -X (?<method>\\w+))? 'localhost:8080(?<path>/[^']*)'(?<background> &)?");

    /** Commands, and the answer of the last of them. */
    record Step(List<Command> commands, String answer) {}

    /** A line to be pasted: a request, or, without a path, the wait for those in the background. */
    record Command(String line, String method, String path, boolean inBackground) {

        boolean isWait() {
            return path.isEmpty();
        }

        boolean onlyLooks() {
            return method.equals("GET");
        }

        private static Command read(String line) {
            if (line.equals("wait")) {
                return new Command(line, "", "", false);
            }
            Matcher curl = CURL.matcher(line);
            assertThat(curl.matches()).as(line).isTrue();
            String method = curl.group("method");
            return new Command(
                    line, method == null ? "GET" : method, curl.group("path"), curl.group("background") != null);
        }
    }

    static Walkthrough read() throws IOException {
        String text = Files.readString(DOCUMENT);
        List<Step> steps = new ArrayList<>();
        Matcher step = STEP.matcher(text);
        while (step.find()) {
            steps.add(new Step(step.group(1).lines().map(Command::read).toList(), step.group(2)));
        }
        assertThat(steps.stream().mapToInt(each -> each.commands().size()).sum())
                .as("every command belongs to a block that is followed by its answer")
                .isEqualTo((int) text.lines()
                        .filter(line -> line.startsWith("curl ") || line.equals("wait"))
                        .count());
        return new Walkthrough(steps);
    }
}
