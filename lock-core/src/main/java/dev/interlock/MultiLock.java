package dev.interlock;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Several locks taken together: all of them or none. They are taken in canonical order — by type, as the hierarchy has it or by
 * name, then by key, numbers by value — so that
 * two callers never meet head-on; requests for one resource are merged into the stronger mode; one deadline covers all.
 */
public interface MultiLock {

    /** What will be taken, merged and in the order of taking. */
    List<LockRequest> requests();

    /** The one deadline; by default the longest timeout among the requests. */
    MultiLock timeout(Duration wait);

    /**
     * Acquires all. What was taken is given back when one cannot be had; throws as {@link LockRequest#acquire()}, and
     * {@link LockLostException} if what was taken first was taken away before the last one was there.
     */
    MultiLockHandle acquire();

    /** Acquires all if that is possible without waiting. */
    Optional<MultiLockHandle> tryAcquire();

    /** Acquires all without blocking the caller; see {@link LockRequest#acquireAsync()}. */
    CompletableFuture<MultiLockHandle> acquireAsync();

    /** Acquires all, runs, releases all. */
    default <E extends Exception> void run(LockedAction<E> action) throws E {
        try (MultiLockHandle held = acquire()) {
            action.run();
        }
    }

    /** Acquires all, calls, releases all, and answers with the result. */
    default <T extends @Nullable Object, E extends Exception> T call(LockedCall<T, E> call) throws E {
        try (MultiLockHandle held = acquire()) {
            return call.call();
        }
    }
}
