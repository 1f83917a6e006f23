package dev.interlock.engine;

import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a request says beyond the resource. What it leaves unset comes from the settings of the resource's type. */
final class Options {

    static final long UNSET = -1;
    /** Longer than any wait that matters, and short enough that adding it to a time cannot overflow in a lifetime. */
    static final long FOR_EVER = Long.MAX_VALUE >> 2;

    static final Options READ =
            new Options(LockMode.READ, false, UNSET, UNSET, 0, 0, null, null, Map.of(), null, Set.of(), false, null);
    static final Options WRITE =
            new Options(LockMode.WRITE, false, UNSET, UNSET, 0, 0, null, null, Map.of(), null, Set.of(), false, null);
    static final Options DISTRIBUTED =
            new Options(LockMode.WRITE, true, UNSET, UNSET, 0, 0, null, null, Map.of(), null, Set.of(), false, null);
    static final Options DISTRIBUTED_READ =
            new Options(LockMode.READ, true, UNSET, UNSET, 0, 0, null, null, Map.of(), null, Set.of(), false, null);

    final LockMode mode;
    final boolean write;
    final boolean distributed;
    private final long timeout;
    private final long lease;
    /** Nanoseconds for which a hold keeps the resource taken however soon it is closed, or zero. */
    final long least;

    private final int priority;
    final @Nullable LockOwner owner;
    final @Nullable String reason;
    final Map<String, String> metadata;
    /** The resource as the caller named it, where that is not the name of the lock. */
    final @Nullable String askedFor;
    /** What else it is for: further keys of one stripe, asked for together. */
    final Set<String> alsoFor;
    /** Whether nobody is to write what the resource depends on. */
    final boolean checks;
    /** Whether it can go the fast way: nothing has to be done beside taking the lock. */
    final boolean plain;

    /** Whether a timeout costs the owner what it holds; null as the manager has it. */
    private final @Nullable Boolean releasing;

    private Options(
            LockMode mode,
            boolean distributed,
            long timeout,
            long lease,
            long least,
            int priority,
            @Nullable LockOwner owner,
            @Nullable String reason,
            Map<String, String> metadata,
            @Nullable String askedFor,
            Set<String> alsoFor,
            boolean checks,
            @Nullable Boolean releasing) {
        this.mode = mode;
        this.write = mode == LockMode.WRITE;
        this.distributed = distributed;
        this.timeout = timeout;
        this.lease = lease;
        this.least = least;
        this.priority = priority;
        this.owner = owner;
        this.reason = reason;
        this.metadata = metadata;
        this.askedFor = askedFor;
        this.alsoFor = alsoFor;
        this.checks = checks;
        this.releasing = releasing;
        this.plain = least == 0 && !checks;
    }

    long timeout(LockType type) {
        return timeout != UNSET ? timeout : type.timeout(this);
    }

    /** Nanoseconds, or zero for a hold that does not end by itself. */
    long lease(LockType type) {
        long wanted = lease != UNSET ? lease : type.lease();
        long most = type.maxHold();
        return most == 0 || (wanted > 0 && wanted < most) ? wanted : most;
    }

    /** Whether a timeout costs the owner what it holds. */
    boolean releasesHeld(boolean otherwise) {
        return releasing == null ? otherwise : releasing;
    }

    int priority(LockType type) {
        return priority != 0 ? priority : type.priority();
    }

    Options withTimeout(long nanos) {
        return new Options(
                mode,
                distributed,
                nanos,
                lease,
                least,
                priority,
                owner,
                reason,
                metadata,
                askedFor,
                alsoFor,
                checks,
                releasing);
    }

    Options withLease(long nanos) {
        return new Options(
                mode,
                distributed,
                timeout,
                nanos,
                least,
                priority,
                owner,
                reason,
                metadata,
                askedFor,
                alsoFor,
                checks,
                releasing);
    }

    Options keptFor(long nanos) {
        return new Options(
                mode,
                distributed,
                timeout,
                lease,
                nanos,
                priority,
                owner,
                reason,
                metadata,
                askedFor,
                alsoFor,
                checks,
                releasing);
    }

    Options withOwner(LockOwner newOwner) {
        return new Options(
                mode,
                distributed,
                timeout,
                lease,
                least,
                priority,
                newOwner,
                reason,
                metadata,
                askedFor,
                alsoFor,
                checks,
                releasing);
    }

    Options withPriority(int newPriority) {
        return new Options(
                mode,
                distributed,
                timeout,
                lease,
                least,
                newPriority,
                owner,
                reason,
                metadata,
                askedFor,
                alsoFor,
                checks,
                releasing);
    }

    Options withReason(String newReason) {
        return new Options(
                mode,
                distributed,
                timeout,
                lease,
                least,
                priority,
                owner,
                newReason,
                metadata,
                askedFor,
                alsoFor,
                checks,
                releasing);
    }

    Options withMetadata(Map<String, String> newMetadata) {
        return new Options(
                mode,
                distributed,
                timeout,
                lease,
                least,
                priority,
                owner,
                reason,
                newMetadata,
                askedFor,
                alsoFor,
                checks,
                releasing);
    }

    Options askingFor(@Nullable String name) {
        return new Options(
                mode,
                distributed,
                timeout,
                lease,
                least,
                priority,
                owner,
                reason,
                metadata,
                name,
                Set.of(),
                checks,
                releasing);
    }

    Options alsoFor(Set<String> names) {
        return new Options(
                mode,
                distributed,
                timeout,
                lease,
                least,
                priority,
                owner,
                reason,
                metadata,
                askedFor,
                names,
                checks,
                releasing);
    }

    Options checking(boolean wanted) {
        return new Options(
                mode,
                distributed,
                timeout,
                lease,
                least,
                priority,
                owner,
                reason,
                metadata,
                askedFor,
                alsoFor,
                wanted,
                releasing);
    }

    Options releasingHeld(boolean release) {
        return new Options(
                mode,
                distributed,
                timeout,
                lease,
                least,
                priority,
                owner,
                reason,
                metadata,
                askedFor,
                alsoFor,
                checks,
                release);
    }

    Options downgraded(long leastLeft) {
        return new Options(
                LockMode.READ,
                distributed,
                timeout,
                lease,
                leastLeft,
                priority,
                owner,
                reason,
                metadata,
                askedFor,
                alsoFor,
                checks,
                releasing);
    }
}
