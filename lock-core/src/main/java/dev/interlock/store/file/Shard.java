package dev.interlock.store.file;

import dev.interlock.spi.RecordKey;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Some of the records, or of the stamps: those that are changed under the same byte of the kernel locks. The byte is locked for a
 * few microseconds only, in which nothing but this file is read and written; still, a process that is stopped just then keeps all
 * others from these records until it goes on or ends.
 */
final class Shard implements Closeable {

    /** Few, because there are many shards, and a process may not open too many files. */
    private static final int OPEN_FILES = 4;

    private final int number;
    private final Ground ground;
    private final RecordFiles files;
    private final ReentrantLock turn = new ReentrantLock();
    private boolean closed;
    private final Map<RecordKey, RecordFile> open = new LinkedHashMap<>(16, 0.75f, true);

    Shard(int number, Ground ground, RecordFiles files) {
        this.number = number;
        this.ground = ground;
        this.files = files;
    }

    /** What is done with the records. */
    interface Work<T> {
        T with(Shard shard) throws IOException;
    }

    /** Does it while no other thread of this process is at it. */
    <T> T inTurn(Patience patience, Work<T> work) throws IOException {
        if (!patience.take(turn)) {
            throw ground.busy(number, patience, null);
        }
        try {
            if (closed) {
                throw new ClosedChannelException();
            }
            return work.with(this);
        } finally {
            turn.unlock();
        }
    }

    /** Does it while nobody else is at it, in this process or another. */
    <T> T alone(Patience patience, Work<T> work) throws IOException {
        return inTurn(patience, shard -> {
            try (FileLock mutex = ground.take(number, patience)) {
                ground.ensureInPlace();
                return work.with(shard);
            }
        });
    }

    /** The record as it stands in an open file, or in one that nobody has meddled with; not a look at who is about to change it. */
    Optional<Block> glance(RecordKey key) throws IOException {
        RecordFile known = open.get(key);
        Block block = known == null ? null : known.read();
        return Optional.ofNullable(block == null || block.isGone() ? peek(FileNames.of(key.resource())) : block);
    }

    private @Nullable Block peek(String name) throws IOException {
        return files.isWhole(name) ? files.peek(name) : null;
    }

    /** An open file, and the block that counts there; none where the machine's end has left none. */
    record Found(RecordFile file, @Nullable Block block) {}

    /** The file of this record; to be asked for alone. An open one that has been removed meanwhile says so itself. */
    @Nullable Found find(RecordKey key) throws IOException {
        String name = FileNames.of(key.resource());
        RecordFile file = open.get(key);
        Block block = file == null ? null : file.read();
        if (file == null || block == null || block.isGone()) {
            forget(key);
            file = files.open(name);
            if (file == null) {
                return null;
            }
            remember(key, file);
            block = file.read();
        }
        return new Found(file, files.whole(name, block));
    }

    /** Replaces what was found, if anything was; to be asked for alone. */
    void put(RecordKey key, @Nullable Found found, long version, byte[] text) throws IOException {
        if (found == null) {
            remember(key, files.create(FileNames.of(key.resource()), version, text));
        } else {
            found.file().write(found.block(), version, text);
        }
    }

    private void remember(RecordKey key, RecordFile file) throws IOException {
        open.put(key, file);
        if (open.size() > OPEN_FILES) {
            forget(open.keySet().iterator().next());
        }
    }

    void forget(RecordKey key) throws IOException {
        RecordFile file = open.remove(key);
        if (file != null) {
            file.close();
        }
    }

    /** Waits for whoever is at it: the kernel's locks must not go while a record is written. */
    @Override
    public void close() throws IOException {
        turn.lock();
        try {
            closed = true;
            for (RecordKey each : open.keySet().toArray(RecordKey[]::new)) {
                forget(each);
            }
        } finally {
            turn.unlock();
        }
    }
}
