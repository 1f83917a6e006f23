package dev.interlock.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import dev.interlock.testkit.ManualTime;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.integration.support.locks.DistributedLock;

@Timeout(60)
@SuppressWarnings("LockNotBeforeTry") // when it is unlocked is what is tested
class InterlockLockRegistryTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ManualTime time = new ManualTime();
    private final InterlockManager locks =
            InterlockManager.builder().timeSource(time).build();
    private final InterlockLockRegistry registry = registryOn(locks);

    private static InterlockLockRegistry registryOn(LockManager locks) {
        return new InterlockLockRegistry(key -> locks.write("integration", key));
    }

    @AfterEach
    void close() {
        locks.close();
    }

    private static boolean inAnotherThread(Callable<Boolean> task) throws Exception {
        return started(task).get(30, TimeUnit.SECONDS);
    }

    private static FutureTask<Boolean> started(Callable<Boolean> task) {
        FutureTask<Boolean> answer = new FutureTask<>(task);
        new Thread(answer, "other").start();
        return answer;
    }

    private boolean isFreeForOthers(Object key) throws Exception {
        return inAnotherThread(() -> {
            Lock lock = registry.obtain(key);
            boolean taken = lock.tryLock();
            if (taken) {
                lock.unlock();
            }
            return taken;
        });
    }

    private void awaitWaiter() {
        await().until(() -> locks.monitor().count().waiters() == 1);
    }

    @Test
    void aLockIsALockOfTheManagerThatCanBeSeen() {
        Lock lock = registry.obtain("order-1");

        lock.lock();
        try {
            assertThat(locks.monitor().isLocked("integration:order-1")).isTrue();
        } finally {
            lock.unlock();
        }
        assertThat(locks.monitor().isLocked("integration:order-1")).isFalse();
    }

    @Test
    void aThreadMayTakeItAgainAndHoldsItUntilTheLastUnlock() throws Exception {
        Lock lock = registry.obtain("foo");

        lock.lock();
        registry.obtain("foo").lockInterruptibly();
        assertThat(lock.tryLock()).isTrue();
        lock.unlock();
        registry.obtain("foo").unlock();
        assertThat(isFreeForOthers("foo")).isFalse();

        lock.unlock();
        assertThat(isFreeForOthers("foo")).isTrue();
    }

    @Test
    void differentKeysAreDifferentLocks() throws Exception {
        Lock foo = registry.obtain("foo");
        foo.lock();
        try {
            assertThat(isFreeForOthers("bar")).isTrue();
            assertThat(registry.obtain("bar")).isNotEqualTo(foo);
        } finally {
            foo.unlock();
        }
    }

    static List<Object> pairsOfEqualKeys() {
        UUID id = UUID.randomUUID();
        return List.of(
                new Object[] {"foo", "f" + "oo".strip()},
                new Object[] {4711, 4711},
                new Object[] {id, UUID.fromString(id.toString())},
                new Object[] {'x', 'x'},
                new Object[] {Thread.State.NEW, Thread.State.NEW},
                new Object[] {Set.of("a", "b", "c", "d"), new java.util.TreeSet<>(Set.of("d", "c", "b", "a"))},
                new Object[] {List.of(1, 2), new java.util.ArrayList<>(List.of(1, 2))},
                new Object[] {new WithoutText(7), new WithoutText(7)},
                new Object[] {"long ".repeat(100), "long ".repeat(100)},
                new Object[] {"", ""},
                new Object[] {" ", " "});
    }

    /** Equal to others, with a text that says nothing. */
    private static final class WithoutText {
        private final int number;

        WithoutText(int number) {
            this.number = number;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof WithoutText like && like.number == number;
        }

        @Override
        public int hashCode() {
            return number;
        }
    }

    @ParameterizedTest
    @MethodSource("pairsOfEqualKeys")
    void equalKeysAreOneLock(Object key, Object equal) throws Exception {
        Lock lock = registry.obtain(key);

        lock.lock();
        try {
            assertThat(isFreeForOthers(equal)).isFalse();
            assertThat(registry.obtain(equal)).isEqualTo(lock).hasSameHashCodeAs(lock);
        } finally {
            registry.obtain(equal).unlock();
        }
        assertThat(isFreeForOthers(key)).isTrue();
    }

    @Test
    void longKeysThatBeginAlikeAreDifferentLocks() {
        String begin = "long ".repeat(100);

        assertThat(registry.obtain(begin + "a")).isNotEqualTo(registry.obtain(begin + "b"));
    }

    @Test
    void aMissingKeyIsRefused() {
        assertThatThrownBy(() -> registry.obtain(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("the lock key is null");
    }

    @Test
    void onlyTheThreadThatLockedUnlocks() throws Exception {
        Lock lock = registry.obtain("foo");
        lock.lock();

        assertThatThrownBy(() -> inAnotherThread(() -> {
                    lock.unlock();
                    return true;
                }))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IllegalMonitorStateException.class)
                .hasMessage("thread 'other' does not own 'integration:foo'");
        lock.unlock();
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
    }

    @Test
    void tryLockDoesNotWait() throws Exception {
        Lock lock = registry.obtain("foo");
        lock.lock();

        assertThat(inAnotherThread(lock::tryLock)).isFalse();
        lock.unlock();
        assertThat(inAnotherThread(lock::tryLock)).isTrue();
    }

    @Test
    void tryLockWaitsAsLongAsItIsTold() throws Exception {
        Lock lock = registry.obtain("foo");
        lock.lock();

        FutureTask<Boolean> late = started(() -> lock.tryLock(5, TimeUnit.SECONDS));
        awaitWaiter();
        time.advance(Duration.ofSeconds(5));
        assertThat(late.get(30, TimeUnit.SECONDS)).isFalse();

        FutureTask<Boolean> inTime = started(() -> lock.tryLock(5, TimeUnit.SECONDS));
        awaitWaiter();
        lock.unlock();
        assertThat(inTime.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aNegativeTimeIsNoTime() throws Exception {
        assertThat(registry.obtain("foo").tryLock(-1, TimeUnit.SECONDS)).isTrue();
        assertThat(inAnotherThread(() -> registry.obtain("foo").tryLock(-1, TimeUnit.SECONDS)))
                .isFalse();
    }

    @Test
    void lockWaitsBeyondAllTimeouts() throws Exception {
        Lock lock = registry.obtain("foo");
        lock.lock();

        FutureTask<Boolean> patient = started(() -> {
            lock.lock();
            lock.unlock();
            return true;
        });
        awaitWaiter();
        time.advance(Duration.ofDays(365));
        assertThat(patient.isDone()).isFalse();

        lock.unlock();
        assertThat(patient.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void lockIsNotInterruptedButTheFlagStays() throws Exception {
        Lock lock = registry.obtain("foo");
        lock.lock();
        FutureTask<Boolean> waiting = new FutureTask<>(() -> {
            lock.lock();
            lock.unlock();
            return Thread.currentThread().isInterrupted();
        });
        Thread other = new Thread(waiting);
        other.start();
        awaitWaiter();

        other.interrupt();
        await().until(() -> !other.isInterrupted());
        assertThat(waiting.isDone()).isFalse();

        lock.unlock();
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void lockInterruptiblyAndTimedTryLockAreInterrupted() throws Exception {
        Lock lock = registry.obtain("foo");
        lock.lock();

        assertThatInterruptEnds(() -> {
            lock.lockInterruptibly();
            return true;
        });
        assertThatInterruptEnds(() -> lock.tryLock(1, TimeUnit.HOURS));
    }

    private void assertThatInterruptEnds(Callable<Boolean> waiting) {
        FutureTask<Boolean> task = new FutureTask<>(waiting);
        Thread other = new Thread(task);
        other.start();
        awaitWaiter();

        other.interrupt();

        assertThatThrownBy(() -> task.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
        await().until(() -> locks.monitor().count().waiters() == 0);
    }

    @Test
    void whoIsInterruptedAlreadyDoesNotBeginToWait() throws Exception {
        assertThatThrownBy(() -> inAnotherThread(() -> {
                    Thread.currentThread().interrupt();
                    registry.obtain("foo").lockInterruptibly();
                    return true;
                }))
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(locks.monitor().isLocked("integration:foo")).isFalse();
    }

    @Test
    void thereAreNoConditions() {
        assertThatThrownBy(() -> registry.obtain("foo").newCondition())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("the locks of a LockRegistry have no conditions");
    }

    @Test
    void aTaskIsExecutedUnderTheLockAndTheLockGivenBackWhateverComesOfIt() throws Exception {
        assertThat(registry.<Boolean, Exception>executeLocked("foo", () -> isFreeForOthers("foo")))
                .isFalse();
        assertThat(isFreeForOthers("foo")).isTrue();

        assertThatThrownBy(() -> registry.executeLocked("foo", () -> {
                    throw new IllegalStateException("it failed");
                }))
                .hasMessage("it failed");
        assertThat(isFreeForOthers("foo")).isTrue();
    }

    @Test
    void aTaskIsNotExecutedIfTheLockIsNotHadInTime() {
        registry.obtain("foo").lock();

        assertThatThrownBy(() -> inAnotherThread(() -> {
                    registry.executeLocked("foo", Duration.ZERO, () -> {});
                    return true;
                }))
                .hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void aTimeToLiveEndsTheHoldAndTheHolderIsToldWhenHeUnlocks() throws Exception {
        DistributedLock lock = registry.obtain("foo");
        lock.lock(MINUTE);

        time.advance(MINUTE);

        assertThat(isFreeForOthers("foo")).isTrue();
        assertThatThrownBy(lock::unlock)
                .isInstanceOf(ConcurrentModificationException.class)
                .hasMessageStartingWith("'integration:foo' was lost while this thread held it");
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
    }

    @Test
    void aLockThatWasTakenAwayIsToldWhenItIsUnlocked() {
        Lock lock = registry.obtain("foo");
        lock.lock();

        locks.monitor().forceRelease("integration:foo", "operator", "it hangs");

        assertThatThrownBy(lock::unlock).isInstanceOf(ConcurrentModificationException.class);
    }

    @Test
    void renewingLetsAHoldLastOn() throws Exception {
        assertThat(registry.obtain("foo").tryLock(Duration.ZERO, MINUTE)).isTrue();

        time.advance(Duration.ofSeconds(59));
        registry.renewLock("foo");
        time.advance(Duration.ofSeconds(59));
        assertThat(isFreeForOthers("foo")).isFalse();

        registry.renewLock("foo", Duration.ofHours(1));
        time.advance(Duration.ofMinutes(59));
        assertThat(isFreeForOthers("foo")).isFalse();
        registry.obtain("foo").unlock();
    }

    @Test
    void renewingAHoldThatDoesNotEndLeavesItSo() throws Exception {
        Lock lock = registry.obtain("foo");
        lock.lock();

        registry.renewLock("foo");
        registry.renewLock("foo", MINUTE);
        time.advance(Duration.ofDays(1));

        assertThat(isFreeForOthers("foo")).isFalse();
        lock.unlock();
    }

    @Test
    void whatIsNotHeldOrIsLostCannotBeRenewed() {
        assertThatThrownBy(() -> registry.renewLock("foo")).isInstanceOf(IllegalMonitorStateException.class);

        registry.obtain("foo").lock(MINUTE);
        time.advance(MINUTE);

        assertThatThrownBy(() -> registry.renewLock("foo"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("'integration:foo' could not be renewed: ");
    }

    @Test
    void whoComesInAgainAfterALossGoesOnIfNobodyElseWasIn() throws Exception {
        DistributedLock lock = registry.obtain("foo");
        lock.lock(MINUTE);
        time.advance(MINUTE);

        assertThat(lock.tryLock()).isTrue();
        lock.unlock();
        assertThat(isFreeForOthers("foo")).isFalse();

        lock.unlock();
        assertThat(isFreeForOthers("foo")).isTrue();
    }

    @Test
    void whoComesInAgainAfterALossIsToldIfSomebodyElseWasIn() throws Exception {
        DistributedLock lock = registry.obtain("foo");
        lock.lock(MINUTE);
        time.advance(MINUTE);
        assertThat(isFreeForOthers("foo")).isTrue();

        assertThatThrownBy(lock::tryLock).isInstanceOf(ConcurrentModificationException.class);
        assertThat(isFreeForOthers("foo")).isTrue();
        assertThatThrownBy(lock::unlock).isInstanceOf(ConcurrentModificationException.class);

        assertThat(lock.tryLock()).isTrue();
        lock.unlock();
    }

    @Test
    void locksMayBeDistributed() {
        try (InterlockManager single =
                InterlockManager.builder().distributedLocally(true).build()) {
            Lock lock = new InterlockLockRegistry(key -> single.distributed("leader", key)).obtain("election");

            assertThat(lock.tryLock()).isTrue();
            assertThat(single.monitor().isLocked("leader:election")).isTrue();
            lock.unlock();
        }
    }

    @Test
    void saysWhatItIs() {
        assertThat(registry.obtain("foo")).hasToString("WRITE lock on 'integration:foo'");
    }
}
