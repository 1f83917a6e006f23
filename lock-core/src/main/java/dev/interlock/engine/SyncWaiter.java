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
    /** How often a waiter gives way before it sleeps; more helps few threads and harms many. */
    private static final int TURNS = 5;

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
                    sleep(clock, deadline);
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
     * Under the strict policy every hand-over waits for a thread: one that has only given way comes back much sooner than one
     * that was parked, so it gives way a few times first.
     */
    @SuppressWarnings("ThreadPriorityCheck") // where it gains nothing it costs a few microseconds
    private void sleep(EngineClock clock, long deadline) {
        for (int turn = 0; queue.isStrict() && turn < TURNS && isWaiting(); turn++) {
            Thread.yield();
        }
        if (isWaiting()) {
            clock.source().parkUntil(queue.lock, deadline);
        }
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
