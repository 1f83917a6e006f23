package dev.interlock.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.OptimisticRequest;
import dev.interlock.spring.actuate.RunningApplication.Answer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;

/** What the endpoint of operations answers over HTTP; each test has a type of resources of its own. */
abstract class OperationsOverHttp extends EndpointsOverHttp {

    OperationsOverHttp(WebApplicationType web) {
        super(web);
    }

    private OptimisticRequest on(String resource, String id) {
        return application().locks().optimistic().on(resource).id(id);
    }

    private void change(String resource, String id) {
        assertThat(on(resource, id).attempt(current -> () -> 1).isSuccess()).isTrue();
    }

    private Answer ask(String... parameters) {
        return application().get("operations", parameters);
    }

    @Test
    void operationsUnderWayAreShownWithTheirParts() {
        Answer[] seen = new Answer[1];
        on("book:1", "print-1").kind(OperationKind.STRUCTURAL).attempt(book -> {
            change("book:2", "cover-1");
            on("book:3", "page-1").kind(OperationKind.LOW).attempt(page -> {
                seen[0] = ask("type", "book");
                return null;
            });
            return null;
        });

        Answer answer = seen[0];
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.map("$"))
                .containsOnlyKeys("node", "totals", "kinds", "underWay", "running", "remembered", "recent")
                .containsEntry("node", "orders-1")
                .containsEntry("underWay", 2)
                .containsEntry("remembered", 1)
                .containsEntry("recent", List.of());
        assertThat(answer.maps("$.kinds"))
                .containsExactly(
                        Map.of("name", "STRUCTURAL", "priority", 10, "retries", 20, "alerts", true),
                        Map.of("name", "NORMAL", "priority", 5, "retries", 5, "alerts", false),
                        Map.of("name", "LOW", "priority", 2, "retries", 3, "alerts", false));
        assertThat(answer.maps("$.running")).hasSize(1);
        assertThat(answer.map("$.running[0]"))
                .containsOnlyKeys(
                        "id",
                        "kind",
                        "resource",
                        "type",
                        "backend",
                        "priority",
                        "status",
                        "retries",
                        "maxRetries",
                        "why",
                        "owner",
                        "parent",
                        "created",
                        "started",
                        "finished",
                        "tookMs",
                        "children",
                        "omitted")
                .containsEntry("id", "print-1")
                .containsEntry("kind", "STRUCTURAL")
                .containsEntry("resource", "book:1")
                .containsEntry("type", "book")
                .containsEntry("backend", "memory")
                .containsEntry("priority", 10)
                .containsEntry("status", "RUNNING")
                .containsEntry("retries", 0)
                .containsEntry("maxRetries", 20)
                .containsEntry("why", null)
                .containsEntry("parent", null)
                .containsEntry("finished", null)
                .containsEntry("tookMs", null)
                .containsEntry("omitted", 0);
        assertThat(answer.texts("$.running[0].children[*].id")).containsExactly("cover-1", "page-1");
        assertThat(answer.map("$.running[0].children[0]"))
                .containsEntry("status", "SUCCEEDED")
                .containsEntry("priority", 10)
                .containsEntry("parent", "print-1");
        assertThat((Double) answer.map("$.running[0].children[0]").get("tookMs"))
                .isNotNegative();
        assertThat(Instant.parse(answer.text("$.running[0].children[0].finished")))
                .isAfterOrEqualTo(Instant.parse(answer.text("$.running[0].created")));
        assertThat(ask("type", "book").texts("$.recent[*].id")).containsExactly("print-1");
    }

    @Test
    void operationsAreCountedSinceTheStart() {
        int before = ask().number("$.totals.succeeded");
        change("letter:1", "letter-1");
        change("letter:2", "letter-2");

        Answer answer = ask("type", "letter", "limit", "1");

        assertThat(answer.map("$.totals"))
                .containsOnlyKeys("started", "succeeded", "conflicts", "retried", "rejected", "exhausted", "failed")
                .containsEntry("succeeded", before + 2);
        assertThat(answer.number("$.remembered")).isEqualTo(2);
        assertThat(answer.texts("$.recent[*].id")).as("the latest").containsExactly("letter-2");
    }

    @Test
    void operationsAreFilteredByResourceTypeKindAndStatus() {
        change("song:1", "song-1");
        on("song:2", "song-2").kind(OperationKind.LOW).attempt(current -> null);

        assertThat(found("resource", "song:1")).containsExactly("song-1");
        assertThat(found("resource", "song:none")).isEmpty();
        assertThat(found("type", "song")).containsExactly("song-2", "song-1");
        assertThat(found("type", "song", "kind", "low")).containsExactly("song-2");
        assertThat(found("type", "song", "status", "succeeded")).containsExactly("song-2", "song-1");
        assertThat(found("type", "song", "status", "REJECTED")).isEmpty();
    }

    private List<String> found(String... parameters) {
        return ask(parameters).texts("$.recent[*].id");
    }

    @Test
    void whatIsNoKindOrStatusOrLimitIsRefusedWithWhatIs() {
        assertRefused("'huge' is not a kind of operation; use one of STRUCTURAL, NORMAL, LOW", "kind", "huge");
        assertRefused(
                "'late' is not a status of operations; use one of pending, running, retrying, succeeded, rejected, failed",
                "status",
                "late");
        assertRefused("limit is 0; ask for at least 1", "limit", "0");
        assertRefused(
                "id names one operation; leave resource, type, kind and status out", "id", "film-1", "kind", "LOW");
    }

    private void assertRefused(String message, String... parameters) {
        Answer answer = ask(parameters);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("$.message")).isEqualTo(message);
    }

    @Test
    void oneOperationIsFoundByItsIdWithItsParts() {
        on("film:1", "film-1").attempt(film -> {
            change("film:2", "scene-1");
            return null;
        });

        assertThat(ask("id", "film-1").texts("$.children[*].id")).containsExactly("scene-1");
        assertThat(ask("id", "scene-1").text("$.parent")).isEqualTo("film-1");
        Answer unknown = ask("id", "film-2");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.text("$.message"))
                .isEqualTo("there is no operation 'film-2' under way, nor among the last of those that are over");
    }

    @Test
    void aRejectionIsAnEventOfTheHistory() {
        on("play:1", "play-1").kind(OperationKind.STRUCTURAL).retries(0).attempt(current -> {
            CompletableFuture.runAsync(() -> application().locks().optimistic().commit(current, () -> {}))
                    .join();
            return () -> 1;
        });

        Answer answer = application().get("lockevents", "type", "play");

        assertThat(answer.texts("$.events[*].kind"))
                .containsExactly("OPERATION_ALERT", "OPERATION_REJECTED", "OPERATION_CONFLICT");
        assertThat(answer.map("$.events[1]"))
                .containsOnlyKeys(
                        "kind",
                        "at",
                        "resource",
                        "type",
                        "mode",
                        "owner",
                        "operation",
                        "operationKind",
                        "priority",
                        "status",
                        "retries",
                        "rejection",
                        "why")
                .containsEntry("operation", "play-1")
                .containsEntry("operationKind", "STRUCTURAL")
                .containsEntry("priority", 10)
                .containsEntry("status", "REJECTED")
                .containsEntry("rejection", "EXHAUSTED");
        assertThat(answer.text("$.events[1].why")).startsWith("given up after one try");
    }
}
