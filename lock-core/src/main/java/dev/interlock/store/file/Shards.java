package dev.interlock.store.file;

import dev.interlock.spi.RecordKey;
import dev.interlock.store.file.Shard.Found;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All that is kept of one sort: a block for each resource, read at any time and changed alone. */
final class Shards implements Closeable {

    private final Ground ground;
    private final RecordFiles files;
    private final Shard[] shards;

    /**
     * As many shards, a power of two.
     *
     * @param first the byte of the kernel locks that is the first one's
     */
    Shards(Ground ground, RecordFiles files, int first, int count) {
        this.ground = ground;
        this.files = files;
        this.shards = new Shard[count];
        for (int i = 0; i < count; i++) {
            shards[i] = new Shard(first + i, ground, files);
        }
    }

    private Shard of(RecordKey key) {
        int hash = key.resource().hashCode();
        return shards[(hash ^ (hash >>> 6) ^ (hash >>> 16)) & (shards.length - 1)];
    }

    /** Does this with the shard of a resource while nobody else is at it, in this process or another. */
    <T> T alone(RecordKey key, Patience patience, Shard.Work<T> work) throws IOException {
        return of(key).alone(patience, work);
    }

    /** What is kept of a resource. */
    @Nullable Block read(RecordKey key, Patience patience) throws IOException {
        ground.ensureInPlace();
        Optional<Block> block = of(key).inTurn(patience, shard -> shard.glance(key));
        return block.isPresent() ? block.get() : lookClosely(key, patience);
    }

    /** There is nothing, or it is changed again and again, or somebody has meddled with the file. */
    private @Nullable Block lookClosely(RecordKey key, Patience patience) throws IOException {
        if (!files.exists(FileNames.of(key.resource()))) {
            return null;
        }
        Optional<Found> found = alone(key, patience, shard -> Optional.ofNullable(shard.find(key)));
        return found.isEmpty() ? null : found.get().block();
    }

    @Override
    public void close() throws IOException {
        for (Shard each : shards) {
            each.close();
        }
    }
}
