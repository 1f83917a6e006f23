package dev.interlock.engine;

import dev.interlock.spi.StampRecord;
import dev.interlock.spi.StampStore;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The stamps of one process, as many as are remembered. Of those that were forgotten, a <em>floor</em> remains that is as high as
 * each of them: whoever has no stamp has that one. So a stamp that was forgotten is never taken for one that never was; at worst
 * somebody is told of a conflict where there was none. The first floor is the time at which this began: a stamp of before a restart
 * is not taken for one of after it.
 */
final class MemoryStamps implements StampStore {

    private static final int PARTS = 16;

    private final Part[] parts = new Part[PARTS];

    /** Remembers about so many; what was changed before this moment is taken for changed at it. */
    MemoryStamps(int most, long nanos) {
        for (int i = 0; i < PARTS; i++) {
            parts[i] = new Part(Math.max(1, (most + PARTS - 1) / PARTS), new StampRecord(0, nanos, null));
        }
    }

    private Part part(String resource) {
        int hash = resource.hashCode();
        return parts[Math.floorMod(hash ^ (hash >>> 16), PARTS)];
    }

    @Override
    public StampRecord readStamp(String resource, Duration patience) {
        return part(resource).find(resource);
    }

    @Override
    public boolean replaceStamp(String resource, @Nullable StampRecord expected, StampRecord next, Duration patience) {
        return part(resource).replace(resource, expected, next);
    }

    private static final class Part {

        private final int most;
        /** The one that was changed last comes last. */
        private final Map<String, StampRecord> stamps = new LinkedHashMap<>();

        private StampRecord floor;

        Part(int most, StampRecord floor) {
            this.most = most;
            this.floor = floor;
        }

        synchronized StampRecord find(String resource) {
            StampRecord known = stamps.get(resource);
            return known == null ? floor : known;
        }

        synchronized boolean replace(String resource, @Nullable StampRecord expected, StampRecord next) {
            if (!Objects.equals(find(resource), expected)) {
                return false;
            }
            stamps.remove(resource);
            stamps.put(resource, next);
            if (stamps.size() > most) {
                forgetSome();
            }
            return true;
        }

        private void forgetSome() {
            Iterator<StampRecord> oldest = stamps.values().iterator();
            while (stamps.size() > most && oldest.hasNext()) {
                StampRecord each = oldest.next();
                if (each.changing() == null) {
                    oldest.remove();
                    floor = highest(floor, each);
                }
            }
        }

        private static StampRecord highest(StampRecord one, StampRecord other) {
            return new StampRecord(
                    Math.max(one.version(), other.version()), Math.max(one.nanos(), other.nanos()), null);
        }
    }
}
