package dev.interlock.spi;

import java.util.function.Consumer;

/**
 * A store that can wake a session when a record changes for it, see {@link Change#tell}. A hint may be lost, or come twice, or
 * come for nothing: it only saves waiting for the next look.
 */
public interface ChangeFeed {

    /** Calls for each change that is told this session, until what is answered here is closed. The call returns at once. */
    AutoCloseable subscribe(String session, Consumer<RecordKey> hint);
}
