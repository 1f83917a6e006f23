package dev.interlock.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A process that locks as it is told. */
public final class LockProcess {

    private final SharedLocks locks;
    private final Statements statements;
    private final PrintStream out;
    private SharedLocks.@Nullable Held held;

    private LockProcess(SharedLocks locks, Statements statements, PrintStream out) {
        this.locks = locks;
        this.statements = statements;
        this.out = out;
    }

    /**
     * Does what it reads, line by line, until there is no more.
     *
     * @param args whose locks, and where they are
     */
    public static void main(String[] args) throws Exception {
        if (args[0].equals(Rivals.FILES)) {
            obey(Rivals.files(Path.of(args[1])), new Statements());
            return;
        }
        Statements statements = new Statements();
        try (HikariDataSource pool = Rivals.pool(args[1])) {
            obey(Rivals.open(args[0], statements.counting(pool)), statements);
        }
    }

    private static void obey(SharedLocks locks, Statements statements) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (locks;
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            LockProcess process = new LockProcess(locks, statements, out);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                process.obey(line.split(" ", -1));
            }
        }
    }

    private void obey(String[] words) throws Exception {
        switch (words[0]) {
            case "acquire" -> {
                held = locks.acquire(words[1]);
                out.println(System.nanoTime());
            }
            case "release" -> {
                SharedLocks.Held releasing = Objects.requireNonNull(held, "nothing was acquired");
                long before = System.nanoTime();
                releasing.release();
                out.println(before);
            }
            case "crowd" ->
                crowd(new Crowd(
                        locks, words[1], Long.parseLong(words[2]), Long.parseLong(words[3]), Long.parseLong(words[4])));
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private void crowd(Crowd crowd) throws Exception {
        long before = statements.executed();
        List<Turn> turns = crowd.run();
        out.println(turns.size() + " " + (statements.executed() - before));
        turns.forEach(out::println);
    }
}
