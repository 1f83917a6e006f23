package dev.interlock.engine;

import dev.interlock.spi.TimeSource.Scheduled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What only some holds have. Immutable: a hold swaps the whole of it, so that ending a hold and changing it exclude each
 * other.
 *
 * @param thread the thread that acquired, where the owner does not tell
 * @param stackTrace where it was acquired, if captured
 * @param leaseEnds the monotonic time at which it ends by itself, if it does
 * @param timer what ends it then
 * @param kept whether its owner has closed it, and it only stays taken until then
 * @param onLost what to run when the hold is lost
 * @param onPreemption what to run when somebody of higher priority waits
 */
record Details(
        @Nullable String thread,
        List<StackTraceElement> stackTrace,
        @Nullable Long leaseEnds,
        @Nullable Scheduled timer,
        boolean kept,
        List<Runnable> onLost,
        List<Runnable> onPreemption) {

    static final Details NONE = new Details(null, List.of(), null, null, false, List.of(), List.of());

    Details leaseEnding(long at, @Nullable Scheduled newTimer) {
        return new Details(thread, stackTrace, at, newTimer, kept, onLost, onPreemption);
    }

    Details timedBy(Scheduled newTimer) {
        return new Details(thread, stackTrace, leaseEnds, newTimer, kept, onLost, onPreemption);
    }

    Details withoutLease() {
        return new Details(thread, stackTrace, null, null, kept, onLost, onPreemption);
    }

    /** Nobody is told any more of what becomes of it. */
    Details keptUntil(long at) {
        return new Details(thread, stackTrace, at, null, true, List.of(), List.of());
    }

    Details alsoOnLost(Runnable action) {
        return new Details(thread, stackTrace, leaseEnds, timer, kept, with(onLost, action), onPreemption);
    }

    Details alsoOnPreemption(Runnable action) {
        return new Details(thread, stackTrace, leaseEnds, timer, kept, onLost, with(onPreemption, action));
    }

    private static List<Runnable> with(List<Runnable> actions, Runnable action) {
        List<Runnable> more = new ArrayList<>(actions);
        more.add(action);
        return List.copyOf(more);
    }
}
