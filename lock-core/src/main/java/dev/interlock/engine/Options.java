package dev.interlock.engine;

import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a request says beyond the resource. What it leaves unset comes from the settings of the resource's type. */
final class Options {

    static final long UNSET = -1;
    /** Longer than any wait that matters, and short enough that adding it to a time cannot overflow in a lifetime. */
    static final long FOR_EVER = Long.MAX_VALUE >> 2;

    static final Options READ = new Options(new Draft(LockMode.READ, false));
    static final Options WRITE = new Options(new Draft(LockMode.WRITE, false));
    static final Options DISTRIBUTED = new Options(new Draft(LockMode.WRITE, true));
    static final Options DISTRIBUTED_READ = new Options(new Draft(LockMode.READ, true));

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
    /** Whether nobody has a handle to the hold: it is the thread's, as with {@code java.util.concurrent}. */
    final boolean withoutHandle;
    /** Whether it can go the fast way: nothing has to be done beside taking the lock. */
    final boolean plain;

    /** Whether a timeout costs the owner what it holds; null as the manager has it. */
    private final @Nullable Boolean releasing;

    private Options(Draft draft) {
        this.mode = draft.mode;
        this.write = mode == LockMode.WRITE;
        this.distributed = draft.distributed;
        this.timeout = draft.timeout;
        this.lease = draft.lease;
        this.least = draft.least;
        this.priority = draft.priority;
        this.owner = draft.owner;
        this.reason = draft.reason;
        this.metadata = draft.metadata;
        this.askedFor = draft.askedFor;
        this.alsoFor = draft.alsoFor;
        this.checks = draft.checks;
        this.withoutHandle = draft.withoutHandle;
        this.releasing = draft.releasing;
        this.plain = least == 0 && !checks;
    }

    /** Options on their way. */
    private static final class Draft {

        private LockMode mode;
        private final boolean distributed;
        private long timeout = UNSET;
        private long lease = UNSET;
        private long least;
        private int priority;
        private @Nullable LockOwner owner;
        private @Nullable String reason;
        private Map<String, String> metadata = Map.of();
        private @Nullable String askedFor;
        private Set<String> alsoFor = Set.of();
        private boolean checks;
        private boolean withoutHandle;
        private @Nullable Boolean releasing;

        Draft(LockMode mode, boolean distributed) {
            this.mode = mode;
            this.distributed = distributed;
        }

        Draft(Options from) {
            this(from.mode, from.distributed);
            timeout = from.timeout;
            lease = from.lease;
            least = from.least;
            priority = from.priority;
            owner = from.owner;
            reason = from.reason;
            metadata = from.metadata;
            askedFor = from.askedFor;
            alsoFor = from.alsoFor;
            checks = from.checks;
            withoutHandle = from.withoutHandle;
            releasing = from.releasing;
        }
    }

    private Options but(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new Options(draft);
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
        return but(draft -> draft.timeout = nanos);
    }

    Options withLease(long nanos) {
        return but(draft -> draft.lease = nanos);
    }

    Options keptFor(long nanos) {
        return but(draft -> draft.least = nanos);
    }

    Options withOwner(LockOwner newOwner) {
        return but(draft -> draft.owner = newOwner);
    }

    Options withPriority(int newPriority) {
        return but(draft -> draft.priority = newPriority);
    }

    Options withReason(String newReason) {
        return but(draft -> draft.reason = newReason);
    }

    Options withMetadata(Map<String, String> newMetadata) {
        return but(draft -> draft.metadata = newMetadata);
    }

    Options askingFor(@Nullable String name) {
        return but(draft -> {
            draft.askedFor = name;
            draft.alsoFor = Set.of();
        });
    }

    Options alsoFor(Set<String> names) {
        return but(draft -> draft.alsoFor = names);
    }

    Options checking(boolean wanted) {
        return but(draft -> draft.checks = wanted);
    }

    Options releasingHeld(boolean release) {
        return but(draft -> draft.releasing = release);
    }

    Options withoutHandle() {
        return but(draft -> draft.withoutHandle = true);
    }

    Options downgraded(long leastLeft) {
        return but(draft -> {
            draft.mode = LockMode.READ;
            draft.least = leastLeft;
        });
    }
}
