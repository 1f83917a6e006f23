package dev.interlock.store.file;

import dev.interlock.spi.RecordKey;
import dev.interlock.spi.StampRecord;
import dev.interlock.spi.StoreException;
import dev.interlock.store.file.Shard.Found;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The version stamps of a directory, in files of their own beside those of the records. Nobody ever removes one. */
final class Stamps implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(Stamps.class);

    /** A stamp is told from another by all that it says, and never gone. */
    private static final long VERSION = 1;

    /** There may be many. */
    private static final long LOOK_AFTER = TimeUnit.NANOSECONDS.convert(Records.TOUCH_AFTER);

    private final RecordFiles files;
    private final Shards shards;
    private long lookedAfter = System.nanoTime() - LOOK_AFTER;
    /** The last one that was looked after when the patience ended. */
    private String reached = "";

    Stamps(Ground ground) {
        files = RecordFiles.ofStamps(ground.premises);
        shards = new Shards(ground, files, Ground.SHARDS, Ground.STAMP_SHARDS);
    }

    @Nullable StampRecord read(String resource, Patience patience) throws IOException {
        RecordKey key = new RecordKey(resource);
        return stamp(key, shards.read(key, patience));
    }

    private @Nullable StampRecord stamp(RecordKey key, @Nullable Block block) {
        if (block == null) {
            return null;
        }
        StampText text = StampText.read(block.text());
        files.ensureAbout(key, text.resource());
        return text.stamp();
    }

    /** Replaces a stamp if it is still as expected, and answers whether it was. */
    boolean replace(String resource, @Nullable StampRecord expected, StampRecord next, Patience patience)
            throws IOException {
        RecordKey key = new RecordKey(resource);
        byte[] text = Block.ascii(new StampText(resource, next).write());
        return shards.alone(key, patience, shard -> {
            Found found = shard.find(key);
            boolean asExpected = Objects.equals(stamp(key, found == null ? null : found.block()), expected);
            if (asExpected) {
                shard.put(key, found, VERSION, text);
            }
            return asExpected;
        });
    }

    /**
     * Keeps those away who delete what is old, and gives files back the name that they have lost; not each time. What is left over
     * when the patience ends is for the next time.
     */
    synchronized void lookAfter(Patience patience) throws IOException {
        long now = System.nanoTime();
        if (now - lookedAfter < LOOK_AFTER) {
            return;
        }
        Instant old = Instant.now().minus(Records.TOUCH_AFTER);
        for (String each : files.names().tailSet(reached, false)) {
            if (patience.isOver()) {
                return;
            }
            lookAfter(each, old, patience);
            reached = each;
        }
        reached = "";
        lookedAfter = now;
    }

    private void lookAfter(String name, Instant old, Patience patience) throws IOException {
        try {
            if (!files.isWhole(name)) {
                mend(name, patience);
            }
            if (files.changed(name).isBefore(old)) {
                files.touch(name);
            }
        } catch (NoSuchFileException | StoreException spoilt) {
            log.debug("{} is passed over", files.place(name), spoilt);
        }
    }

    private void mend(String name, Patience patience) throws IOException {
        Block block = files.peek(name);
        if (block != null) {
            RecordKey key = new RecordKey(StampText.read(block.text()).resource());
            shards.alone(key, patience, shard -> files.mend(name));
        }
    }

    @Override
    public void close() throws IOException {
        shards.close();
    }
}
