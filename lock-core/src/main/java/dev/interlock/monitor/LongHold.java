package dev.interlock.monitor;

import dev.interlock.LogText;
import java.util.List;

/**
 * A hold that has lasted for longer than {@code longWait} and stands still.
 *
 * @param holder who holds, what, and since when; with where it was acquired, if stack traces are captured
 * @param waiting how many wait for the resource now
 * @param stackTrace what the thread of the holder was doing when this was reported; empty for an owner that is no thread
 */
public record LongHold(LockHolder holder, int waiting, List<StackTraceElement> stackTrace) {

    /** Copies what could change. */
    public LongHold {
        stackTrace = List.copyOf(stackTrace);
    }

    /** In one sentence, as in a log. */
    public String describe() {
        return "'" + LogText.of(holder.owner().name()) + "' holds '" + LogText.of(resource()) + "' in " + holder.mode()
                + " mode since " + holder.acquiredAt() + ", and " + waiting + (waiting == 1 ? " waits" : " wait");
    }

    /** The resource that is held. */
    public String resource() {
        return holder.resource();
    }
}
