package dev.interlock.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.sample.Sample.Answer;
import dev.interlock.sample.Sample.Pending;
import dev.interlock.sample.Walkthrough.Command;
import dev.interlock.sample.Walkthrough.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Does what the document says, with a sample that has just been started, and compares the answers. */
@Tag("once")
class WalkthroughTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Pattern STAMP = Pattern.compile("\"stamp\":\"([\\d-]+)\"");
    private static final Pattern SENT_BACK = Pattern.compile("\\bstamp=[\\d-]+");
    private static final Pattern STATUS = Pattern.compile("\"status\":(\\d{3})");

    @Test
    void theSampleAnswersAsTheDocumentSays() throws IOException {
        Walkthrough document = Walkthrough.read();

        try (ConfigurableApplicationContext fresh = SpringApplication.run(
                SampleApplication.class,
                "--server.port=0",
                "--sample.closing=-",
                "--spring.lifecycle.timeout-per-shutdown-phase=1s")) {
            Walker walker = new Walker(
                    new Sample(fresh.getEnvironment().getRequiredProperty("local.server.port", Integer.class)));
            document.steps().forEach(walker::take);
        }
    }

    /** One who pastes the commands, and puts the stamp that came last into those that send one back. */
    private record Walker(Sample sample, List<Pending> background, List<String> stamps) {

        Walker(Sample sample) {
            this(sample, new ArrayList<>(), new ArrayList<>());
        }

        void take(Step step) {
            Pattern expected = Likeness.of(step.answer());
            for (Command command : step.commands()) {
                if (command.inBackground()) {
                    begin(command);
                } else if (command.onlyLooks()) {
                    await().atMost(SOON).untilAsserted(() -> check(command, expected, List.of(ask(command))));
                } else {
                    check(command, expected, command.isWait() ? backgroundAnswers() : List.of(ask(command)));
                }
            }
        }

        private Answer ask(Command command) {
            String path = stamps.isEmpty()
                    ? command.path()
                    : SENT_BACK.matcher(command.path()).replaceAll("stamp=" + stamps.get(stamps.size() - 1));
            Answer answer = sample.ask(command.method(), path).answer();
            STAMP.matcher(answer.body()).results().forEach(found -> stamps.add(found.group(1)));
            return answer;
        }

        /** Goes on when it holds something, or waits for it. */
        private void begin(Command command) {
            Set<String> before = busy();
            Pending pending = sample.ask(command.method(), command.path());
            background.add(pending);
            await().atMost(SOON).until(() -> pending.isDone() || !before.containsAll(busy()));
        }

        private Set<String> busy() {
            Answer locks = sample.get("/actuator/locks").expect(200);
            Set<String> busy = new HashSet<>(locks.texts("$.locks[*].holders[*].acquiredAt"));
            busy.addAll(locks.texts("$.locks[*].waiters[*].owner"));
            return busy;
        }

        private List<Answer> backgroundAnswers() {
            List<Answer> answers = background.stream().map(Pending::answer).toList();
            background.clear();
            return answers;
        }

        private static void check(Command command, Pattern expected, List<Answer> answers) {
            for (Answer each : answers) {
                Matcher said = STATUS.matcher(each.body());
                each.expect(said.find() ? Integer.parseInt(said.group(1)) : 200);
            }
            String actual = answers.stream().map(Answer::body).collect(Collectors.joining("\n"));
            assertThat(Likeness.plain(actual))
                    .as(command.line() + "\n" + actual)
                    .matches(expected);
        }
    }
}
