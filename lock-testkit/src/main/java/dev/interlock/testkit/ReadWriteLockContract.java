package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockHandle;
import dev.interlock.LockUpgradeException;
import dev.interlock.engine.InterlockManager;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The view of {@code java.util.concurrent} does what its interfaces document. */
@SuppressWarnings("LockNotBeforeTry") // the single steps are what is tested
abstract class ReadWriteLockContract extends Contract {

    private ReadWriteLock pair;

    ReadWriteLockContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    @BeforeEach
    void makeTheView() {
        pair = locks.readWriteLock("door");
    }

    private boolean elsewhere(Callable<Boolean> work) {
        return contenders.start("elsewhere", work).result();
    }

    /** Lets a thread do something that waits, and waits until it does. */
    private Contender<Boolean> waitingFor(InterruptibleAction action) {
        int before = waiters("door").size();
        Contender<Boolean> contender = contenders.start("waiting-" + before, () -> {
            action.run();
            return true;
        });
        Contenders.untilWaiting(locks, "door", before + 1);
        return contender;
    }

    /** What may be interrupted. */
    interface InterruptibleAction {
        void run() throws InterruptedException;
    }

    @Test
    void theTwoSidesExcludeAsTheyShould() {
        pair.readLock().lock();

        assertThat(elsewhere(pair.readLock()::tryLock)).isTrue();
        assertThat(elsewhere(pair.writeLock()::tryLock)).isFalse();
    }

    @Test
    void itIsTheSameLockAsThatOfTheRequests() {
        pair.writeLock().lock();

        assertThat(locks.read("door").owner(BOB).tryAcquire()).isEmpty();
        assertThat(elsewhere(locks.readWriteLock("door").readLock()::tryLock)).isFalse();
        pair.writeLock().unlock();
        assertThat(locks.monitor().isLocked("door")).isFalse();
    }

    @Test
    void lockWaitsWithoutATimeLimit() {
        pair.writeLock().lock();
        Contender<Boolean> waiting = waitingFor(pair.readLock()::lock);

        time.advance(Duration.ofDays(365));
        assertThat(waiters("door")).hasSize(1);
        pair.writeLock().unlock();

        assertThat(waiting.result()).isTrue();
    }

    @Test
    void lockIsNotInterruptedAndKeepsTheInterrupt() {
        pair.writeLock().lock();
        Contender<Boolean> waiting = contenders.start("waiting", () -> {
            pair.writeLock().lock();
            return Thread.currentThread().isInterrupted();
        });
        Contenders.untilWaiting(locks, "door", 1);

        waiting.interrupt();
        time.advance(SECOND);
        assertThat(waiters("door")).hasSize(1);
        pair.writeLock().unlock();

        assertThat(waiting.result()).isTrue();
    }

    @Test
    @DisplayName("way 5: an interruptible wait ends with InterruptedException and a cleared flag")
    void lockInterruptiblyIsInterrupted() {
        pair.writeLock().lock();
        Contender<Boolean> waiting = contenders.start("waiting", () -> {
            try {
                pair.writeLock().lockInterruptibly();
                return false;
            } catch (InterruptedException expected) {
                return !Thread.currentThread().isInterrupted();
            }
        });
        Contenders.untilWaiting(locks, "door", 1);

        waiting.interrupt();

        assertThat(waiting.result()).isTrue();
        assertThat(waiters("door")).isEmpty();
    }

    @Test
    void whoIsInterruptedAlreadyIsNotLetInEvenIfItIsFree() {
        for (InterruptibleAction each : new InterruptibleAction[] {
            pair.writeLock()::lockInterruptibly, () -> pair.readLock().tryLock(1, TimeUnit.SECONDS),
        }) {
            Contender<Boolean> interrupted = contenders.start("interrupted", () -> {
                Thread.currentThread().interrupt();
                each.run();
                return true;
            });
            assertThat(interrupted.failure()).isInstanceOf(InterruptedException.class);
        }
        assertThat(locks.monitor().isLocked("door")).isFalse();
    }

    @Test
    void tryLockIgnoresAnInterruptAndKeepsIt() {
        assertThat(elsewhere(() -> {
                    Thread.currentThread().interrupt();
                    return pair.writeLock().tryLock() && Thread.currentThread().isInterrupted();
                }))
                .isTrue();
    }

    @Test
    void tryLockWithATimeGivesUpAtItsDeadline() {
        pair.writeLock().lock();
        Contender<Boolean> waiting =
                contenders.start("waiting", () -> pair.readLock().tryLock(2, TimeUnit.SECONDS));
        Contenders.untilWaiting(locks, "door", 1);

        time.advance(SECOND.multipliedBy(2));

        assertThat(waiting.result()).isFalse();
    }

    @Test
    void tryLockWithATimeIsLetInMeanwhile() {
        pair.writeLock().lock();
        Contender<Boolean> waiting =
                contenders.start("waiting", () -> pair.writeLock().tryLock(2, TimeUnit.SECONDS));
        Contenders.untilWaiting(locks, "door", 1);

        pair.writeLock().unlock();

        assertThat(waiting.result()).isTrue();
    }

    @Test
    void noTimeAtAllMeansNotToWait() throws InterruptedException {
        locks.write("door").owner(BOB).acquire();

        assertThat(pair.readLock().tryLock(0, TimeUnit.SECONDS)).isFalse();
        assertThat(pair.writeLock().tryLock(-1, TimeUnit.DAYS)).isFalse();
        assertThat(pair.writeLock().tryLock(Long.MIN_VALUE, TimeUnit.DAYS)).isFalse();
    }

    @Test
    void holdsAreCounted() {
        Lock write = pair.writeLock();
        write.lock();
        write.lock();

        write.unlock();
        assertThat(elsewhere(write::tryLock)).isFalse();
        write.unlock();
        assertThat(elsewhere(write::tryLock)).isTrue();
    }

    @Test
    void aWriterMayDowngradeByHand() {
        pair.writeLock().lock();
        pair.readLock().lock();
        pair.writeLock().unlock();

        assertThat(elsewhere(pair.readLock()::tryLock)).isTrue();
        assertThat(elsewhere(pair.writeLock()::tryLock)).isFalse();
    }

    @Test
    @DisplayName("way 8: an upgrade fails at once: tryLock says no, lock says why")
    void anUpgradeFailsAtOnce() {
        pair.readLock().lock();

        assertThat(pair.writeLock().tryLock()).isFalse();
        assertThatExceptionOfType(LockUpgradeException.class)
                .isThrownBy(() -> pair.writeLock().lock());
    }

    @Test
    @DisplayName("way 14: who does not hold cannot unlock")
    void aForeignUnlockIsRefused() {
        pair.writeLock().lock();
        Contender<Void> stranger = contenders.start("stranger", () -> {
            pair.writeLock().unlock();
            return null;
        });

        assertThat(stranger.failure())
                .isInstanceOf(IllegalMonitorStateException.class)
                .hasMessageContaining("stranger")
                .hasMessageContaining("'door'");
        assertThat(locks.monitor().isLocked("door")).isTrue();
    }

    @Test
    void whoHoldsTheOtherSideCannotUnlockEither() {
        pair.readLock().lock();

        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(pair.writeLock()::unlock);
        pair.readLock().unlock();
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(pair.readLock()::unlock);
    }

    @Test
    void aHoldThatWasTakenAwayCannotBeUnlocked() {
        pair.writeLock().lock();
        locks.monitor().forceRelease("door", "operator", "test");
        LockHandle next = locks.write("door").owner(BOB).acquire();

        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(pair.writeLock()::unlock);
        assertThat(next.isHeld()).isTrue();
    }
}
