package dev.interlock.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.sample.Sample.Answer;
import dev.interlock.sample.Sample.Pending;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances of the sample, each in a process of its own, as the README starts them. */
@Tag("once")
class TwoInstancesTest {

    @TempDir
    Path directory;

    @Test
    void overFilesTheyShareLocksAndOneThatIsKilledKeepsNone() throws Exception {
        withTwo("files", (one, other) -> {
            assertKeptOut(one, other, "write");
            assertSeen(one, other, "machine");
            one.sample().hold("report:3", "write");
            one.child().close();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> other.sample()
                                    .post("/demo/hold?resource=report:3&millis=0&timeout=5s")
                                    .status()
                            == 200);
        });
    }

    @Test
    void overADatabaseTheyShareLocks() throws Exception {
        withTwo("database", (one, other) -> {
            assertKeptOut(one, other, "write");
            assertSeen(one, other, "cluster");
            assertNoEditIsLost(one, other);
        });
    }

    @Test
    void overAPostgreSqlTheyShareLocksAndAccounts() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            withTwo(
                    "postgresql",
                    (one, other) -> {
                        assertKeptOut(one, other, "write");
                        assertSeen(one, other, "cluster");
                        one.sample().post("/transfers?from=1&to=2&amount=30").expect(200);
                        assertThat(other.sample().get("/accounts/2").expect(200).text("$.balance"))
                                .isEqualTo("80.0");
                        assertNoEditIsLost(one, other);
                    },
                    "-DPOSTGRES_URL=" + server.getJdbcUrl("postgres", "postgres"));
        }
    }

    @Test
    void overTheLocksOfSpringIntegrationTheyShareDistributedLocksWithoutTokens() throws Exception {
        withTwo("registry", (one, other) -> assertKeptOut(one, other, "distributed"));
    }

    private static void assertKeptOut(Instance one, Instance other, String mode) {
        Pending held = one.sample().hold("report:1", mode);
        assertThat(one.sample().names("report:1", "$.holders[*].fencingToken"))
                .allMatch(token -> mode.equals("distributed") == token.equals("null"));

        assertThat(holdBriefly(other, mode, "300ms").status()).isEqualTo(409);

        one.sample().takeAway("report:1");
        held.answer().expect(410);
        assertThat(holdBriefly(other, mode, "30s").expect(200).text("$.node")).isEqualTo("second");
    }

    private static Answer holdBriefly(Instance instance, String mode, String timeout) {
        return instance.sample().post("/demo/hold?resource=report:1&mode=" + mode + "&millis=0&timeout=" + timeout);
    }

    private static void assertSeen(Instance one, Instance other, String scope) {
        Pending held = one.sample().hold("report:2", "write");

        Answer seen = other.sample().get("/actuator/locks?resource=report:2").expect(200);
        assertThat(seen.text("$.scope")).isEqualTo(scope);
        assertThat(seen.texts("$.holders[*].node")).containsExactly("first");
        assertThat(other.sample().get("/actuator/health/locks").texts("$.details.nodes[*]"))
                .contains("first");

        other.sample().takeAway("report:2");
        held.answer().expect(410);
    }

    /** Both write the same document, annotated and by hand. */
    private static void assertNoEditIsLost(Instance one, Instance other) {
        List<Pending> edits = Stream.of("/documents/1/edits", "/documents/1/edits-by-hand")
                .flatMap(path -> Stream.of(one, other).map(each -> each.sample().postLater(path + "?line=mine")))
                .toList();
        long stored =
                edits.stream().filter(each -> each.answer().status() == 200).count();

        assertThat(stored).isPositive();
        Answer document = one.sample().get("/documents/1").expect(200);
        assertThat(document.number("$.version")).isEqualTo(1 + (int) stored);
        assertThat(document.text("$.text").lines().filter("mine"::equals)).hasSize((int) stored);
    }

    private record Instance(Child child, Sample sample) {}

    private interface Scene {
        void with(Instance one, Instance other) throws Exception;
    }

    private void withTwo(String profile, Scene scene, String... settings) throws Exception {
        try (Child first = start(profile, "first", settings);
                Child second = start(profile, "second", settings)) {
            scene.with(
                    new Instance(first, new Sample(first.awaitPort())),
                    new Instance(second, new Sample(second.awaitPort())));
        }
    }

    private Child start(String profile, String node, String... more) throws IOException {
        String classes = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(each -> !each.contains("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> settings = new ArrayList<>(List.of(
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + directory,
                "-Dh2.bindAddress=127.0.0.1",
                "-Dserver.port=0",
                "-Dserver.address=localhost",
                "-Dspring.profiles.active=" + profile,
                "-Dinterlock.node=" + node));
        settings.addAll(List.of(more));
        return Child.start(directory.resolve(node + ".txt"), settings, classes, SampleApplication.class.getName());
    }
}
