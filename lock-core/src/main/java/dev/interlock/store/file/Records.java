package dev.interlock.store.file;

import dev.interlock.spi.LockRecord;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.RecordText;
import dev.interlock.spi.StoreException;
import dev.interlock.store.file.Shard.Found;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records of a directory. */
final class Records implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(Records.class);

    /** Those who delete what is old count in days. */
    static final Duration TOUCH_AFTER = Duration.ofHours(1);

    /** No record has this version. */
    private static final long NONE = -1;

    private final Ground ground;
    private final RecordFiles files;
    private final Shards shards;

    Records(Ground ground) {
        this.ground = ground;
        this.files = RecordFiles.ofRecords(ground.premises);
        this.shards = new Shards(ground, files, 0, Ground.SHARDS);
    }

    // --- one record ------------------------------------------------------------------------------------------------

    /** What became of a replacement. */
    record Replaced(boolean done, @Nullable LockRecord record) {}

    /** Replaces a record if it is still as expected; otherwise answers what it is. */
    Replaced replace(RecordKey key, @Nullable LockRecord expected, LockRecord next, Patience patience)
            throws IOException {
        if (!next.key().equals(key)) {
            throw new IllegalArgumentException("the record of '" + key.resource() + "' cannot become " + next);
        }
        byte[] text = Block.ascii(RecordText.write(next));
        long version = expected == null ? NONE : expected.version();
        return shards.alone(key, patience, shard -> replace(shard, key, version, next, text));
    }

    private Replaced replace(Shard shard, RecordKey key, long expected, LockRecord next, byte[] text)
            throws IOException {
        Found found = shard.find(key);
        Block inUse = found == null ? null : found.block();
        if ((inUse == null || inUse.isGone() ? NONE : inUse.version) != expected) {
            return new Replaced(false, record(key, inUse));
        }
        long version = expected == NONE ? newVersion() : expected + 1;
        shard.put(key, found, version, text);
        return new Replaced(true, next.withVersion(version));
    }

    private static long newVersion() {
        return Math.max(1, ThreadLocalRandom.current().nextLong() >>> 1);
    }

    @Nullable LockRecord read(RecordKey key, Patience patience) throws IOException {
        return record(key, shards.read(key, patience));
    }

    private @Nullable LockRecord record(RecordKey key, @Nullable Block block) {
        LockRecord record = record(block);
        if (record != null) {
            files.ensureAbout(key, record.key().resource());
        }
        return record;
    }

    private static @Nullable LockRecord record(@Nullable Block block) {
        return block == null || block.isGone() ? null : RecordText.read(block.text(), block.version);
    }

    // --- all of them -----------------------------------------------------------------------------------------------

    /** Those that somebody holds or waits for. */
    List<LockRecord> busy(int limit, Patience patience) throws IOException {
        ground.ensureInPlace();
        List<LockRecord> busy = new ArrayList<>();
        for (String each : files.names()) {
            if (busy.size() >= limit) {
                break;
            }
            ensureTime(patience);
            LockRecord record = peek(each);
            if (record != null && !record.isIdle()) {
                busy.add(record);
            }
        }
        return busy;
    }

    private @Nullable LockRecord peek(String name) throws IOException {
        try {
            return record(files.peek(name));
        } catch (StoreException spoilt) {
            log.debug("{} is passed over", files.place(name), spoilt);
            return null;
        }
    }

    private void ensureTime(Patience patience) {
        if (patience.isOver()) {
            throw StoreException.passing("there are too many records to look at all within " + patience.whole(), null);
        }
    }

    /** Removes those that are idle and were not changed since; what is left over when the patience ends is for the next time. */
    int sweep(Duration idleFor, Patience patience) throws IOException {
        Instant now = Instant.now();
        int swept = 0;
        for (String each : files.names()) {
            if (patience.isOver()) {
                log.debug("{} records were swept away when the time was over", swept);
                break;
            }
            swept += sweep(each, now, idleFor, patience) ? 1 : 0;
        }
        return swept;
    }

    private boolean sweep(String name, Instant now, Duration idleFor, Patience patience) throws IOException {
        try {
            Block block = files.peek(name);
            Duration age = Duration.between(files.changed(name), now);
            if (block == null) {
                return false;
            }
            LockRecord record = RecordText.read(block.text(), block.version);
            mend(name, record.key(), patience);
            if (block.isGone() || record.isIdle()) {
                return age.compareTo(idleFor) >= 0 && remove(record.key(), block, patience);
            }
            if (age.compareTo(TOUCH_AFTER) > 0) {
                files.touch(name);
            }
            return false;
        } catch (NoSuchFileException another) {
            // another has swept it away
            return false;
        } catch (StoreException spoilt) {
            log.debug("{} is passed over", files.place(name), spoilt);
            return false;
        }
    }

    /** A file with one name only is a file that is easily lost. */
    private void mend(String name, RecordKey key, Patience patience) throws IOException {
        if (!files.isWhole(name)) {
            shards.alone(key, patience, shard -> files.mend(name));
        }
    }

    private boolean remove(RecordKey key, Block seen, Patience patience) throws IOException {
        return shards.alone(key, patience, shard -> {
            Found found = shard.find(key);
            Block block = found == null ? null : found.block();
            if (found == null || block == null || block.change != seen.change || block.version != seen.version) {
                return false;
            }
            found.file().write(block, Block.GONE, Block.ascii(block.text()));
            files.remove(FileNames.of(key.resource()));
            shard.forget(key);
            return true;
        });
    }

    @Override
    public void close() throws IOException {
        shards.close();
    }
}
