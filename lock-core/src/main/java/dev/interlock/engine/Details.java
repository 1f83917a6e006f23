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
 * @param leaseEnds the monotonic time at which the lease ends, if there is one
 * @param timer what ends it then
 * @param onLost what to run when the hold is lost
 * @param onPreemption what to run when somebody of higher priority waits
 */
record Details(
        @Nullable String thread,
        List<StackTraceElement> stackTrace,
        @Nullable Long leaseEnds,
        @Nullable Scheduled timer,
        List<Runnable> onLost,
        List<Runnable> onPreemption) {

    static final Details NONE = new Details(null, List.of(), null, null, List.of(), List.of());

    Details leaseEnding(long at, @Nullable Scheduled newTimer) {
        return new Details(thread, stackTrace, at, newTimer, onLost, onPreemption);
    }

    Details timedBy(Scheduled newTimer) {
        return new Details(thread, stackTrace, leaseEnds, newTimer, onLost, onPreemption);
    }

    Details withoutLease() {
        return new Details(thread, stackTrace, null, null, onLost, onPreemption);
    }

    Details alsoOnLost(Runnable action) {
        return new Details(thread, stackTrace, leaseEnds, timer, with(onLost, action), onPreemption);
    }

    Details alsoOnPreemption(Runnable action) {
        return new Details(thread, stackTrace, leaseEnds, timer, onLost, with(onPreemption, action));
    }

    private static List<Runnable> with(List<Runnable> actions, Runnable action) {
        List<Runnable> more = new ArrayList<>(actions);
        more.add(action);
        return List.copyOf(more);
    }
}
