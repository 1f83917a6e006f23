package dev.interlock.monitor;

import dev.interlock.LogText;
import java.util.List;

/**
 * A request that has waited for longer than {@code longWait} and waits still.
 *
 * @param waiter who waits, for what, and since when
 * @param holders who holds the resource now
 * @param blockedBy why it waits, in words: who is in its way, and how
 * @param stackTrace where it waits, as seen when it was reported; empty for an asynchronous request
 * @param holderStackTrace what the thread of the first who was in its way was doing then, where there is one
 */
public record LongWait(
        LockWaiter waiter,
        List<LockHolder> holders,
        String blockedBy,
        List<StackTraceElement> stackTrace,
        List<StackTraceElement> holderStackTrace) {

    /** Copies what could change. */
    public LongWait {
        holders = List.copyOf(holders);
        stackTrace = List.copyOf(stackTrace);
        holderStackTrace = List.copyOf(holderStackTrace);
    }

    /** In one sentence, as in a log. */
    public String describe() {
        return "'" + LogText.of(waiter.owner().name()) + "' waits to " + waiter.mode() + " '" + LogText.of(resource())
                + "' since " + waiter.since() + ", " + LogText.of(blockedBy);
    }

    /** The resource it waits for. */
    public String resource() {
        return waiter.resource();
    }
}
