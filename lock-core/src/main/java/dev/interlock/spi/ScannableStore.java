package dev.interlock.spi;

import java.util.stream.Stream;

/** A store that can list its records. */
public interface ScannableStore {

    /** The records, as they stand one by one; close the stream. */
    Stream<LockRecord> scan();
}
