package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockHandle;
import dev.interlock.LockRequest;
import dev.interlock.LockTimeoutException;
import dev.interlock.MultiLock;
import dev.interlock.MultiLockHandle;
import dev.interlock.engine.InterlockManager;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What is kept, beside what else there is: other holds of its owner, leases, several locks, forgetting and closing. */
abstract class KeptBesideContract extends Contract {

    private static final Duration LEAST = KeepingContract.LEAST;

    KeptBesideContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    private LockRequest job() {
        return locks.write("job").owner(ALICE).holdAtLeast(LEAST);
    }

    private LockRequest writing() {
        return locks.write("job").owner(ALICE);
    }

    private LockRequest reading() {
        return locks.read("job").owner(ALICE);
    }

    private void assertTakenUntilTheTimeHasCome() {
        assertThat(locks.read("job").owner(BOB).tryAcquire()).isEmpty();
        time.advance(LEAST.minusNanos(1));
        assertThat(locks.read("job").owner(BOB).tryAcquire()).isEmpty();
        time.advance(Duration.ofNanos(1));
        assertIdle("job");
    }

    // --- other holds of the same owner -----------------------------------------------------------------------------

    @Test
    void anInnerHoldIsKeptWhileTheOuterOneGoesOn() {
        LockHandle outer = writing().acquire();
        job().acquire().close();

        assertThat(outer.isHeld()).isTrue();
        writing().acquire().close();
        reading().acquire().close();
        outer.extend(SECOND);
        outer.close();

        assertThat(outer.isHeld()).isFalse();
        assertTakenUntilTheTimeHasCome();
    }

    @Test
    void theOuterHoldOutlastsWhatIsKept() {
        LockHandle outer = writing().acquire();
        job().acquire().close();
        time.advance(LEAST);

        assertThat(locks.monitor().heldBy(ALICE)).hasSize(1);
        assertThat(locks.read("job").owner(BOB).tryAcquire()).isEmpty();
        outer.close();
        assertIdle("job");
    }

    @Test
    void anOuterHoldIsKeptWhileTheInnerOneGoesOn() {
        LockHandle outer = job().acquire();
        LockHandle inner = writing().acquire();
        outer.close();

        assertThat(inner.isHeld()).isTrue();
        writing().acquire().close();
        inner.close();

        assertThat(writing().tryAcquire()).isEmpty();
        assertTakenUntilTheTimeHasCome();
    }

    @Test
    void whoReadsAgainUnderWhatIsKeptExclusivelyLetsNobodyElseIn() {
        LockHandle outer = job().acquire();
        LockHandle reads = reading().acquire();
        outer.close();

        LockHandle again = reading().acquire();

        assertThat(locks.read("job").owner(BOB).tryAcquire()).isEmpty();
        assertThat(again.fencingToken()).isEqualTo(reads.fencingToken());
        time.advance(LEAST);
        locks.read("job").owner(BOB).acquire().close();
        reads.close();
        again.close();
        assertIdle("job");
        assertThat(locks.monitor().statistics("job").orElseThrow().read().acquisitions())
                .isEqualTo(3);
    }

    @Test
    void aDowngradedOuterHoldLetsReadersInWhenTheTimeHasCome() {
        LockHandle outer = writing().acquire();
        job().acquire().close();
        LockHandle shared = outer.downgrade();
        Pending reader = queuedAsync(locks.read("job").owner(BOB).timeout(LONG));

        time.advance(LEAST.minusNanos(1));
        assertThat(reader.future()).isNotDone();
        time.advance(Duration.ofNanos(1));

        assertThat(reader.granted().isHeld()).isTrue();
        assertThat(shared.isHeld()).isTrue();
    }

    @Test
    void aDowngradeCarriesTheRestOfTheTimeOn() {
        LockHandle writes = job().acquire();
        time.advance(SECOND);
        LockHandle reads = writes.downgrade();
        time.advance(SECOND);
        reads.close();
        writes.close();

        assertThat(reads.isHeld()).isFalse();
        locks.read("job").owner(BOB).acquire().close();
        time.advance(LEAST.minus(SECOND.multipliedBy(2)).minusNanos(1));
        assertThat(locks.write("job").owner(BOB).tryAcquire()).isEmpty();
        time.advance(Duration.ofNanos(1));
        assertIdle("job");
    }

    @Test
    void aThreadCannotUnlockWhatIsKept() {
        locks.write("job").holdAtLeast(LEAST).acquire().close();

        assertThatExceptionOfType(IllegalMonitorStateException.class)
                .isThrownBy(() -> locks.readWriteLock("job").writeLock().unlock());
        assertThat(locks.monitor().isLocked("job")).isTrue();
    }

    // --- leases ----------------------------------------------------------------------------------------------------

    @Test
    void aLeaseThatRunsOutFirstIsLostAndKeepsNothing() {
        locks = manager(settings -> settings.callbackExecutor(Runnable::run));
        AtomicInteger told = new AtomicInteger();
        LockHandle held = job().lease(SECOND).acquire();
        held.onLost(told::incrementAndGet);
        time.advance(SECOND);

        assertIdle("job");
        assertThat(told).hasValue(1);
        held.close();
        assertIdle("job");
    }

    @Test
    void aLeaseDoesNotEndWhatIsKept() {
        LockHandle held = job().lease(SECOND).acquire();
        held.extend(SECOND.multipliedBy(2));
        held.close();

        assertThat(time.scheduled()).isEqualTo(1);
        assertTakenUntilTheTimeHasCome();
        assertThat(locks.monitor().statistics("job").orElseThrow().write().expirations())
                .isZero();
    }

    // --- several locks ---------------------------------------------------------------------------------------------

    @Test
    void eachOfSeveralIsKeptForItself() {
        MultiLockHandle both = locks.all(
                        job(),
                        locks.write("desk").owner(ALICE),
                        job().resource("tool").holdAtLeast(SECOND))
                .acquire();
        both.close();

        assertThat(both.isHeld()).isFalse();
        assertIdle("desk");
        time.advance(SECOND);
        assertIdle("tool");
        time.advance(LEAST.minus(SECOND).minusNanos(1));
        assertThat(locks.monitor().isLocked("job")).isTrue();
        time.advance(Duration.ofNanos(1));
        assertIdle("job");
    }

    @Test
    void requestsForOneResourceAreKeptForTheLongerTime() {
        locks.all(locks.read("job").owner(ALICE).holdAtLeast(LEAST), writing().holdAtLeast(SECOND))
                .acquire()
                .close();

        assertTakenUntilTheTimeHasCome();
    }

    @Test
    void whatWasTakenInVainIsNotKept() {
        locks.write("tool").owner(BOB).acquire();
        MultiLock both = locks.all(job(), job().resource("tool")).timeout(SECOND);

        assertThat(both.tryAcquire()).isEmpty();
        assertIdle("job");
        Contender<MultiLockHandle> late = contenders.start("late", both::acquire);
        Contenders.untilWaiting(locks, "tool", 1);
        CompletableFuture<MultiLockHandle> cancelled = both.acquireAsync();
        time.advance(SECOND);

        assertThat(late.failure()).isInstanceOf(LockTimeoutException.class);
        assertThat(Contender.failureOf(cancelled)).isInstanceOf(LockTimeoutException.class);
        assertIdle("job");
    }

    // --- the manager -----------------------------------------------------------------------------------------------

    @Test
    void whatIsKeptIsNotForgotten() {
        locks = manager(settings -> settings.maxResources(0));
        LockHandle held = job().acquire();
        held.close();
        locks.write("other").acquire().close();

        assertThat(locks.write("job").owner(BOB).tryAcquire()).isEmpty();
        time.advance(LEAST);
        Contenders.until("it is forgotten", () -> locks.monitor().count().remembered() == 0);
        assertThat(locks.write("job").acquire().fencingToken()).isGreaterThan(held.fencingToken());
    }

    @Test
    void closingTheManagerDoesNotWaitForWhatIsKept() {
        locks = manager(settings -> settings.drain(LONG));
        job().acquire().close();

        contenders.start("closing", this::closed).result();

        assertThat(locks.monitor().isLocked("job")).isTrue();
        time.advance(LEAST);
        assertThat(locks.monitor().isLocked("job")).isFalse();
    }

    @Test
    void closingTheManagerEndsWhenTheLastOwnerHasClosed() {
        locks = manager(settings -> settings.drain(LONG));
        LockHandle held = job().acquire();
        Contender<Boolean> closing = contenders.start("closing", this::closed);
        Contenders.until("it waits", () -> time.sleeping() > 0);
        assertThat(closing.isDone()).isFalse();

        held.close();

        closing.result();
    }

    private boolean closed() {
        locks.close();
        return true;
    }
}
