package dev.interlock.monitor;

import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who waits for a resource.
 *
 * @param resource the resource as the waiter named it
 * @param owner who waits
 * @param ownerId tells owners of one node apart, whatever their names; zero where it is not known
 * @param node the node on which it waits
 * @param thread the waiting thread; none for an asynchronous request
 * @param mode how it wants to hold
 * @param priority the priority of the request
 * @param position the place in the queue, from 1
 * @param since since when it waits
 * @param waiting how long that is
 * @param reason why, if the waiter said so
 * @param metadata what else the waiter said
 */
public record LockWaiter(
        String resource,
        LockOwner owner,
        int ownerId,
        String node,
        @Nullable String thread,
        LockMode mode,
        int priority,
        int position,
        Instant since,
        Duration waiting,
        @Nullable String reason,
        Map<String, String> metadata) {

    /** Copies what could change. */
    public LockWaiter {
        metadata = Map.copyOf(metadata);
    }

    /** The same at another place in the queue. */
    public LockWaiter atPosition(int place) {
        return new LockWaiter(
                resource, owner, ownerId, node, thread, mode, priority, place, since, waiting, reason, metadata);
    }

    /** The method that asked, where the caller said so under {@link LockRequest#METHOD}. */
    public Optional<String> method() {
        return Optional.ofNullable(metadata.get(LockRequest.METHOD));
    }
}
