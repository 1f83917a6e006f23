package dev.interlock.spi;

import java.time.Instant;

/**
 * A session that has begun.
 *
 * @param id names it, and never names another
 * @param now the store's time
 */
public record SessionStart(String id, Instant now) {}
