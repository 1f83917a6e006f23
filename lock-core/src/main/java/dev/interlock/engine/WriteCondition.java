package dev.interlock.engine;

import java.util.ArrayDeque;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A condition of a write lock. Waiting gives back every exclusive hold of the calling thread, and takes them all again
 * before it returns. Keys that share a stripe share a lock: whoever is to signal could not come in if one of them stayed held.
 */
final class WriteCondition implements Condition {

    private final ReadWriteLockView.Side lock;
    private final ReentrantLock mutex = new ReentrantLock();
    private final ArrayDeque<Sleeper> sleepers = new ArrayDeque<>();

    WriteCondition(ReadWriteLockView.Side lock) {
        this.lock = lock;
    }

    private static final class Sleeper {
        private final Thread thread = Thread.currentThread();
        private volatile boolean signalled;
    }

    @Override
    public void await() throws InterruptedException {
        sleep(Options.FOR_EVER, true);
    }

    @Override
    public void awaitUninterruptibly() {
        boolean interrupted = false;
        Sleeper sleeper = new Sleeper();
        List<Options> holds = leave(sleeper);
        while (!sleeper.signalled) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        comeBack(holds);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public long awaitNanos(long nanos) throws InterruptedException {
        return sleep(nanos, true);
    }

    @Override
    public boolean await(long time, TimeUnit unit) throws InterruptedException {
        return sleep(unit.toNanos(time), true) > 0;
    }

    @Override
    @SuppressWarnings("JavaUtilDate") // the interface's word
    public boolean awaitUntil(Date deadline) throws InterruptedException {
        long millis = deadline.getTime() - lock.engine.clock.instant().toEpochMilli();
        return sleep(TimeUnit.MILLISECONDS.toNanos(millis), true) > 0;
    }

    private long sleep(long nanos, boolean interruptibly) throws InterruptedException {
        if (interruptibly && Thread.interrupted()) {
            throw new InterruptedException();
        }
        EngineClock clock = lock.engine.clock;
        long deadline = clock.now() + Math.max(0, Math.min(nanos, Options.FOR_EVER));
        Sleeper sleeper = new Sleeper();
        List<Options> holds = leave(sleeper);
        boolean interrupted = false;
        while (!sleeper.signalled && clock.now() - deadline < 0 && !interrupted) {
            clock.source().parkUntil(this, deadline);
            interrupted = Thread.interrupted();
        }
        boolean signalledFirst = !forget(sleeper);
        comeBack(holds);
        if (interrupted) {
            if (signalledFirst) {
                Thread.currentThread().interrupt();
            } else {
                throw new InterruptedException();
            }
        }
        return deadline - clock.now();
    }

    /** Answers what was held, the latest last. */
    private List<Options> leave(Sleeper sleeper) {
        checkHeld();
        List<Hold> holds = lock.holds();
        holds.forEach(this::checkThatNobodyHasItsHandle);
        mutex.lock();
        try {
            sleepers.addLast(sleeper);
        } finally {
            mutex.unlock();
        }
        ArrayDeque<Options> left = new ArrayDeque<>();
        for (Hold each : holds) {
            left.addFirst(each.options);
            each.close();
        }
        return List.copyOf(left);
    }

    /** It could not be given back and be the same when it comes again. */
    private void checkThatNobodyHasItsHandle(Hold hold) {
        if (!hold.options.withoutHandle) {
            throw new IllegalMonitorStateException(
                    "thread '" + lock.engine.owners.current() + "' cannot wait for a condition of "
                            + lock + " while it has a handle to '" + hold.resource()
                            + "', which is the same lock: close the handle first,"
                            + " or take '" + hold.resource() + "' by readWriteLock(…) too");
        }
    }

    private void comeBack(List<Options> holds) {
        holds.forEach(lock::lockAgain);
    }

    /** Answers whether it was still waiting to be signalled. */
    private boolean forget(Sleeper sleeper) {
        mutex.lock();
        try {
            return sleepers.remove(sleeper);
        } finally {
            mutex.unlock();
        }
    }

    @Override
    public void signal() {
        checkHeld();
        wake(take());
    }

    @Override
    public void signalAll() {
        checkHeld();
        for (Sleeper each = take(); each != null; each = take()) {
            wake(each);
        }
    }

    private void checkHeld() {
        if (lock.held() == null) {
            throw lock.notHeld();
        }
    }

    private @Nullable Sleeper take() {
        mutex.lock();
        try {
            return sleepers.pollFirst();
        } finally {
            mutex.unlock();
        }
    }

    private static void wake(@Nullable Sleeper sleeper) {
        if (sleeper != null) {
            sleeper.signalled = true;
            LockSupport.unpark(sleeper.thread);
        }
    }
}
