package dev.interlock.monitor;

/**
 * How much is going on.
 *
 * @param resources resources that somebody holds or waits for
 * @param holds holds on them
 * @param waiters requests waiting for them
 * @param remembered resources that are remembered, idle ones included
 */
public record LockCounts(int resources, int holds, int waiters, int remembered) {}
