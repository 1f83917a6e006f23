package dev.interlock.store.file;

import dev.interlock.spi.Change;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.Step;
import dev.interlock.spi.StoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Runs in a process of its own, with a store in the directory of its argument, and does what it is told line by line. */
final class Child {

    private final Path directory;
    private final FileLockStore store;
    private final List<FileLock> locks = new ArrayList<>();
    private String session = "";

    private Child(Path directory) {
        this.directory = directory;
        this.store = FileLockStore.in(directory);
    }

    public static void main(String[] arguments) throws IOException {
        Child child = new Child(Path.of(arguments[0]));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(child.answer(line.split(" ")));
        }
    }

    private String answer(String... words) {
        try {
            return answerTo(words);
        } catch (StoreException e) {
            return "failed " + (e.isPassing() ? "passing " : "lasting ") + e.getMessage();
        } catch (Exception e) {
            return "broken " + e;
        }
    }

    private String answerTo(String... words) throws IOException {
        switch (words[0]) {
            case "begin" -> {
                session = store.beginSession("child", Duration.parse(words[1]), Steps.PATIENCE)
                        .id();
                return session;
            }
            case "beat" -> {
                return ""
                        + store.beat(session, Steps.LONG, words[words.length - 1], Steps.PATIENCE)
                                .alive();
            }
            case "take" -> {
                return "" + Steps.take(store, words[1], session);
            }
            case "free" -> {
                Steps.free(store, words[1]);
                return "free";
            }
            case "put" -> {
                RecordKey key = new RecordKey(words[1]);
                Step<String> step = (current, view) -> Change.to(Steps.held(key, 9, words[2], null), "put");
                return store.update(key, null, step, Steps.PATIENCE).result();
            }
            case "tell" -> {
                Steps.free(store, words[1], words[2]);
                return "told";
            }
            case "lock" -> {
                return lock(Long.parseLong(words[1]), Long.parseLong(words[2]));
            }
            case "count" -> {
                return count(words[1], directory.resolveSibling(words[2]), Integer.parseInt(words[3]));
            }
            case "stamp" -> {
                return stamp(words[1], Integer.parseInt(words[2]));
            }
            case "sweep" -> {
                return "" + sweep(Integer.parseInt(words[1]));
            }
            case "sessions" -> {
                return "" + store.sessions(Steps.PATIENCE).size();
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    /** Behind the back of the store. */
    private String lock(long at, long size) throws IOException {
        FileChannel channel = FileChannel.open(directory.resolve("kernel-locks"), StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock(at, size, false);
        if (lock != null) {
            locks.add(lock);
        }
        return lock == null ? "busy" : "locked";
    }

    /** Increments a number in a file, which only the lock protects. */
    private String count(String resource, Path file, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            while (!Steps.take(store, resource, session)) {
                LockSupport.parkNanos(20_000);
            }
            int number = Integer.parseInt(Files.readString(file));
            Files.writeString(file, Integer.toString(number + 1));
            Steps.free(store, resource);
        }
        return "counted";
    }

    /** Counts in a stamp, which nobody protects but the comparison. */
    private String stamp(String resource, int times) {
        for (int i = 0; i < times; ) {
            i += Steps.countInStamp(store, resource) ? 1 : 0;
        }
        return "counted";
    }

    private int sweep(int times) {
        int swept = 0;
        for (int i = 0; i < times; i++) {
            swept += store.sweep(Duration.ZERO, Steps.PATIENCE);
        }
        return swept;
    }
}
