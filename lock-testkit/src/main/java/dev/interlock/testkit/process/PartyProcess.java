package dev.interlock.testkit.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A process that does as it is told, such as one of a {@link Standoff}, as the one that started it sees it. */
final class PartyProcess {

    private final ContestProcess process;
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final Thread listener;

    private PartyProcess(ContestProcess process) {
        this.process = process;
        this.listener = new Thread(this::listen, "listening to " + process.node);
        listener.setDaemon(true);
    }

    /** Starts it and waits until it is ready. */
    static PartyProcess start(String node, Path directory, List<String> arguments) throws IOException {
        return start(Party.class, node, directory, arguments);
    }

    /** Starts a process that begins so, and waits until it is ready. */
    static PartyProcess start(Class<?> main, String node, Path directory, List<String> arguments) throws IOException {
        PartyProcess started = new PartyProcess(ContestProcess.start(main, node, directory, arguments));
        started.listener.start();
        return started;
    }

    private void listen() {
        BufferedReader words = process.said();
        try {
            for (String line = words.readLine(); line != null; line = words.readLine()) {
                said.add(line);
            }
        } catch (IOException failure) {
            said.add("does not speak any more: " + failure);
        }
    }

    void order(String... words) throws IOException {
        process.tell(String.join(" ", words));
    }

    List<String> said() {
        return said;
    }

    /** What it has said with this word first. */
    List<String> said(String word) {
        return said.stream().filter(line -> line.startsWith(word + " ")).toList();
    }

    ContestProcess process() {
        return process;
    }

    void finish() throws IOException {
        process.finish();
    }

    /** Waits for its end, and for its last word; answers what was wrong with it. */
    List<String> ended() throws IOException, InterruptedException {
        List<String> wrong = process.ended();
        listener.join();
        return wrong;
    }

    void destroy() {
        process.destroy();
    }
}
