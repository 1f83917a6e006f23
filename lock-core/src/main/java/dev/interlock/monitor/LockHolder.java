package dev.interlock.monitor;

import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who holds a resource.
 *
 * @param resource the resource as the holder named it
 * @param owner who holds; of a hold that was closed early and is only kept, who held it
 * @param ownerId tells owners of one node apart, whatever their names; zero where it is not known, or nobody owns the hold any more
 * @param node the node on which it is held
 * @param thread the thread that acquired it, where known
 * @param mode how it is held
 * @param priority the priority of the request
 * @param fencingToken the hold's fencing token; zero if the backend has none
 * @param acquiredAt when it was acquired
 * @param heldFor how long ago that is
 * @param leaseExpiresAt when it ends by itself, if it does
 * @param keptUntil when it ends that was closed early, and is only kept because it was to be held for longer
 * @param reason why, if the holder said so
 * @param metadata what else the holder said
 * @param stackTrace where it was acquired, if stack traces are captured
 */
public record LockHolder(
        String resource,
        LockOwner owner,
        int ownerId,
        String node,
        @Nullable String thread,
        LockMode mode,
        int priority,
        long fencingToken,
        Instant acquiredAt,
        Duration heldFor,
        @Nullable Instant leaseExpiresAt,
        @Nullable Instant keptUntil,
        @Nullable String reason,
        Map<String, String> metadata,
        List<StackTraceElement> stackTrace) {

    /** Copies what could change. */
    public LockHolder {
        metadata = Map.copyOf(metadata);
        stackTrace = List.copyOf(stackTrace);
    }

    /** The method that asked, where the caller said so under {@link LockRequest#METHOD}. */
    public Optional<String> method() {
        return Optional.ofNullable(metadata.get(LockRequest.METHOD));
    }
}
