package dev.interlock.spi;

import java.time.Duration;
import java.util.List;

/** A store that can list its records. */
public interface ScannableStore {

    /** The records of resources that somebody holds or waits for, as they stand one by one, and no more of them than this. */
    List<LockRecord> busy(int limit, Duration patience);

    /**
     * Removes the records that have been idle for so long, and the sessions that have ended.
     *
     * @return how many records were removed
     */
    int sweep(Duration idleFor, Duration patience);
}
