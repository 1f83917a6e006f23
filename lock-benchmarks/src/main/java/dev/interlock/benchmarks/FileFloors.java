package dev.interlock.benchmarks;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/** What files can do at the least: no waiting, no leases. For one thread. */
final class FileFloors {

    private FileFloors() {}

    /** The kernel's lock on a file that stays open. */
    static SharedLocks heldOpen(Path directory) {
        Map<String, FileChannel> open = new HashMap<>();
        return new SharedLocks() {
            @Override
            public Held acquire(String key) throws IOException {
                FileChannel channel = open.get(key);
                if (channel == null) {
                    channel = open(directory, key);
                    open.put(key, channel);
                }
                return lock(channel)::release;
            }

            @Override
            public void close() throws IOException {
                for (FileChannel each : open.values()) {
                    each.close();
                }
            }
        };
    }

    /** The same, with opening and closing. */
    static SharedLocks opened(Path directory) {
        return key -> {
            FileChannel channel = open(directory, key);
            FileLock lock = lock(channel);
            return () -> {
                lock.release();
                channel.close();
            };
        };
    }

    /** A file that is there or not. */
    static SharedLocks created(Path directory) {
        return key -> {
            Path file = directory.resolve(key + ".created");
            Files.createFile(file);
            return () -> Files.delete(file);
        };
    }

    private static FileChannel open(Path directory, String key) throws IOException {
        return FileChannel.open(directory.resolve(key), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        FileLock lock = channel.tryLock();
        if (lock == null) {
            throw new IllegalStateException("the floor is measured alone, but somebody else has the lock");
        }
        return lock;
    }
}
