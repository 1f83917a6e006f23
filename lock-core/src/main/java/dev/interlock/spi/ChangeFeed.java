package dev.interlock.spi;

import java.util.function.Consumer;

/** A store that can tell that a record has changed. A hint may be lost, or come twice: it only saves waiting for the next look. */
public interface ChangeFeed {

    /** Calls for each change until what is answered here is closed. */
    AutoCloseable subscribe(Consumer<RecordKey> hint);
}
