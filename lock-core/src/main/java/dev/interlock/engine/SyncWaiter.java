package dev.interlock.engine;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread that waits. */
final class SyncWaiter extends Waiter {

    /** How it came out. */
    enum Outcome {
        GRANTED,
        TIMED_OUT,
        INTERRUPTED,
        /** It would have been an upgrade. */
        UPGRADE,
        VICTIM,
        CLOSED
    }

    /** How often the first in the queue looks again before it sleeps. */
    private static final int SPINS = 64;

    private final Thread thread = Thread.currentThread();

    SyncWaiter(WaitQueue queue, Owner owner, Options options, @Nullable Details details, long now) {
        super(queue, owner, options, details, now);
    }

    /**
     * Waits until something comes of it.
     *
     * @param deadline the monotonic time at which to give up
     */
    Outcome await(long deadline, boolean interruptibly) {
        EngineClock clock = queue.lock.type.engine.clock;
        boolean interrupted = false;
        try {
            while (isWaiting()) {
                if (Thread.interrupted()) {
                    interrupted = true;
                    if (interruptibly && queue.withdraw(this)) {
                        return Outcome.INTERRUPTED;
                    }
                } else if (clock.now() - deadline >= 0 && queue.withdraw(this)) {
                    return Outcome.TIMED_OUT;
                } else if (!queue.isHead(this) || !granted()) {
                    clock.source().parkUntil(queue.lock, deadline);
                }
            }
        } finally {
            if (interrupted) {
                thread.interrupt();
            }
        }
        return switch (state()) {
            case GRANTED -> Outcome.GRANTED;
            case UPGRADE -> Outcome.UPGRADE;
            case VICTIM -> Outcome.VICTIM;
            default -> Outcome.CLOSED;
        };
    }

    /**
     * As the first in the queue, tries for the lock, and leaves word what the next release is to do. That release is often
     * near, and to sleep through it costs far more than the section it ends: so it is looked out for, for a moment.
     */
    private boolean granted() {
        for (int spin = 0; spin < SPINS && isWaiting() && !queue.lock.isFreeFor(this); spin++) {
            Thread.onSpinWait();
        }
        if (isWaiting()) {
            queue.grant();
        }
        for (int spin = 0; spin < SPINS && isWaiting(); spin++) {
            Thread.onSpinWait();
        }
        return !isWaiting();
    }

    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    void unpark() {
        LockSupport.unpark(thread);
    }

    @Override
    void tell() {
        if (!isCurrent()) {
            unpark();
        }
    }

    @Override
    Thread thread() {
        return thread;
    }
}
