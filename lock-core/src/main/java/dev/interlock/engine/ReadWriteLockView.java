package dev.interlock.engine;

import dev.interlock.LockInterruptedException;
import dev.interlock.LockTimeoutException;
import dev.interlock.LockUpgradeException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import org.jspecify.annotations.Nullable;

/** A resource as a lock pair of {@code java.util.concurrent}. Holds belong to the calling thread. */
final class ReadWriteLockView implements ReadWriteLock {

    private final Side read;
    private final Side write;

    ReadWriteLockView(Request read, Request write, Engine engine) {
        this.read = new Side(engine, read, false);
        this.write = new Side(engine, write, true);
    }

    @Override
    public Lock readLock() {
        return read;
    }

    @Override
    public Lock writeLock() {
        return write;
    }

    @Override
    public String toString() {
        return "read-write lock on '" + read.request.resource() + "'";
    }

    /** One of the two. */
    static final class Side implements Lock {

        final Engine engine;
        private final Request request;
        private final Options options;
        private final boolean exclusive;

        Side(Engine engine, Request request, boolean exclusive) {
            this.engine = engine;
            this.request = request;
            this.options = request.options.withoutHandle();
            this.exclusive = exclusive;
        }

        @Override
        public void lock() {
            hold(Options.FOR_EVER, false);
        }

        @Override
        public void lockInterruptibly() throws InterruptedException {
            checkInterrupted();
            try {
                hold(Options.FOR_EVER, true);
            } catch (LockInterruptedException interrupted) {
                throw asChecked(interrupted);
            }
        }

        @Override
        public boolean tryLock() {
            try {
                return engine.tryAcquire(request.lockName, options) != null;
            } catch (LockUpgradeException notNow) {
                return false;
            }
        }

        @Override
        public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
            checkInterrupted();
            try {
                hold(Math.min(Options.FOR_EVER, Math.max(0, unit.toNanos(time))), true);
                return true;
            } catch (LockTimeoutException late) {
                return false;
            } catch (LockInterruptedException interrupted) {
                throw asChecked(interrupted);
            }
        }

        private void hold(long timeout, boolean interruptibly) {
            engine.acquire(request.lockName, options.withTimeout(timeout), interruptibly);
        }

        /** For whoever had it, and has given it back only to wait. */
        void lockAgain(Options as) {
            engine.acquireAgain(request.lockName, as.withTimeout(Options.FOR_EVER));
        }

        @Override
        public void unlock() {
            Hold held = held();
            if (held == null) {
                throw notHeld();
            }
            held.close();
        }

        @Override
        public Condition newCondition() {
            if (!exclusive) {
                throw new UnsupportedOperationException("a read lock has no conditions: its holders share it. Use"
                        + " writeLock().newCondition() of '" + request.resource() + "'");
            }
            return new WriteCondition(this);
        }

        /** The latest hold of the calling thread in this mode. */
        @Nullable Hold held() {
            return holds().stream()
                    .filter(each -> each.isOn(request.resource()))
                    .findFirst()
                    .orElse(null);
        }

        /** All holds of the calling thread in this mode, the latest first; those on other keys of the same stripe, too. */
        List<Hold> holds() {
            LocalLock lock = engine.table(request.options).find(request.lockName);
            Owner current = engine.owners.current();
            return lock == null
                    ? List.of()
                    : lock.holds().stream()
                            .filter(each -> each.isBy(current) && each.isWrite() == exclusive)
                            .toList();
        }

        IllegalMonitorStateException notHeld() {
            return new IllegalMonitorStateException("thread '" + engine.owners.current() + "' does not hold '"
                    + request.resource() + "' in " + request.mode() + " mode");
        }

        private static void checkInterrupted() throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }

        private static InterruptedException asChecked(LockInterruptedException interrupted) {
            Thread.interrupted();
            InterruptedException checked = new InterruptedException(interrupted.getMessage());
            checked.initCause(interrupted);
            return checked;
        }

        @Override
        public String toString() {
            return request.mode() + " lock on '" + request.resource() + "'";
        }
    }
}
