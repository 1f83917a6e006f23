package dev.interlock.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Measures locks that reach other processes: over a database of its own, and over files. */
public final class StoreBenchmarks {

    private static final String[] ALL = {Rivals.BARE, Rivals.INTERLOCK, Rivals.SPRING, Rivals.SHEDLOCK};
    private static final int ROUNDS = 3;
    private static final int COUNTED = 100;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final StringBuilder report = new StringBuilder();
    private final Path directory;
    private final int port;
    private final int seconds;

    private StoreBenchmarks(Path directory, int port, int seconds) {
        this.directory = directory;
        this.port = port;
        this.seconds = seconds;
    }

    /**
     * Measures, prints the tables, and leaves them in a file.
     *
     * @param args the file for the tables, and the length of a round of two processes in seconds, ten unless said
     *     otherwise; all else is in proportion
     */
    public static void main(String[] args) throws Exception {
        Path file = Path.of(args.length > 0 ? args[0] : "stores.md");
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        Path directory = Files.createTempDirectory("interlock-benchmarks");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start()) {
            Files.writeString(file, new StoreBenchmarks(directory, postgres.getPort(), seconds).run());
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path each : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(each);
            }
        }
    }

    private String run() throws Exception {
        section("Machine", machine());
        section("A database: what one acquire and release asks of it", counts());
        section("A database: time of one acquire and release, nobody in the way", uncontended());
        section(
                "A database: two processes, four threads each, one key held for 1 ms",
                new Contention(out::println, Duration.ofSeconds(seconds))
                        .with(Rivals.INTERLOCK, url(port))
                        .with(Rivals.SPRING, url(port))
                        .with(Rivals.SHEDLOCK, url(port))
                        .run(ROUNDS));
        section("From process to process, the waiter asleep", handOffs());
        section("Files: time of one acquire and release, nobody in the way", uncontendedFiles());
        section(
                "Files: two processes, four threads each, one key held for 1 ms",
                new Contention(out::println, Duration.ofSeconds(seconds))
                        .with(Rivals.FILES, folder("contended").toString())
                        .run(ROUNDS));
        return report.toString();
    }

    private void section(String title, String text) {
        String section = "### " + title + "\n\n" + text + "\n";
        report.append(section);
        out.println(section);
    }

    private static String url(int port) {
        return "jdbc:postgresql://localhost:" + port + "/postgres";
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    private String machine() throws SQLException {
        try (HikariDataSource pool = Rivals.pool(url(port))) {
            Rivals.createTables(pool);
            return Runtime.getRuntime().availableProcessors() + " processors, Java " + Runtime.version()
                    + ", PostgreSQL " + setting(pool, "server_version") + " with fsync " + setting(pool, "fsync")
                    + " and synchronous_commit " + setting(pool, "synchronous_commit") + "\n";
        }
    }

    private static String setting(HikariDataSource pool, String name) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW " + name)) {
            rows.next();
            return rows.getString(1);
        }
    }

    // --- what is asked ---------------------------------------------------------------------------------------------

    private String counts() throws Exception {
        Table table = new Table("lock", "statements", "commits and rollbacks", "round trips");
        for (String each : ALL) {
            table.row(count(each));
        }
        return table.toString();
    }

    private List<String> count(String rival) throws Exception {
        Statements statements = new Statements();
        try (SlowNetwork network = new SlowNetwork(port).open();
                HikariDataSource pool = Rivals.pool(url(network.port()));
                SharedLocks locks = Rivals.open(rival, statements.counting(pool))) {
            warmUp(locks, pool);
            long executed = statements.executed();
            long transactions = statements.transactions();
            long requests = network.requests();
            again(locks);
            return List.of(
                    rival,
                    each(statements.executed() - executed),
                    each(statements.transactions() - transactions),
                    each(network.requests() - requests));
        }
    }

    /** Until the pool has opened all its connections, too. */
    private static void warmUp(SharedLocks locks, HikariDataSource pool) throws Exception {
        do {
            again(locks);
        } while (pool.getHikariPoolMXBean().getTotalConnections() < pool.getMaximumPoolSize());
    }

    private static void again(SharedLocks locks) throws Exception {
        for (int i = 0; i < COUNTED; i++) {
            locks.acquire("counted").release();
        }
    }

    private static String each(long count) {
        return Table.number(count / (double) COUNTED);
    }

    // --- nobody in the way -----------------------------------------------------------------------------------------

    private String uncontended() throws Exception {
        try (SlowNetwork network = new SlowNetwork(port).open();
                HikariDataSource near = Rivals.pool(url(port));
                HikariDataSource far = Rivals.pool(url(network.port()))) {
            Table table = rows(null, Rivals.openAll(near, ALL), "this machine");
            return rows(table, Rivals.openAll(far, ALL), "1 ms network").toString();
        }
    }

    private String uncontendedFiles() throws Exception {
        Map<String, SharedLocks> rivals = new LinkedHashMap<>();
        rivals.put("a file held open, locked", FileFloors.heldOpen(folder("held")));
        rivals.put("opened, locked, closed", FileFloors.opened(folder("opened")));
        rivals.put("created and deleted", FileFloors.created(folder("created")));
        rivals.put(Rivals.FILES, Rivals.files(folder("alone")));
        return rows(null, rivals, "files").toString();
    }

    /** Measures, and closes them. */
    private Table rows(@Nullable Table begun, Map<String, SharedLocks> rivals, String name) throws Exception {
        Uncontended uncontended =
                new Uncontended(rivals, Duration.ofSeconds(seconds).dividedBy(20));
        Table table = begun == null ? uncontended.table("where, keys") : begun;
        for (int keys : new int[] {1, 1000}) {
            out.println("one thread, " + name + ", keys: " + keys + " …");
            uncontended.row(table, name, keys);
        }
        for (SharedLocks each : rivals.values()) {
            each.close();
        }
        return table;
    }

    private String handOffs() throws Exception {
        out.println("hand-offs …");
        try (HandOffs handOffs = new HandOffs()) {
            return handOffs.with("interlock over PostgreSQL", Rivals.INTERLOCK, url(port))
                    .with(Rivals.FILES, Rivals.FILES, folder("handed").toString())
                    .run(30 * seconds);
        }
    }
}
