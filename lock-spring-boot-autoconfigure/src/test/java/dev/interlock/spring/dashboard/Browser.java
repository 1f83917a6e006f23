package dev.interlock.spring.dashboard;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
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
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;
import org.springframework.util.FileSystemUtils;

/** A real browser without a window, spoken to in the DevTools protocol. */
final class Browser implements AutoCloseable {

    private static final String LISTENING = "DevTools listening on ";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path profile;
    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Map<String, Object>>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private String session = "";

    private Browser(Path program) throws IOException {
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
                .buildAsync(address(), new Ear())
                .join();
        attach();
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

    static Browser start() {
        try {
            return new Browser(installed().orElseThrow());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private URI address() throws IOException {
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(LISTENING)) {
                return URI.create(line.substring(LISTENING.length()).strip());
            }
        }
        throw new IOException("the browser ended before it listened");
    }

    private void attach() {
        String target = (String)
                send("Target.createTarget", Map.of("url", "about:blank")).get("targetId");
        session = (String) send("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .get("sessionId");
        Stream.of("Page", "Runtime", "Log", "Network").forEach(each -> send(each + ".enable", Map.of()));
    }

    // --- looking ---------------------------------------------------------------------------------------------------

    /** Loads it anew, even if only its fragment differs from what is there. */
    void open(String url) {
        send("Page.navigate", Map.of("url", "about:blank"));
        until("location.href === 'about:blank'");
        send("Page.navigate", Map.of("url", url));
        until("location.href !== 'about:blank' && document.readyState === 'complete'");
    }

    /** What this expression comes to in the page. */
    String see(String expression) {
        Map<String, Object> answer =
                send("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (answer.get("exceptionDetails") != null) {
            throw new IllegalStateException(expression + ": " + answer.get("exceptionDetails"));
        }
        return String.valueOf(part(answer, "result").get("value"));
    }

    String text(String selector) {
        return String.valueOf(
                see("[...document.querySelectorAll('" + selector + "')].map(e => e.innerText).join('\\n')"));
    }

    boolean is(String expression) {
        return see("Boolean(" + expression + ")").equals("true");
    }

    void until(String expression) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(25)).until(() -> is(expression));
    }

    /** What the browser complained of: exceptions, refused scripts, missing files. */
    List<String> complaints() {
        return complaints;
    }

    void forget() {
        complaints.clear();
    }

    void picture(Path file) {
        String data =
                (String) send("Page.captureScreenshot", Map.of("format", "png")).get("data");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, Base64.getDecoder().decode(data));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** From now on what the page asks for passes through this: a function of the address and the options to an answer or nothing. */
    void answering(String function) {
        see("(() => { const real = window.fetch; window.fetch = async (url, options) => " + "(await (" + function
                + ")(String(url), options ?? {})) ?? real(url, options); })()");
    }

    // --- doing -----------------------------------------------------------------------------------------------------

    void size(int width, int height) {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    void colours(String scheme) {
        send(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    void headers(Map<String, String> headers) {
        send("Network.setExtraHTTPHeaders", Map.of("headers", headers));
    }

    void offline(boolean offline) {
        send(
                "Network.emulateNetworkConditions",
                Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    /** With the mouse, where the element is. */
    void click(String selector) {
        String find = "document.querySelector('" + selector + "')";
        until(find);
        String[] place = see("(e => { e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect(); "
                        + "return (r.x + r.width / 2) + ' ' + (r.y + r.height / 2); })(" + find + ")")
                .split(" ", -1);
        for (String type : List.of("mousePressed", "mouseReleased")) {
            send(
                    "Input.dispatchMouseEvent",
                    Map.of(
                            "type",
                            type,
                            "x",
                            Double.parseDouble(place[0]),
                            "y",
                            Double.parseDouble(place[1]),
                            "button",
                            "left",
                            "clickCount",
                            1));
        }
    }

    void type(String text) {
        send("Input.insertText", Map.of("text", text));
    }

    /** Tab, Enter, Escape and their like. */
    void press(String key, int code) {
        String text = key.equals("Enter") ? "\r" : "";
        for (String type : List.of("keyDown", "keyUp")) {
            send(
                    "Input.dispatchKeyEvent",
                    Map.of(
                            "type",
                            type,
                            "key",
                            key,
                            "code",
                            key,
                            "windowsVirtualKeyCode",
                            code,
                            "text",
                            type.equals("keyDown") ? text : ""));
        }
    }

    // --- speaking --------------------------------------------------------------------------------------------------

    private Map<String, Object> send(String method, Map<String, ?> parameters) {
        int id = ids.incrementAndGet();
        CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
        answers.put(id, answer);
        Map<String, Object> message = session.isEmpty()
                ? Map.of("id", id, "method", method, "params", parameters)
                : Map.of("id", id, "method", method, "params", parameters, "sessionId", session);
        socket.sendText(JsonWriter.standard().writeToString(message), true).join();
        Map<String, Object> said =
                answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        if (said.get("error") != null) {
            throw new IllegalStateException(method + ": " + said.get("error"));
        }
        return part(said, "result");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> part(Map<String, Object> whole, String name) {
        return (Map<String, Object>) whole.getOrDefault(name, Map.of());
    }

    private void hear(String text) {
        Map<String, Object> message = JsonParserFactory.getJsonParser().parseMap(text);
        if (message.get("id") instanceof Number id) {
            answers.remove(id.intValue()).complete(message);
        } else if (List.of("Runtime.exceptionThrown", "Log.entryAdded").contains(message.get("method"))) {
            complaints.add(text);
        }
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
    public void close() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        socket.abort();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(each -> each.onExit().join());
        try {
            FileSystemUtils.deleteRecursively(profile);
        } catch (IOException kept) {
            profile.toFile().deleteOnExit();
        }
    }
}
