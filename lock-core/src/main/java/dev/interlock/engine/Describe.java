package dev.interlock.engine;

import dev.interlock.LockOwner;
import dev.interlock.ResourceNames;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockStatus;
import dev.interlock.monitor.LockWaiter;
import dev.interlock.spi.LockRecord.Claim;
import dev.interlock.spi.LockRecord.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Turns what the engine has into what people look at. */
final class Describe {

    private final Engine engine;
    private final AtomicInteger owners = new AtomicInteger();

    Describe(Engine engine) {
        this.engine = engine;
    }

    LockStatus status(LocalLock lock) {
        return status(lock.name, lock.type.backend, holders(lock), waiters(lock));
    }

    static LockStatus status(String lock, String backend, List<LockHolder> holders, List<LockWaiter> waiters) {
        return new LockStatus(lock, ResourceNames.typeOf(lock), backend, holders, waiters);
    }

    List<LockHolder> holders(LocalLock lock) {
        return lock.holds().stream().map(this::holder).toList();
    }

    List<LockWaiter> waiters(LocalLock lock) {
        List<LockWaiter> waiters = new ArrayList<>();
        for (Waiter each : lock.waiting()) {
            waiters.add(waiter(each, waiters.size() + 1));
        }
        return waiters;
    }

    LockHolder holder(Hold hold) {
        Details details = hold.details();
        return new LockHolder(
                hold.resource(),
                hold.owner(),
                hold.isOwned() ? number(hold.owner) : 0,
                engine.settings.node(),
                threadOf(hold.owner, details),
                hold.mode(),
                hold.priority(),
                hold.shownToken(),
                hold.acquiredAt(),
                since(hold.acquiredNanos()),
                hold.leaseExpiresAt().orElse(null),
                hold.keptUntil(details),
                hold.options.reason,
                hold.options.metadata,
                details.stackTrace());
    }

    /** Those of this node, and what is known of others: for messages, which should name whoever is in the way. */
    List<LockHolder> everyHolder(LocalLock lock) {
        List<LockHolder> holders = new ArrayList<>(holders(lock));
        if (lock.keeper != null) {
            holders.addAll(lock.keeper.elsewhere());
        }
        return holders;
    }

    /** Another node's lease, as a hold of whoever it was taken for first. */
    LockHolder holder(String resource, Lease lease, @Nullable Instant now) {
        return new LockHolder(
                resource,
                LockOwner.named(lease.who().isBlank() ? "unknown" : lease.who()),
                0,
                lease.node(),
                null,
                lease.mode(),
                LockType.DEFAULT_PRIORITY,
                lease.firstToken(),
                lease.since(),
                ago(lease.since(), now),
                lease.until(),
                null,
                null,
                Map.of(),
                List.of());
    }

    /** Another node's claim, as a wait of whoever waits longest there. */
    LockWaiter waiter(String resource, Claim claim, @Nullable Instant now) {
        return new LockWaiter(
                resource,
                LockOwner.named(claim.who().isBlank() ? "unknown" : claim.who()),
                0,
                claim.node(),
                null,
                claim.mode(),
                LockType.DEFAULT_PRIORITY,
                1,
                claim.since(),
                ago(claim.since(), now),
                null,
                Map.of());
    }

    /** The same with times of another clock. */
    static LockHolder at(LockHolder holder, Instant since, @Nullable Instant until) {
        return new LockHolder(
                holder.resource(),
                holder.owner(),
                holder.ownerId(),
                holder.node(),
                holder.thread(),
                holder.mode(),
                holder.priority(),
                holder.fencingToken(),
                since,
                holder.heldFor(),
                until,
                null,
                holder.reason(),
                holder.metadata(),
                holder.stackTrace());
    }

    /** The same with times of another clock. */
    static LockWaiter at(LockWaiter waiter, Instant since) {
        return new LockWaiter(
                waiter.resource(),
                waiter.owner(),
                waiter.ownerId(),
                waiter.node(),
                waiter.thread(),
                waiter.mode(),
                waiter.priority(),
                waiter.position(),
                since,
                waiter.waiting(),
                waiter.reason(),
                waiter.metadata());
    }

    static Duration ago(Instant since, @Nullable Instant now) {
        Duration ago = now == null ? Duration.ZERO : Duration.between(since, now);
        return ago.isNegative() ? Duration.ZERO : ago;
    }

    LockWaiter waiter(Waiter waiter, int position) {
        Thread thread = waiter.thread();
        return new LockWaiter(
                resource(waiter),
                waiter.owner.identity(),
                number(waiter.owner),
                engine.settings.node(),
                thread == null ? null : ThreadOwner.nameOf(thread),
                waiter.options.mode,
                waiter.priority,
                position,
                engine.clock.instantOf(waiter.arrived),
                since(waiter.arrived),
                waiter.options.reason,
                waiter.options.metadata);
    }

    /** The number by which people and other nodes tell owners apart. */
    int number(Owner owner) {
        return owner.number(owners);
    }

    String resource(Waiter waiter) {
        String asked = waiter.options.askedFor;
        return asked == null ? waiter.queue.lock.name : asked;
    }

    /** What is to be said of the one who is in the way, if that one named another key of the same stripe. */
    String sharing(Waiter waiter, String named) {
        return resource(waiter).equals(named)
                ? ""
                : " for '" + named + "', of the same stripe '" + waiter.queue.lock.name + "'";
    }

    private static @Nullable String threadOf(Owner owner, Details details) {
        return owner instanceof ThreadOwner thread ? thread.name() : details.thread();
    }

    private Duration since(long nanos) {
        return Duration.ofNanos(Math.max(0, engine.clock.now() - nanos));
    }
}
