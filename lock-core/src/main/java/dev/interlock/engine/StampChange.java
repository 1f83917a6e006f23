package dev.interlock.engine;

import dev.interlock.optimistic.OperationTry.ChangeStep;
import dev.interlock.optimistic.VersionStamp;
import dev.interlock.spi.StampRecord;
import dev.interlock.spi.TimeSource;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A change of a resource by this node, from the moment that its stamp says so until it says so no more. */
final class StampChange implements ChangeStep {

    final String resource;
    /** The stamp while the change is under way. */
    final StampRecord pending;

    final @Nullable NodeSession session;
    final @Nullable LiveOperation operation;
    final long began;
    private final Stamps stamps;
    /** The thread that makes the change from its beginning to its end; {@code null} if it may pass from one to another. */
    private final @Nullable Thread thread;

    private final Queue<Thread> awaiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean ending = new AtomicBoolean();
    private volatile boolean over;

    StampChange(
            Stamps stamps,
            String resource,
            StampRecord pending,
            @Nullable NodeSession session,
            @Nullable LiveOperation operation,
            @Nullable Thread thread,
            long began) {
        this.stamps = stamps;
        this.resource = resource;
        this.pending = pending;
        this.session = session;
        this.operation = operation;
        this.thread = thread;
        this.began = began;
    }

    @Override
    public VersionStamp next() {
        return new VersionStamp(resource, pending.version(), pending.nanos());
    }

    /** How the stamp is afterwards. */
    StampRecord done() {
        return new StampRecord(pending.version(), pending.nanos(), null);
    }

    /** Whether whoever asks is part of this change, and so would wait for itself. */
    boolean isOf(@Nullable LiveOperation asking) {
        return thread == null ? operation != null && operation.isAtOrAbove(asking) : thread == Thread.currentThread();
    }

    /** Waits until it is over, or the time is, or the thread is interrupted. */
    void await(TimeSource time, long deadline) {
        awaiting.add(Thread.currentThread());
        while (!over
                && !stamps.isClosed()
                && deadline - time.nanoTime() > 0
                && !Thread.currentThread().isInterrupted()) {
            time.parkUntil(this, deadline);
        }
        awaiting.remove(Thread.currentThread());
    }

    /** It is over, however it went. */
    void ended() {
        over = true;
        wake();
    }

    /** Those that wait look up. */
    void wake() {
        awaiting.forEach(LockSupport::unpark);
    }

    @Override
    public void close() {
        if (ending.compareAndSet(false, true)) {
            stamps.end(this);
        }
    }
}
