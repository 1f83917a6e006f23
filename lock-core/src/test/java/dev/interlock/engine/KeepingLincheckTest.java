package dev.interlock.engine;

import dev.interlock.LockHandle;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Closing early leaves no moment in which anybody gets in, its owner included: only force ends what is kept. */
@Param(name = "thread", gen = ThreadIdGen.class)
public class KeepingLincheckTest {

    private static final String RESOURCE = "job";
    private static final long REFUSED = 0;

    private final InterlockManager locks = InterlockManager.builder()
            .statistics(false)
            .timeSource(new JumpingTime())
            .callbackExecutor(Runnable::run)
            .build();
    private final List<@Nullable LockHandle> held =
            new ArrayList<>(Collections.nCopies(HoldingOperations.MOST_THREADS, null));

    @Operation
    public long take(@Param(name = "thread") int thread) {
        if (held.get(thread) != null) {
            return REFUSED;
        }
        LockRequest job =
                locks.write(RESOURCE).owner(LockOwner.named("owner " + thread)).holdAtLeast(Duration.ofDays(1));
        LockHandle taken = job.tryAcquire().orElse(null);
        held.set(thread, taken);
        return taken == null ? REFUSED : taken.fencingToken();
    }

    @Operation
    public boolean closeEarly(@Param(name = "thread") int thread) {
        LockHandle last = held.set(thread, null);
        if (last != null) {
            last.close();
            last.close();
        }
        return last != null;
    }

    @Operation
    public int end() {
        return locks.monitor().forceRelease(RESOURCE, "test", "test").size();
    }

    /** Nobody who has closed is known any more, whatever is kept. */
    @Validate
    public void ownersAreThoseWhoHold() {
        long owners =
                held.stream().filter(each -> each != null && each.isHeld()).count();
        if (LincheckRuns.ownersKnownTo(locks) != owners) {
            throw new IllegalStateException(owners + " owners hold, but not as many are known");
        }
    }

    @Test
    void everyInterleavingAnswersAsOneThingAtATimeWould() {
        LincheckRuns.modelChecking(Specification.class).check(getClass());
    }

    @Test
    void underStressItAnswersAsOneThingAtATimeWould() {
        LincheckRuns.stress(Specification.class).check(getClass());
    }

    /** The same, one thing at a time. */
    public static final class Specification {

        private final boolean[] holds = new boolean[HoldingOperations.MOST_THREADS];
        private boolean taken;
        private long token;

        public long take(int thread) {
            if (holds[thread] || taken) {
                return REFUSED;
            }
            holds[thread] = true;
            taken = true;
            return ++token;
        }

        public boolean closeEarly(int thread) {
            boolean held = holds[thread];
            holds[thread] = false;
            return held;
        }

        public int end() {
            boolean was = taken;
            taken = false;
            return was ? 1 : 0;
        }
    }
}
