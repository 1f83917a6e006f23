package dev.interlock.sample.demo;

import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.springframework.boot.json.JsonWriter;
import org.springframework.util.FileSystemUtils;

/** A real browser without a window, spoken to in the DevTools protocol: as much of it as buttons need. */
final class Browser implements AutoCloseable {

    private static final String LISTENING = "DevTools listening on ";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path profile;
    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private String session = "";

    Browser(Path program) throws IOException {
        profile = Files.createTempDirectory("browser");
        process = new ProcessBuilder(
                        program.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--hide-scrollbars",
                        "--no-first-run",
                        "--lang=en",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .start();
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(address(process.inputReader()), new Ear())
                .join();
        String target = JsonPath.read(send("Target.createTarget", Map.of("url", "about:blank")), "$.result.targetId");
        session = JsonPath.read(
                send("Target.attachToTarget", Map.of("targetId", target, "flatten", true)), "$.result.sessionId");
        Stream.of("Page", "Runtime", "Log").forEach(each -> send(each + ".enable", Map.of()));
    }

    /** Where there is one: named by the property or the variable, or else where Linux has it. */
    static Optional<Path> installed() {
        return Stream.of(
                        System.getProperty("interlock.browser", ""),
                        String.valueOf(System.getenv("CHROME_BIN")),
                        "/usr/bin/chromium",
                        "/usr/bin/chromium-browser",
                        "/usr/bin/google-chrome")
                .filter(each -> !each.isEmpty())
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static URI address(BufferedReader said) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(LISTENING)) {
                return URI.create(line.substring(LISTENING.length()).strip());
            }
        }
        throw new IOException("the browser ended before it listened");
    }

    /** Loads it in a window of this size, and forgets what was complained of before. */
    void open(String url, int width, int height) {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        send("Page.navigate", Map.of("url", "about:blank"));
        until("location.href === 'about:blank'");
        complaints.clear();
        send("Page.navigate", Map.of("url", url));
        until("location.href !== 'about:blank' && document.readyState === 'complete'");
    }

    /** What this expression comes to in the page. */
    String see(String expression) {
        String answer =
                send("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (!JsonPath.<List<Object>>read(answer, "$..exceptionDetails").isEmpty()) {
            throw new IllegalStateException(expression + ": " + answer);
        }
        Map<String, Object> result = JsonPath.read(answer, "$.result.result");
        return String.valueOf(result.get("value"));
    }

    boolean is(String expression) {
        return see("Boolean(" + expression + ")").equals("true");
    }

    void until(String expression) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(25)).until(() -> is(expression));
    }

    String text(String selector) {
        return see("[...document.querySelectorAll('" + selector + "')].map(e => e.innerText).join('\\n')");
    }

    void click(String selector) {
        until("document.querySelector('" + selector + "')");
        see("document.querySelector('" + selector + "').click()");
    }

    void picture(Path file) throws IOException {
        String data = JsonPath.read(send("Page.captureScreenshot", Map.of("format", "png")), "$.result.data");
        Files.write(file, Base64.getDecoder().decode(data));
    }

    /** What is in its console as an error: exceptions, refused scripts, missing files. */
    List<String> complaints() {
        return complaints;
    }

    private String send(String method, Map<String, ?> parameters) {
        int id = ids.incrementAndGet();
        CompletableFuture<String> answer = new CompletableFuture<>();
        answers.put(id, answer);
        Map<String, Object> message = session.isEmpty()
                ? Map.of("id", id, "method", method, "params", parameters)
                : Map.of("id", id, "method", method, "params", parameters, "sessionId", session);
        socket.sendText(JsonWriter.standard().writeToString(message), true).join();
        String said = answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        if (JsonPath.<Map<String, Object>>read(said, "$").containsKey("error")) {
            throw new IllegalStateException(method + ": " + said);
        }
        return said;
    }

    private void hear(String text) {
        Map<String, Object> message = JsonPath.read(text, "$");
        if (message.get("id") instanceof Integer id) {
            answers.remove(id).complete(text);
        } else if (isError(String.valueOf(message.get("method")), text)) {
            complaints.add(text);
        }
    }

    private static boolean isError(String method, String text) {
        return switch (method) {
            case "Runtime.exceptionThrown", "Log.entryAdded" -> true;
            case "Runtime.consoleAPICalled" ->
                JsonPath.read(text, "$.params.type").equals("error");
            default -> false;
        };
    }

    private final class Ear implements WebSocket.Listener {

        private final StringBuilder begun = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            begun.append(data);
            if (last) {
                hear(begun.toString());
                begun.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        socket.abort();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(each -> each.onExit().join());
        FileSystemUtils.deleteRecursively(profile);
    }
}
