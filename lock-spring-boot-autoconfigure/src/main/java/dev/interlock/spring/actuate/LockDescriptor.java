package dev.interlock.spring.actuate;

import dev.interlock.LockMode;
import dev.interlock.LockRequest;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockStatus;
import dev.interlock.monitor.LockWaiter;
import dev.interlock.spring.autoconfigure.LockBackends;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One lock as people read it.
 *
 * @param resource what is locked
 * @param type the type of the resource
 * @param scope how far the lock reaches
 * @param holders who holds it
 * @param moreHolders how many more do
 * @param waiters who waits for it, in the order of the queue
 * @param moreWaiters how many more do
 */
record LockDescriptor(
        String resource,
        String type,
        String scope,
        List<Holder> holders,
        int moreHolders,
        List<Waiter> waiters,
        int moreWaiters) {

    /** With at most so many people. */
    static LockDescriptor of(LockStatus status, int holders, int waiters) {
        return new LockDescriptor(
                status.resource(),
                status.type(),
                LockBackends.scopeOf(status.backend()),
                status.holders().stream()
                        .limit(holders)
                        .map(each -> Holder.of(each, status.resource()))
                        .toList(),
                Math.max(0, status.holders().size() - holders),
                status.waiters().stream()
                        .sorted(Comparator.comparingInt(LockWaiter::position))
                        .limit(waiters)
                        .map(Waiter::of)
                        .toList(),
                Math.max(0, status.waiters().size() - waiters));
    }

    /** One who holds, or has closed a hold that is kept. Without a token where the backend has none. Where a stripe is held, the metadata name the resource that it is held for. */
    record Holder(
            String owner,
            @Nullable Integer ownerId,
            String node,
            LockMode mode,
            @Nullable Long fencingToken,
            Instant acquiredAt,
            long heldMs,
            @Nullable Instant leaseExpiresAt,
            @Nullable Instant keptUntil,
            @Nullable String method,
            @Nullable String reason,
            Map<String, String> metadata,
            List<String> stackTrace) {

        static Holder of(LockHolder holder, String lock) {
            return new Holder(
                    holder.owner().name(),
                    known(holder.ownerId()),
                    holder.node(),
                    holder.mode(),
                    holder.fencingToken() == 0 ? null : holder.fencingToken(),
                    holder.acquiredAt(),
                    holder.heldFor().toMillis(),
                    holder.leaseExpiresAt(),
                    holder.keptUntil(),
                    holder.method().orElse(null),
                    holder.reason(),
                    particulars(holder, lock),
                    Texts.lines(holder.stackTrace()));
        }
    }

    /** One who waits. */
    record Waiter(
            String owner,
            @Nullable Integer ownerId,
            String node,
            LockMode mode,
            int priority,
            int position,
            long waitingMs,
            @Nullable String method) {

        static Waiter of(LockWaiter waiter) {
            return new Waiter(
                    waiter.owner().name(),
                    known(waiter.ownerId()),
                    waiter.node(),
                    waiter.mode(),
                    waiter.priority(),
                    waiter.position(),
                    waiter.waiting().toMillis(),
                    waiter.method().orElse(null));
        }
    }

    private static @Nullable Integer known(int ownerId) {
        return ownerId == 0 ? null : Integer.valueOf(ownerId);
    }

    private static Map<String, String> particulars(LockHolder holder, String lock) {
        Map<String, String> metadata = new TreeMap<>(holder.metadata());
        metadata.remove(LockRequest.METHOD);
        if (!holder.resource().equals(lock)) {
            metadata.putIfAbsent("resource", holder.resource());
        }
        return metadata;
    }
}
