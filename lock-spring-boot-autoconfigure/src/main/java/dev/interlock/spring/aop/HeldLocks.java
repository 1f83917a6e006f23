package dev.interlock.spring.aop;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockRequest;
import dev.interlock.MultiLockHandle;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What one call holds. While its method runs, the thread that runs it knows it by {@link #current()}. */
final class HeldLocks implements AutoCloseable {

    private static final ThreadLocal<@Nullable HeldLocks> CURRENT = new ThreadLocal<>();

    private final @Nullable LockHandle one;
    private final @Nullable MultiLockHandle several;
    private @Nullable HeldLocks outer;

    private HeldLocks(@Nullable LockHandle one, @Nullable MultiLockHandle several) {
        this.one = one;
        this.several = several;
    }

    static HeldLocks acquire(LockManager locks, List<LockRequest> requests) {
        return switch (requests.size()) {
            case 0 -> new HeldLocks(null, null);
            case 1 -> new HeldLocks(requests.get(0).acquire(), null);
            default -> new HeldLocks(null, locks.all(requests).acquire());
        };
    }

    /** Never throws: what fails at once is in the answer. */
    static Acquisition acquireAsync(LockManager locks, List<LockRequest> requests) {
        try {
            return switch (requests.size()) {
                case 0 ->
                    Acquisition.of(CompletableFuture.completedFuture(requests), none -> new HeldLocks(null, null));
                case 1 -> Acquisition.of(requests.get(0).acquireAsync(), handle -> new HeldLocks(handle, null));
                default -> Acquisition.of(locks.all(requests).acquireAsync(), handle -> new HeldLocks(null, handle));
            };
        } catch (RuntimeException failure) {
            return Acquisition.of(CompletableFuture.<HeldLocks>failedFuture(failure), held -> held);
        }
    }

    /** What the innermost locked method that this thread is in holds. */
    static @Nullable HeldLocks current() {
        return CURRENT.get();
    }

    /** The calling thread runs the method now. */
    void enter() {
        outer = CURRENT.get();
        CURRENT.set(this);
    }

    /** The calling thread runs it no longer. */
    void leave() {
        // not remove(): the next call would have to make the entry anew, and an empty one keeps nothing alive
        CURRENT.set(outer);
    }

    /** Checks these, and those of the methods around. */
    void ensureAllHeld() {
        for (HeldLocks each = this; each != null; each = each.outer) {
            each.ensureHeld();
        }
    }

    private void ensureHeld() {
        if (one != null) {
            one.ensureHeld();
        }
        if (several != null) {
            several.ensureHeld();
        }
    }

    /** Whether this call, or one around it, holds the resource. */
    boolean anyHolds(String resource) {
        for (HeldLocks each = this; each != null; each = each.outer) {
            if (each.handles().stream().anyMatch(handle -> handle.resource().equals(resource))) {
                return true;
            }
        }
        return false;
    }

    private List<LockHandle> handles() {
        if (several != null) {
            return several.handles();
        }
        return one == null ? List.of() : List.of(one);
    }

    @Override
    public void close() {
        if (one != null) {
            one.close();
        }
        if (several != null) {
            several.close();
        }
    }
}
