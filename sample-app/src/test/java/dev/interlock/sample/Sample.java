package dev.interlock.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A running sample, and what one can ask of it. */
public final class Sample {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newHttpClient();
    private final String address;

    public Sample(int port) {
        address = "http://localhost:" + port;
    }

    /** What it answered. */
    public record Answer(int status, String body) {

        /** What is at this path, as text. */
        public String text(String path) {
            return String.valueOf(JsonPath.<Object>read(body, path));
        }

        public int number(String path) {
            return JsonPath.<Integer>read(body, path);
        }

        /** All that is at a path to many, as text. */
        public List<String> texts(String path) {
            return JsonPath.<List<Object>>read(body, path).stream()
                    .map(String::valueOf)
                    .toList();
        }

        public Map<String, Object> all() {
            return JsonPath.read(body, "$");
        }

        public Answer expect(int expected) {
            assertThat(status).as(body).isEqualTo(expected);
            return this;
        }
    }

    /** What it has yet to answer. */
    public record Pending(CompletableFuture<Answer> future) {

        public Answer answer() {
            return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }

        public boolean isDone() {
            return future.isDone();
        }
    }

    public Answer get(String path) {
        return ask("GET", path).answer();
    }

    public Answer post(String path) {
        return postLater(path).answer();
    }

    public Pending postLater(String path) {
        return ask("POST", path);
    }

    public Answer post(String path, String json) {
        return postLater(path, json).answer();
    }

    public Pending postLater(String path, String json) {
        return send("POST", path, BodyPublishers.ofString(json));
    }

    public Answer delete(String path) {
        return ask("DELETE", path).answer();
    }

    /** Asks without a body. */
    public Pending ask(String method, String path) {
        return send(method, path, BodyPublishers.noBody());
    }

    private Pending send(String method, String path, BodyPublisher body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                .method(method, body)
                .header("Content-Type", "application/json")
                .timeout(PATIENCE)
                .build();
        return new Pending(client.sendAsync(request, BodyHandlers.ofString())
                .thenApply(response -> new Answer(response.statusCode(), response.body())));
    }

    /** Begins to hold by hand, for as long as a test may take, and answers once it is held. */
    public Pending hold(String resource, String mode) {
        return hold(resource, mode, 60_000);
    }

    public Pending hold(String resource, String mode, int millis) {
        int before = holders(resource);
        Pending held = postLater("/demo/hold?resource=" + resource + "&mode=" + mode + "&millis=" + millis);
        await().atMost(PATIENCE).until(() -> held.isDone() || holders(resource) > before);
        assertThat(held.isDone()).isFalse();
        return held;
    }

    /** Ends all holds on this resource. */
    public Answer takeAway(String resource) {
        return delete("/actuator/locks?resource=" + resource + "&reason=tidying+up")
                .expect(200);
    }

    public int holders(String resource) {
        return names(resource, "$.holders[*].owner").size();
    }

    public int waiters(String resource) {
        return names(resource, "$.waiters[*].owner").size();
    }

    /** What is there at this path of the lock, if anybody holds it or waits for it. */
    public List<String> names(String resource, String path) {
        Answer lock = get("/actuator/locks?resource=" + resource);
        return lock.status() == 404 ? List.of() : lock.expect(200).texts(path);
    }

    public void awaitWaiters(String resource, int count) {
        await().atMost(PATIENCE).until(() -> waiters(resource) == count);
    }

    public void awaitHolders(String resource, int count) {
        await().atMost(PATIENCE).until(() -> holders(resource) == count);
    }

    public void awaitFree(String resource) {
        await().atMost(PATIENCE)
                .until(() -> get("/actuator/locks?resource=" + resource).status() == 404);
    }
}
