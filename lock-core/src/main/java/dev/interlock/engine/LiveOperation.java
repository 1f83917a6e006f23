package dev.interlock.engine;

import dev.interlock.LockOwner;
import dev.interlock.optimistic.Operation;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.OperationStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An operation under way. What changes is changed by whoever runs it, one thread at a time, and read by everybody. */
final class LiveOperation {

    final String id;
    /** Smaller for those that came earlier. */
    final long number;

    final OperationKind kind;
    final String resource;
    final Stamps stamps;
    final int priority;
    final int maxRetries;
    final @Nullable String parentId;
    final LockOwner owner;
    final Instant created;
    final long began;

    private volatile OperationStatus status = OperationStatus.PENDING;
    private volatile int retries;
    /** Guarded by the contest. */
    private int timesOvertaken;

    private volatile @Nullable Instant started;
    private volatile @Nullable Instant finished;
    private volatile @Nullable String why;
    /** Whether it has looked at its resource, and has not come to the end of that try. */
    private volatile boolean trying;

    private volatile @Nullable LiveOperation parent;
    private volatile @Nullable Runnable wake;

    LiveOperation(
            String id,
            long number,
            OperationKind kind,
            String resource,
            Stamps stamps,
            int maxRetries,
            @Nullable LiveOperation parent,
            LockOwner owner,
            Instant created,
            long began) {
        this.id = id;
        this.number = number;
        this.kind = kind;
        this.resource = resource;
        this.stamps = stamps;
        this.priority = parent == null ? kind.priority() : Math.max(kind.priority(), parent.priority);
        this.maxRetries = maxRetries;
        this.parent = parent;
        this.parentId = parent == null ? null : parent.id;
        if (parent != null) {
            parent.parent = living(parent.parent);
        }
        this.owner = owner;
        this.created = created;
        this.began = began;
    }

    Operation snapshot(String backend) {
        return new Operation(
                id,
                kind,
                resource,
                backend,
                priority,
                retries,
                maxRetries,
                parentId,
                status,
                owner,
                created,
                started,
                finished,
                why);
    }

    Operation snapshot() {
        return snapshot(stamps.backend());
    }

    /**
     * This operation, or the next above it that is not over. What is over gives nothing on; and were it remembered, a chain of
     * operations of which each begins the next would be remembered from its beginning.
     */
    static @Nullable LiveOperation living(@Nullable LiveOperation operation) {
        LiveOperation each = operation;
        while (each != null && each.isOver()) {
            each = each.parent;
        }
        return each;
    }

    @Nullable LiveOperation parent() {
        return parent;
    }

    /** Whether this is the other operation, or one of which that is a part. */
    boolean isAtOrAbove(@Nullable LiveOperation other) {
        for (LiveOperation each = other; each != null; each = each.parent) {
            if (each == this) {
                return true;
            }
        }
        return false;
    }

    boolean isRelatedTo(LiveOperation other) {
        return isAtOrAbove(other) || other.isAtOrAbove(this);
    }

    // --- its course ------------------------------------------------------------------------------------------------

    void trying(Instant now) {
        if (started == null) {
            started = now;
        }
        trying = true;
    }

    boolean isTrying() {
        return trying;
    }

    void tried() {
        trying = false;
    }

    /** It has had its look at the resource, and computes. */
    void looked() {
        status = OperationStatus.RUNNING;
    }

    /** The operation at or above this one that is computing a change of this resource, if there is one. */
    @Nullable LiveOperation computing(Stamps where, String what) {
        for (LiveOperation each = this; each != null; each = each.parent) {
            if (each.trying && each.stamps == where && each.resource.equals(what)) {
                return each;
            }
        }
        return null;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread at a time
    void retrying(String reason) {
        tried();
        retries++;
        status = OperationStatus.RETRYING;
        why = reason;
    }

    void overtaken() {
        timesOvertaken++;
    }

    int timesOvertaken() {
        return timesOvertaken;
    }

    boolean isLastTry() {
        return retries >= maxRetries;
    }

    int retries() {
        return retries;
    }

    void over(OperationStatus how, @Nullable String reason, Instant now) {
        tried();
        why = reason;
        finished = now;
        status = how;
    }

    boolean isOver() {
        return status.isOver();
    }

    boolean hasSucceeded() {
        return status == OperationStatus.SUCCEEDED;
    }

    /** How whoever rests or waits for a thread is told to look up. */
    void resting(@Nullable Runnable howToWake) {
        wake = howToWake;
    }

    void wake() {
        Runnable known = wake;
        if (known != null) {
            known.run();
        }
    }

    @Override
    public String toString() {
        return id + " (" + kind.name() + ", priority " + priority + ")";
    }
}
