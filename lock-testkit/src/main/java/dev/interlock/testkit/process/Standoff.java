package dev.interlock.testkit.process;

import dev.interlock.DeadlockPolicy;
import dev.interlock.LockMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Three processes whose owners wait for each other, in circles of several sizes at once. */
final class Standoff implements AutoCloseable {

    static final int PROCESSES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<PartyProcess> processes = new ArrayList<>();

    /** Starts them. */
    Standoff(Class<? extends StoreFactory> factory, String argument, DeadlockPolicy policy, Path directory)
            throws IOException {
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(
                    PartyProcess.start("party" + i, directory, List.of(factory.getName(), argument, policy.name())));
        }
    }

    /** Lets so many owners each take something, and then ask for what the next one has. Every other one reads. */
    void circle(int size) throws IOException {
        for (int i = 0; i < size; i++) {
            of(i).order(Party.HOLD, owner(size, i), mode(i).name(), resource(size, i));
        }
        until("all hold what they need", () -> said(Party.HELD, size).size() == size);
        for (int i = 0; i < size; i++) {
            of(i).order(Party.ASK, owner(size, i), mode(i).name(), resource(size, i + 1));
        }
    }

    /** Lets one of them give back what the one before it waits for. */
    void breakUp(int size) throws IOException {
        of(0).order(Party.LEAVE, owner(size, 0));
    }

    static List<String> owners(int size) {
        return IntStream.range(0, size).mapToObj(i -> owner(size, i)).toList();
    }

    /** What all processes have said of this circle. */
    List<String> said(String word, int size) {
        return processes.stream()
                .flatMap(each -> each.said().stream())
                .filter(line -> line.startsWith(word + " " + circleName(size)))
                .toList();
    }

    /** Waits until each owner of this circle has got what it asked for, or was refused. */
    void untilAllHaveEnded(int size) {
        until(
                "the circle of " + size + " has ended",
                () -> said(Party.FINISHED, size).size()
                                + said(Party.VICTIM, size).size()
                                + said(Party.FAILED, size).size()
                        == size);
    }

    static void until(String what, BooleanSupplier condition) {
        Awaitility.await(what).atMost(PATIENCE).until(condition::getAsBoolean);
    }

    private PartyProcess of(int place) {
        return processes.get(place % PROCESSES);
    }

    private static LockMode mode(int place) {
        return place % 2 == 0 ? LockMode.WRITE : LockMode.READ;
    }

    private static String circleName(int size) {
        return "of" + size + "-";
    }

    private static String owner(int size, int place) {
        return circleName(size) + place;
    }

    private static String resource(int size, int place) {
        return "circle" + size + ":" + place % size;
    }

    /** Lets them come to their end; answers what was wrong with them. */
    List<String> finish() throws IOException, InterruptedException {
        List<String> wrong = new ArrayList<>();
        for (PartyProcess each : processes) {
            each.finish();
        }
        for (PartyProcess each : processes) {
            wrong.addAll(each.ended());
        }
        return wrong;
    }

    @Override
    public void close() {
        processes.forEach(PartyProcess::destroy);
    }
}
