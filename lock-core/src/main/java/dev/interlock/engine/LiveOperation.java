package dev.interlock.engine;

import dev.interlock.LockOwner;
import dev.interlock.optimistic.Operation;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.OperationStatus;
import dev.interlock.optimistic.VersionStamp;
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
    final @Nullable LiveOperation parent;
    final LockOwner owner;
    final Instant created;
    final long began;

    private volatile OperationStatus status = OperationStatus.PENDING;
    private volatile int retries;
    private volatile @Nullable Instant started;
    private volatile @Nullable Instant finished;
    private volatile @Nullable String why;
    /** Whether it has looked at its resource, and has not come to the end of that try. */
    private volatile boolean trying;

    private volatile @Nullable Thread resting;
    private @Nullable VersionStamp stamp;

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
                parent == null ? null : parent.id,
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
        status = OperationStatus.RUNNING;
        trying = true;
    }

    boolean isTrying() {
        return trying;
    }

    void tried() {
        trying = false;
        looked(null);
    }

    /** This try goes by this stamp. */
    synchronized void looked(@Nullable VersionStamp at) {
        stamp = at;
    }

    synchronized @Nullable VersionStamp stamp() {
        return stamp;
    }

    /** A part of this operation moved the stamp: what was computed from the old one is as good by the new one. */
    private synchronized void moved(VersionStamp from, VersionStamp to) {
        if (from.equals(stamp)) {
            stamp = to;
        }
    }

    /** Lets those of which this is a part know that it was one of their own that moved the stamp. */
    void movedByPart(Stamps where, VersionStamp from, VersionStamp to) {
        for (LiveOperation each = this; each != null; each = each.parent) {
            if (each.stamps == where && each.resource.equals(to.resource())) {
                each.moved(from, to);
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread at a time
    void retrying(String reason) {
        retries++;
        status = OperationStatus.RETRYING;
        why = reason;
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

    void resting(@Nullable Thread thread) {
        resting = thread;
    }

    @Nullable Thread resting() {
        return resting;
    }

    @Override
    public String toString() {
        return id + " (" + kind.name() + ", priority " + priority + ")";
    }
}
