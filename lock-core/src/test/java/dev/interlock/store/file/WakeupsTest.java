package dev.interlock.store.file;

import static dev.interlock.store.file.Steps.LONG;
import static dev.interlock.store.file.Steps.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.spi.RecordKey;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WakeupsTest {

    private static final RecordKey KEY = new RecordKey("account:42");

    @TempDir
    Path temporary;

    private final Queue<RecordKey> heard = new ConcurrentLinkedQueue<>();
    private Path directory;
    private FileLockStore store;
    private String session;
    private int port;

    @BeforeEach
    void subscribe() throws IOException {
        directory = temporary.resolve("locks");
        store = FileLockStore.in(directory);
        session = store.beginSession("node", LONG, PATIENCE).id();
        port = Objects.requireNonNull(
                        SessionFile.read(directory.resolve("sessions").resolve(session)))
                .port();
        store.subscribe(session, heard::add);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void send(byte[] bytes) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
        }
    }

    private void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void garbageIsIgnored() throws IOException {
        for (String each : List.of(
                "",
                " ",
                "garbage",
                "interlock-wake/1",
                "interlock-wake/1 " + session,
                "interlock-wake/1 " + session + " a b",
                "interlock-wake/2 " + session + " a",
                "interlock-wake/1 pid1-nobody a",
                "interlock-wake/1 " + session + " ~%",
                "interlock-wake/1 " + session + " ~%xyzz",
                "x".repeat(60_000))) {
            send(each);
        }
        send(new byte[] {0, -1, 10, 13, -128});

        send("interlock-wake/1 " + session + " " + KEY.resource());

        await().until(() -> heard.contains(KEY));
        assertThat(heard).containsExactly(KEY);
    }

    @Test
    void anotherProcessTells() throws Exception {
        try (ChildProcess child = ChildProcess.start(directory)) {
            await().until(() -> {
                child.ask("tell " + KEY.resource() + " " + session);
                return heard.contains(KEY);
            });
        }
        assertThat(heard).containsOnly(KEY);
    }

    @Test
    void aClosedStoreHearsNothingAndItsThreadEnds() throws IOException {
        List<Thread> listening = listeners();
        assertThat(listening).isNotEmpty().allSatisfy(each -> assertThat(each.isDaemon())
                .isTrue());

        store.close();

        await().until(() -> listening.stream().noneMatch(Thread::isAlive));
    }

    private static List<Thread> listeners() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().startsWith("interlock-file"))
                .toList();
    }

    @Test
    void aNameThatIsTooLongIsNotTold() {
        RecordKey tooLong = new RecordKey("\u00e9".repeat(20_000));
        Steps.free(store, tooLong.resource(), session);

        await().until(() -> {
            Steps.free(store, KEY.resource(), session);
            return heard.contains(KEY);
        });
        assertThat(heard).containsOnly(KEY);
    }
}
