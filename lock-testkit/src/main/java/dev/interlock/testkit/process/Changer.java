package dev.interlock.testkit.process;

import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** A process of a {@link ChangeContest}: its threads change the cells, and it does as it is told, until there is nothing more to read. */
final class Changer {

    static final String LINGER = "linger";
    static final String GO_ON = "go-on";
    static final String REPORT = "report";

    static final String LINGERS = "lingers";
    static final String CHANGED = "changed";

    final String node;
    final LockManager locks;
    final FencedCells cells;
    final Lingering lingering = new Lingering();
    final AtomicBoolean done = new AtomicBoolean();
    private final AtomicIntegerArray reports = new AtomicIntegerArray(ChangeContest.CELLS);

    private Changer(String node, LockManager locks, FencedCells cells) {
        this.node = node;
        this.locks = locks;
        this.cells = cells;
    }

    /** How such a process begins. */
    public static void main(String[] arguments) throws Exception {
        StoreFactory factory = Class.forName(arguments[1])
                .asSubclass(StoreFactory.class)
                .getDeclaredConstructor()
                .newInstance();
        Path directory = Path.of(arguments[3]);
        FencedCells cells = FencedCells.map(directory.resolve(ChangeContest.CELLS_FILE), ChangeContest.CELLS);
        InterlockManager.Builder settings =
                factory.settings(InterlockManager.builder().node(arguments[0]));
        try (LockManager locks = settings.store(factory.open(arguments[2])).build()) {
            new Changer(arguments[0], locks, cells)
                    .change(directory, new SplittableRandom(Long.parseLong(arguments[4])));
        }
    }

    private void change(Path directory, SplittableRandom random) throws Exception {
        List<Thread> started = new ArrayList<>();
        for (int i = 0; i < ChangeContest.THREADS; i++) {
            String owner = node + "-" + i;
            Journal journal = new Journal(ChangeContest.journal(directory, node, i));
            started.add(new Thread(new ChangerThread(this, i, journal, random.split()), owner));
        }
        started.forEach(Thread::start);
        System.out.println(Contestant.READY);
        heed(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
        done.set(true);
        for (Thread each : started) {
            each.join();
        }
    }

    private void heed(BufferedReader orders) throws IOException {
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            switch (line) {
                case LINGER -> lingering.order();
                case GO_ON -> lingering.goOn();
                case REPORT -> report();
                default -> throw new IllegalArgumentException("nobody knows how to '" + line + "'");
            }
        }
    }

    private void report() {
        for (int i = 0; i < ChangeContest.CELLS; i++) {
            reports.set(i, 1);
        }
    }

    /** A thread has made a change. */
    void changed(int cell) {
        if (reports.compareAndSet(cell, 1, 0)) {
            System.out.println(CHANGED + " " + cell);
        }
    }
}
