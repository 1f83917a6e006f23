package dev.interlock.engine;

import dev.interlock.LockHandle;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.LockUpgradeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * Holds that last from one operation to another, taken without waiting. All results are those of a readers-writer lock that
 * does one thing at a time, the fencing tokens included.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
public abstract class HoldingOperations {

    static final int MOST_THREADS = 8;
    private static final String RESOURCE = "account:1";
    private static final long REFUSED = 0;
    private static final long UPGRADE = -1;

    private final InterlockManager locks;
    private final List<Deque<LockHandle>> held = new ArrayList<>();

    HoldingOperations(InterlockManager.Builder builder) {
        locks = builder.statistics(false)
                .timeSource(new JumpingTime())
                .callbackExecutor(Runnable::run)
                .build();
        for (int i = 0; i < MOST_THREADS; i++) {
            held.add(new ArrayDeque<>());
        }
    }

    @Operation
    public long tryRead(@Param(name = "thread") int thread) {
        return attempt(thread, locks.read(RESOURCE));
    }

    @Operation
    public long tryWrite(@Param(name = "thread") int thread) {
        return attempt(thread, locks.write(RESOURCE));
    }

    private long attempt(int thread, LockRequest request) {
        try {
            Optional<LockHandle> taken = request.owner(ownerOf(thread)).tryAcquire();
            taken.ifPresent(held.get(thread)::push);
            return taken.map(LockHandle::fencingToken).orElse(REFUSED);
        } catch (LockUpgradeException refused) {
            return UPGRADE;
        }
    }

    @Operation
    public long tryAsync(@Param(name = "thread") int thread) {
        var future = locks.write(RESOURCE)
                .owner(ownerOf(thread))
                .timeout(Duration.ZERO)
                .acquireAsync();
        if (future.isCompletedExceptionally()) {
            return future.handle((handle, failure) -> failure instanceof LockUpgradeException ? UPGRADE : REFUSED)
                    .join();
        }
        LockHandle handle = future.join();
        held.get(thread).push(handle);
        return handle.fencingToken();
    }

    @Operation
    public boolean release(@Param(name = "thread") int thread) {
        LockHandle last = held.get(thread).poll();
        if (last != null) {
            last.close();
            last.close();
        }
        return last != null;
    }

    @Operation
    public long downgrade(@Param(name = "thread") int thread) {
        LockHandle last = held.get(thread).poll();
        if (last == null) {
            return REFUSED;
        }
        LockHandle shared = last.downgrade();
        held.get(thread).push(shared);
        return shared.fencingToken();
    }

    /** What is counted is what is held; and with the last hold everything is gone. */
    @Validate
    public void countsAreThoseOfTheHolds() {
        int expected = held.stream().mapToInt(Deque::size).sum();
        if (locks.monitor().count().holds() != expected) {
            throw new IllegalStateException(locks.monitor().count() + ", but " + expected + " are held");
        }
        long owners = held.stream().filter(own -> !own.isEmpty()).count();
        if (LincheckRuns.ownersKnownTo(locks) != owners) {
            throw new IllegalStateException(owners + " owners hold, but not as many are known");
        }
    }

    private static LockOwner ownerOf(int thread) {
        return LockOwner.named("owner " + thread);
    }

    /** The same, one thing at a time. */
    public static final class Specification {

        private record Held(boolean write, long token) {}

        private final List<Deque<Held>> held = new ArrayList<>();
        private long token;

        public Specification() {
            for (int i = 0; i < MOST_THREADS; i++) {
                held.add(new ArrayDeque<>());
            }
        }

        public long tryRead(int thread) {
            Deque<Held> own = held.get(thread);
            if (othersMatch(thread, true)) {
                return REFUSED;
            }
            return take(own, false, writes(own) ? token : ++token);
        }

        public long tryWrite(int thread) {
            Deque<Held> own = held.get(thread);
            if (!own.isEmpty() && !writes(own)) {
                return UPGRADE;
            }
            if (othersMatch(thread, false)) {
                return REFUSED;
            }
            return take(own, true, writes(own) ? token : ++token);
        }

        public long tryAsync(int thread) {
            return tryWrite(thread);
        }

        public boolean release(int thread) {
            return held.get(thread).poll() != null;
        }

        public long downgrade(int thread) {
            Held last = held.get(thread).poll();
            return last == null ? REFUSED : take(held.get(thread), false, last.token());
        }

        private static long take(Deque<Held> own, boolean write, long with) {
            own.push(new Held(write, with));
            return with;
        }

        private static boolean writes(Deque<Held> own) {
            return own.stream().anyMatch(Held::write);
        }

        private boolean othersMatch(int thread, boolean writersOnly) {
            for (int i = 0; i < MOST_THREADS; i++) {
                if (i != thread && held.get(i).stream().anyMatch(each -> each.write() || !writersOnly)) {
                    return true;
                }
            }
            return false;
        }
    }
}
