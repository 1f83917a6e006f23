package dev.interlock.spi;

import java.time.Instant;

/** What a store knows at the moment of a step. The store's clock decides, never that of a node. */
public interface StoreView {

    /** The store's time. */
    Instant now();

    /** Whether the session of this node lives. */
    boolean isAlive(String node);
}
