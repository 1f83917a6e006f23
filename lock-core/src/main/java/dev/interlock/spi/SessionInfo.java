package dev.interlock.spi;

import java.time.Instant;

/**
 * A session as others see it.
 *
 * @param id names it
 * @param node the node whose session it is
 * @param since when it began, by the store's clock
 * @param published what its node said with its last heartbeat
 */
public record SessionInfo(String id, String node, Instant since, String published) {}
