package dev.interlock.testkit.process;

import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/** A process of a contest: contends until there is nothing more to read, or nobody to hear it. */
final class Contestant {

    static final String READY = "ready";

    private Contestant() {}

    /** How a process of a contest begins. */
    public static void main(String[] arguments) throws Exception {
        String node = arguments[0];
        StoreFactory factory = Class.forName(arguments[1])
                .asSubclass(StoreFactory.class)
                .getDeclaredConstructor()
                .newInstance();
        Path directory = Path.of(arguments[3]);
        int threads = Integer.parseInt(arguments[4]);
        SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[5]));
        InterlockManager.Builder settings =
                factory.settings(InterlockManager.builder().node(node));
        try (LockManager locks = settings.store(factory.open(arguments[2])).build()) {
            contend(locks, node, directory, threads, random);
        }
    }

    private static void contend(LockManager locks, String node, Path directory, int threads, SplittableRandom random)
            throws Exception {
        Cells cells = Cells.map(directory.resolve(ProcessContest.CELLS_FILE), ProcessContest.CELLS);
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> started = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            String owner = node + "-" + i;
            Journal journal = new Journal(directory.resolve(owner + ".journal"));
            ContestThread contender = new ContestThread(locks, owner, cells, journal, random.split(), done);
            started.add(new Thread(contender, owner));
        }
        started.forEach(Thread::start);
        System.out.println(READY);
        untilNobodyHears();
        done.set(true);
        for (Thread each : started) {
            each.join();
        }
    }

    private static void untilNobodyHears() throws IOException {
        int heard = System.in.read();
        while (heard >= 0) {
            heard = System.in.read();
        }
    }
}
