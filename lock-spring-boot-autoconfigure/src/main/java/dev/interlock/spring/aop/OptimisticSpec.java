package dev.interlock.spring.aop;

import dev.interlock.LockException;
import dev.interlock.LockManager;
import dev.interlock.annotation.OnConflict;
import dev.interlock.optimistic.OptimisticLocks;
import dev.interlock.optimistic.OptimisticRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an annotation says, once its texts have been read.
 *
 * @param name the type, or without a key the resource
 * @param key the key expression; empty for none
 * @param retries negative for what the kind says
 */
record OptimisticSpec(
        String name,
        String key,
        String kind,
        @Nullable Duration timeout,
        int retries,
        boolean distributed,
        OnConflict onConflict,
        String fallback) {

    boolean hasKey() {
        return !key.isEmpty();
    }

    /** Where the stamps are that it speaks of. */
    OptimisticLocks stamps(LockManager locks) {
        OptimisticLocks stamps = distributed ? locks.distributedOptimistic() : locks.optimistic();
        if (stamps == null) {
            throw new LockException(locks.getClass().getName() + " answers with no optimistic locks; is it a mock?"
                    + " InterlockManager.builder().build() is a whole lock manager, and quick enough for tests");
        }
        return stamps;
    }

    OptimisticRequest request(OptimisticLocks stamps, String resource) {
        OptimisticRequest request = stamps.on(resource).kind(kind);
        if (timeout != null) {
            request = request.timeout(timeout);
        }
        return retries < 0 ? request : request.retries(retries);
    }
}
