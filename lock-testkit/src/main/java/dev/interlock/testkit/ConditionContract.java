package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockHandle;
import dev.interlock.engine.InterlockManager;
import java.time.Duration;
import java.util.Date;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Conditions of the write lock do what {@link Condition} documents; read locks have none. */
@SuppressWarnings({"WaitNotInLoop", "LockNotBeforeTry", "JavaUtilDate"}) // the waits themselves are what is tested
abstract class ConditionContract extends Contract {

    private Lock lock;
    private Condition condition;

    ConditionContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    @BeforeEach
    void makeTheCondition() {
        lock = locks.readWriteLock("door").writeLock();
        condition = lock.newCondition();
    }

    /** Lets a thread wait for the condition, and waits until it has given back the lock. */
    private <T> Contender<T> awaiting(Callable<T> wait) {
        AtomicInteger ready = new AtomicInteger();
        Contender<T> contender = contenders.start("awaiting", () -> {
            lock.lock();
            try {
                ready.incrementAndGet();
                return wait.call();
            } finally {
                lock.unlock();
            }
        });
        Contenders.until("it has given back the lock", () -> ready.get() == 1 && isFree());
        return contender;
    }

    private boolean isFree() {
        return locks.monitor().status("door").isEmpty();
    }

    private void signal() {
        lock.lock();
        condition.signal();
        lock.unlock();
    }

    @Test
    void aSignalWakesOneInTheOrderOfArrival() {
        Contender<Boolean> first = awaiting(this::awaitSignal);
        Contender<Boolean> second = awaiting(this::awaitSignal);

        signal();
        assertThat(first.result()).isTrue();
        assertThat(second.isDone()).isFalse();
        signal();
        assertThat(second.result()).isTrue();
    }

    private boolean awaitSignal() throws InterruptedException {
        condition.await();
        return locks.monitor().isLocked("door");
    }

    @Test
    void aSignalToAllWakesAll() {
        Contender<Boolean> first = awaiting(this::awaitSignal);
        Contender<Boolean> second = awaiting(this::awaitSignal);

        lock.lock();
        condition.signalAll();
        assertThat(first.isDone() || second.isDone()).isFalse();
        lock.unlock();

        assertThat(first.result() && second.result()).isTrue();
    }

    @Test
    void aSignalToNobodyIsNotKept() {
        signal();
        Contender<Boolean> waiting = awaiting(this::awaitSignal);

        assertThat(waiting.isDone()).isFalse();
        signal();
        assertThat(waiting.result()).isTrue();
    }

    @Test
    void allHoldsAreGivenBackAndTakenAgain() {
        Contender<Integer> waiting = awaiting(() -> {
            lock.lock();
            condition.await();
            int holds = locks.monitor().holders("door").size();
            lock.unlock();
            return holds;
        });

        signal();

        assertThat(waiting.result()).isEqualTo(2);
        assertIdle("door");
    }

    @Test
    void anInterruptEndsTheWaitAndTheLockIsHeldAgain() {
        Contender<Boolean> waiting = awaiting(() -> {
            try {
                condition.await();
                return false;
            } catch (InterruptedException expected) {
                return !Thread.currentThread().isInterrupted()
                        && locks.monitor().isLocked("door");
            }
        });

        waiting.interrupt();

        assertThat(waiting.result()).isTrue();
    }

    @Test
    void aSignalIsNotLostToAThreadThatIsInterrupted() {
        for (int round = 0; round < 100; round++) {
            Contender<Boolean> interrupted = awaiting(this::signalledRatherThanInterrupted);
            Contender<Boolean> other = awaiting(this::signalledRatherThanInterrupted);

            Contender<Void> signalling = contenders.start("signalling", () -> {
                signal();
                return null;
            });
            interrupted.interrupt();
            signalling.result();

            if (interrupted.result()) {
                signal();
            }
            assertThat(other.result()).isTrue();
        }
    }

    private boolean signalledRatherThanInterrupted() {
        try {
            condition.await();
            return true;
        } catch (InterruptedException instead) {
            return false;
        }
    }

    @Test
    void whoIsInterruptedAlreadyDoesNotWait() {
        Contender<Boolean> waiting = contenders.start("interrupted", () -> {
            lock.lock();
            Thread.currentThread().interrupt();
            condition.await();
            return true;
        });

        assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void aTimedWaitEndsWithItsTime() {
        Contender<Boolean> timed = awaiting(() -> condition.await(3, TimeUnit.SECONDS));
        Contender<Boolean> nanos = awaiting(() -> condition.awaitNanos(3_000_000_000L) <= 0);
        Date deadline = Date.from(time.instant().plusSeconds(3));
        Contender<Boolean> until = awaiting(() -> condition.awaitUntil(deadline));

        time.advance(Duration.ofSeconds(3));

        assertThat(timed.result()).isFalse();
        assertThat(nanos.result()).isTrue();
        assertThat(until.result()).isFalse();
    }

    @Test
    void aTimedWaitThatIsSignalledSaysHowMuchTimeIsLeft() {
        Contender<Long> nanos = awaiting(() -> condition.awaitNanos(3_000_000_000L));
        time.advance(Duration.ofSeconds(1));

        signal();

        assertThat(nanos.result()).isEqualTo(2_000_000_000L);
    }

    @Test
    void aTimedWaitThatIsSignalledSaysSo() {
        Contender<Boolean> timed = awaiting(() -> condition.await(3, TimeUnit.SECONDS));
        signal();
        assertThat(timed.result()).isTrue();

        Date deadline = Date.from(time.instant().plusSeconds(3));
        Contender<Boolean> until = awaiting(() -> condition.awaitUntil(deadline));
        signal();
        assertThat(until.result()).isTrue();
    }

    @Test
    void aTimeThatHasPassedIsNotWaitedFor() throws InterruptedException {
        lock.lock();

        assertThat(condition.awaitNanos(0)).isNotPositive();
        assertThat(condition.awaitNanos(Long.MIN_VALUE)).isNotPositive();
        assertThat(condition.await(-1, TimeUnit.DAYS)).isFalse();
        assertThat(condition.awaitUntil(new Date(0))).isFalse();
        assertThat(locks.monitor().holders("door")).hasSize(1);
        lock.unlock();
    }

    @Test
    void aWaitThatCannotBeInterruptedKeepsTheInterrupt() {
        Contender<Boolean> waiting = awaiting(() -> {
            condition.awaitUninterruptibly();
            return Thread.currentThread().isInterrupted();
        });

        waiting.interrupt();
        assertThat(waiting.isDone()).isFalse();
        signal();

        assertThat(waiting.result()).isTrue();
    }

    @Test
    void whoDoesNotHoldCanNeitherWaitNorSignal() {
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(condition::signal);
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(condition::signalAll);
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(condition::await);
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(condition::awaitUninterruptibly);
        locks.readWriteLock("door").readLock().lock();
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(condition::signal);
    }

    @Test
    void whoHasAHandleToTheLockCannotWait() {
        lock.lock();
        LockHandle handle = locks.write("door").acquire();

        assertThatExceptionOfType(IllegalMonitorStateException.class)
                .isThrownBy(() -> condition.awaitNanos(0))
                .withMessageContaining("while it has a handle to 'door'");
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(condition::awaitUninterruptibly);
        assertThat(handle.isHeld()).isTrue();
        assertThat(locks.monitor().holders("door")).hasSize(2);
        handle.close();
        lock.unlock();
        assertIdle("door");
    }

    @Test
    void aReadLockHasNoConditions() {
        Lock reading = locks.readWriteLock("door").readLock();

        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(reading::newCondition);
    }
}
