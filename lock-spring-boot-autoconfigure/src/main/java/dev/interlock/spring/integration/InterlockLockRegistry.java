package dev.interlock.spring.integration;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.integration.support.locks.DistributedLock;
import org.springframework.integration.support.locks.RenewableLockRegistry;

/**
 * Interlock as the lock registry of Spring Integration's own components: aggregators, resequencers, leader election, advice.
 *
 * <pre>{@code
 * new InterlockLockRegistry(id -> locks.distributed("integration", id))
 * }</pre>
 *
 * <p>A lock belongs to the thread that took it, and that thread may take it again. It lasts until it is unlocked, unless a time
 * to live is named. Keys that are equal are the same lock. Strings, numbers and the like are known by their text, and reach other
 * processes if the locks do; any other key is known by its hash code, so that it reaches only where equal keys have equal ones.
 *
 * <p>A thread whose lock was lost — it ran out, its session ended, somebody took it away — is told so by
 * {@link java.util.ConcurrentModificationException} when it unlocks, or when it takes the lock again and others may have had it.
 */
public final class InterlockLockRegistry implements RenewableLockRegistry<DistributedLock> {

    private final Function<String, LockRequest> requests;
    private final ThreadHolds holds = new ThreadHolds();

    /** A registry whose locks are those of the requests that are made for the text of a key. */
    public InterlockLockRegistry(Function<String, LockRequest> requests) {
        this.requests = Objects.requireNonNull(requests, "the requests are null");
    }

    @Override
    public DistributedLock obtain(Object lockKey) {
        return new RegistryLock(requests.apply(LockKeys.textOf(lockKey)), holds);
    }

    /** Lets each hold end as late from now as it would have when it was taken. A hold without a time to live stays as it is. */
    @Override
    public void renewLock(Object lockKey) {
        renew(lockKey, hold -> hold.leaseExpiresAt()
                .map(end -> Duration.between(hold.acquiredAt(), end))
                .ifPresent(hold::extend));
    }

    @Override
    public void renewLock(Object lockKey, Duration ttl) {
        renew(lockKey, hold -> hold.extend(ttl));
    }

    private void renew(Object lockKey, Consumer<LockHandle> how) {
        String resource = requests.apply(LockKeys.textOf(lockKey)).resource();
        for (LockHandle hold : holds.allOf(resource)) {
            try {
                hold.ensureHeld();
                how.accept(hold);
            } catch (LockException lost) {
                throw new IllegalStateException("'" + resource + "' could not be renewed: " + lost.getMessage(), lost);
            }
        }
    }
}
