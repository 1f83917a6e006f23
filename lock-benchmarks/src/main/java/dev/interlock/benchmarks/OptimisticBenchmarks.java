package dev.interlock.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import dev.interlock.optimistic.Change;
import dev.interlock.optimistic.OperationResult;
import dev.interlock.store.jdbc.JdbcLockStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Work that takes a millisecond to compute: under a lock, and optimistically, by eight threads. In the first scene all of them look at one
 * resource, and some of what they compute ends in a change of it. In the second one everything ends in a change, of a resource that all
 * share or of one of their own. How much of it is in the way of others is what the columns are about.
 */
public final class OptimisticBenchmarks {

    private static final int THREADS = 8;
    private static final int ROUNDS = 3;
    private static final long COMPUTING = 1_000_000;
    private static final int[] SHARED = {0, 10, 50, 90};

    private static final String JDK = "ReentrantLock";
    private static final String LOCK = "write lock";
    private static final String NORMAL = "optimistic";
    private static final String PROMPT = "optimistic, first rest 1 ms";

    private static final String LOOKS =
            "everybody computes from one resource; share of that which ends in a change of it";
    private static final String CHANGES = "everything is a change; share of changes that are to one common resource";

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final long length;

    private OptimisticBenchmarks(long length) {
        this.length = length;
    }

    /**
     * Measures, prints the tables, and leaves them in a file, with pictures beside it.
     *
     * @param args the file for the tables, and the length of a round in milliseconds, a thousand unless said otherwise
     */
    public static void main(String[] args) throws Exception {
        Path file = Path.of(args.length > 0 ? args[0] : "optimistic.md").toAbsolutePath();
        long millis = args.length > 1 ? Long.parseLong(args[1]) : 1000;
        OptimisticBenchmarks benchmarks = new OptimisticBenchmarks(millis * 1_000_000);
        StringBuilder report = new StringBuilder();
        for (String scene : List.of(LOOKS, CHANGES)) {
            report.append(benchmarks.section("memory", scene, file, InterlockManager::builder));
        }
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
                HikariDataSource pool =
                        Rivals.pool("jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres")) {
            Rivals.createTables(pool);
            for (String scene : List.of(LOOKS, CHANGES)) {
                report.append(benchmarks.section("PostgreSQL", scene, file, () -> InterlockManager.builder()
                        .store(JdbcLockStore.builder(pool).build())));
            }
        }
        Files.writeString(file, report);
    }

    private String section(String backend, String scene, Path file, Supplier<InterlockManager.Builder> builders)
            throws Exception {
        Map<String, List<Score>> scores = new LinkedHashMap<>();
        for (String way : List.of(JDK, LOCK, NORMAL, PROMPT)) {
            for (int i = 0; i < SHARED.length; i++) {
                scores.computeIfAbsent(way, none -> new ArrayList<>()).add(new Score());
            }
        }
        for (int round = 0; round <= ROUNDS; round++) {
            for (Map.Entry<String, List<Score>> each : scores.entrySet()) {
                for (int i = 0; i < SHARED.length; i++) {
                    out.println(backend + ", " + scene + ": " + SHARED[i] + "%, "
                            + (round == 0 ? "warm-up" : "round " + round) + ": " + each.getKey() + " …");
                    Score score = round == 0 ? new Score() : each.getValue().get(i);
                    measure(each.getKey(), scene, SHARED[i], builders, score);
                }
            }
        }
        return show(backend, scene, file, scores);
    }

    private String show(String backend, String scene, Path file, Map<String, List<Score>> scores) throws Exception {
        List<String> head = new ArrayList<>(List.of(backend + ": " + scene));
        head.addAll(scores.keySet());
        Table table = new Table(head.toArray(String[]::new));
        for (int i = 0; i < SHARED.length; i++) {
            List<String> row = new ArrayList<>(List.of(SHARED[i] + "%"));
            double base = scores.getOrDefault(LOCK, List.of()).get(i).rate(length);
            for (List<Score> each : scores.values()) {
                row.add(each.get(i).text(length, base));
            }
            table.row(row);
        }
        out.println(table);
        Plot plot = new Plot(
                "Computations a second (" + backend + "): " + THREADS + " threads, 1 ms each",
                scene.equals(LOOKS)
                        ? "share of computations that end in a change"
                        : "share of changes to one common resource",
                List.of("0%", "10%", "50%", "90%"));
        for (String way : List.of(LOCK, NORMAL, PROMPT)) {
            plot.with(way, scores.getOrDefault(way, List.of()), score -> score.rate(length));
        }
        String name = file.getFileName().toString().replaceFirst("\\.md$", "") + "-" + backend.toLowerCase(Locale.ROOT)
                + (scene.equals(LOOKS) ? "-looks" : "-changes") + ".svg";
        Files.writeString(file.resolveSibling(name), plot.toString());
        return table + "\n";
    }

    private void measure(String way, String scene, int share, Supplier<InterlockManager.Builder> builders, Score score)
            throws Exception {
        InterlockManager.Builder builder = builders.get();
        if (way.equals(PROMPT)) {
            builder.optimistic(each -> each.backOff(Duration.ofMillis(1), 2, Duration.ofSeconds(1), 0.5));
        }
        try (LockManager locks = builder.build()) {
            Work work = new Work(way, locks);
            long end = System.nanoTime() + length;
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            try {
                List<Callable<Void>> all = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    String own = "document:" + i;
                    all.add(() -> {
                        while (System.nanoTime() < end) {
                            boolean hit = ThreadLocalRandom.current().nextInt(100) < share;
                            boolean common = hit || scene.equals(LOOKS);
                            work.doOne(common ? "document:common" : own, hit || scene.equals(CHANGES), score);
                        }
                        return null;
                    });
                }
                for (Future<Void> each : threads.invokeAll(all)) {
                    each.get();
                }
            } finally {
                threads.shutdownNow();
            }
            work.check(score);
        }
    }

    /** What became of it all, over all rounds. */
    private static final class Score {

        private final AtomicLong made = new AtomicLong();
        private final AtomicLong computed = new AtomicLong();
        private final AtomicLong givenUp = new AtomicLong();

        double rate(long length) {
            return made.get() * 1e9 / (length * (double) ROUNDS);
        }

        String text(long length, double base) {
            String rate = Table.number(rate(length)) + "/s (" + Table.times(rate(length) / base) + ")";
            if (computed.get() == made.get()) {
                return rate;
            }
            return rate + ", " + Table.number(computed.get() / (double) made.get()) + " tries each, "
                    + Table.number(100.0 * givenUp.get() / (givenUp.get() + made.get())) + "% given up";
        }
    }

    /** Values that are read, computed from and written, so that a lost update would be seen. */
    private static final class Work {

        private final String way;
        private final LockManager locks;
        private final Map<String, Long> values = new ConcurrentHashMap<>();
        private final Map<String, ReentrantLock> plain = new ConcurrentHashMap<>();
        private final AtomicLong changes = new AtomicLong();

        Work(String way, LockManager locks) {
            this.way = way;
            this.locks = locks;
        }

        void doOne(String resource, boolean changing, Score score) {
            switch (way) {
                case JDK -> plainly(resource, changing, score);
                case LOCK -> locked(resource, changing, score);
                default -> optimistically(resource, changing, score);
            }
        }

        private void plainly(String resource, boolean changing, Score score) {
            ReentrantLock lock = plain.computeIfAbsent(resource, made -> new ReentrantLock());
            lock.lock();
            try {
                store(resource, computed(resource, score), changing);
            } finally {
                lock.unlock();
            }
            score.made.incrementAndGet();
        }

        private void locked(String resource, boolean changing, Score score) {
            try (LockHandle held = locks.write(resource).acquire()) {
                store(resource, computed(resource, score), changing);
            }
            score.made.incrementAndGet();
        }

        private void optimistically(String resource, boolean changing, Score score) {
            OperationResult<Void> result = locks.optimistic().attempt(resource, current -> {
                long next = computed(resource, score);
                return changing ? Change.of(() -> store(resource, next, true)) : null;
            });
            (result.isSuccess() ? score.made : score.givenUp).incrementAndGet();
        }

        private long computed(String resource, Score score) {
            long value = values.getOrDefault(resource, 0L);
            Timing.pause(COMPUTING);
            score.computed.incrementAndGet();
            return value + 1;
        }

        private void store(String resource, long value, boolean changing) {
            if (changing) {
                values.put(resource, value);
                changes.incrementAndGet();
            }
        }

        void check(Score score) {
            long sum = values.values().stream().mapToLong(each -> each).sum();
            if (sum != changes.get()) {
                throw new IllegalStateException(
                        way + " lost updates: " + changes + " changes, and " + sum + " are there; " + score.made);
            }
        }
    }
}
