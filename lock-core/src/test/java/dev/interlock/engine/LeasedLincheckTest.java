package dev.interlock.engine;

import dev.interlock.LockOwner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The stack of a lock whose lease comes and goes: nobody comes in without it, and it does not go while somebody is in. */
@Tag("once")
@Param(name = "thread", gen = ThreadIdGen.class)
public class LeasedLincheckTest {

    private static final int MOST_THREADS = 8;

    private final LeasedLock leased = new LeasedLock();
    private final LocalLock lock = leased.lock;
    private final List<Owner> owners = new ArrayList<>();
    private final List<Deque<Hold>> held = new ArrayList<>();

    public LeasedLincheckTest() throws ReflectiveOperationException {
        for (int i = 0; i < MOST_THREADS; i++) {
            owners.add(leased.engine.owners.enter(LockOwner.named("owner " + i)));
            held.add(new ArrayDeque<>());
        }
    }

    @Operation
    public boolean lease() throws ReflectiveOperationException {
        return leased.lease();
    }

    @Operation
    public boolean giveBack() throws ReflectiveOperationException {
        return leased.giveBack();
    }

    @Operation
    public boolean read(@Param(name = "thread") int thread) {
        return take(thread, Options.READ);
    }

    @Operation
    public boolean write(@Param(name = "thread") int thread) {
        return take(thread, Options.WRITE);
    }

    private boolean take(int thread, Options options) {
        Owner owner = owners.get(thread);
        owner.enter();
        Hold hold = lock.push(owner, options, null, 0, true);
        if (hold == null) {
            owner.leave();
            return false;
        }
        held.get(thread).push(hold);
        return true;
    }

    /** Whether there was something to release. */
    @Operation
    public boolean release(@Param(name = "thread") int thread) {
        Hold hold = held.get(thread).poll();
        if (hold == null) {
            return false;
        }
        hold.close();
        return true;
    }

    @Test
    void everyInterleavingIsOneOfALockWithALease() {
        LincheckRuns.modelChecking(Specification.class).check(getClass());
    }

    @Test
    void manyThreadsAreNoDifferent() {
        LincheckRuns.stress(Specification.class).check(getClass());
    }

    /** One thing at a time. */
    public static final class Specification {

        private final int[] reads = new int[MOST_THREADS];
        private final boolean[] writes = new boolean[MOST_THREADS];
        private boolean leased;

        public boolean lease() {
            boolean fresh = !leased;
            leased = true;
            return fresh;
        }

        public boolean read(int thread) {
            if (!leased || anybodyWrites()) {
                return false;
            }
            reads[thread]++;
            return true;
        }

        public boolean write(int thread) {
            if (!leased || anybodyWrites() || anybodyReads()) {
                return false;
            }
            writes[thread] = true;
            return true;
        }

        public boolean release(int thread) {
            if (writes[thread]) {
                writes[thread] = false;
            } else if (reads[thread] > 0) {
                reads[thread]--;
            } else {
                return false;
            }
            return true;
        }

        public boolean giveBack() {
            boolean idle = leased && !anybodyWrites() && !anybodyReads();
            leased = leased && !idle;
            return idle;
        }

        private boolean anybodyWrites() {
            for (boolean each : writes) {
                if (each) {
                    return true;
                }
            }
            return false;
        }

        private boolean anybodyReads() {
            for (int each : reads) {
                if (each > 0) {
                    return true;
                }
            }
            return false;
        }
    }
}
