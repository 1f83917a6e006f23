package dev.interlock.monitor;

/**
 * How much is going on.
 *
 * @param resources resources that somebody holds or waits for
 * @param holds holds on them
 * @param waiters requests waiting for them
 * @param remembered resources that are remembered, idle ones included
 * @param contentions how often somebody had to wait since the manager was made, however often statistics began anew
 * @param timeouts how often somebody gave up waiting since then
 */
public record LockCounts(int resources, int holds, int waiters, int remembered, long contentions, long timeouts) {}
