package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.interlock.LockHandle;
import dev.interlock.LockLostException;
import dev.interlock.LockMode;
import dev.interlock.LockRequest;
import dev.interlock.LockTimeoutException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.ModeStatistics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A hold that is closed before its least time keeps the resource taken until then, and its owner has done with it. */
abstract class KeepingContract extends Contract {

    static final Duration LEAST = Duration.ofSeconds(10);

    KeepingContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    private LockRequest job() {
        return locks.write("job").owner(ALICE).holdAtLeast(LEAST);
    }

    private LockRequest writing(String resource) {
        return locks.write(resource).owner(ALICE);
    }

    private static boolean isFree(LockRequest request) {
        Optional<LockHandle> taken = request.tryAcquire();
        taken.ifPresent(LockHandle::close);
        return taken.isPresent();
    }

    @Test
    void whatIsClosedEarlyStaysTakenUntilExactlyTheLeastTime() {
        LockHandle held = job().acquire();
        time.advance(SECOND);
        held.close();

        assertThat(isFree(locks.write("job").owner(BOB))).isFalse();
        time.advance(LEAST.minus(SECOND).minusNanos(1));
        assertThat(isFree(locks.write("job").owner(BOB))).isFalse();
        assertThat(isFree(locks.read("job").owner(BOB))).isFalse();
        time.advance(Duration.ofNanos(1));

        assertIdle("job");
    }

    @Test
    void whatIsClosedLaterIsReleasedAtOnce() {
        LockHandle held = job().acquire();
        time.advance(LEAST);
        assertThat(held.isHeld()).isTrue();

        held.close();

        assertIdle("job");
        assertThat(time.scheduled()).isZero();
    }

    @Test
    void theLeastTimeCountsFromTheGrant() {
        LockHandle before = locks.write("job").owner(BOB).acquire();
        Contender<LockHandle> waiting = queued(job().timeout(LONG));
        time.advance(LEAST);
        before.close();

        waiting.result().close();

        time.advance(LEAST.minusNanos(1));
        assertThat(locks.monitor().isLocked("job")).isTrue();
        time.advance(Duration.ofNanos(1));
        assertIdle("job");
    }

    @Test
    void noTimeIsNothingAndLessIsRefused() {
        job().holdAtLeast(Duration.ZERO).acquire().close();

        assertIdle("job");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> job().holdAtLeast(SECOND.negated()))
                .withMessageContaining("least time to hold");
        assertThatNullPointerException()
                .isThrownBy(() -> job().holdAtLeast(nothing()))
                .withMessageContaining("least time to hold");
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // to hand in what the signature forbids
    private static <T> T nothing() {
        return null;
    }

    @Test
    void theOwnerIsKeptOutLikeAnybody() {
        LockRequest mine = locks.write("job").holdAtLeast(LEAST);
        mine.acquire().close();
        job().resource("other").acquire().close();

        assertThat(mine.tryAcquire()).isEmpty();
        assertThat(locks.read("job").tryAcquire()).isEmpty();
        assertThat(locks.read("other").owner(ALICE).tryAcquire()).isEmpty();
        Pending again = queuedAsync(job().resource("other").timeout(LONG));
        time.advance(LEAST);
        assertThat(again.granted().isHeld()).isTrue();
        assertThat(isFree(mine)).isTrue();
        assertThat(isFree(mine))
                .as("kept again, now that the resource is known")
                .isFalse();
    }

    @Test
    void theHandleIsSpent() {
        locks = manager(settings -> settings.callbackExecutor(Runnable::run));
        AtomicInteger told = new AtomicInteger();
        LockHandle held = job().acquire();
        held.onLost(told::incrementAndGet);
        held.close();
        held.onLost(told::incrementAndGet);
        held.onPreemptionRequested(told::incrementAndGet);

        assertThat(held.isHeld()).isFalse();
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(held::ensureHeld)
                .withMessageContaining("it was closed");
        assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> held.extend(LONG));
        assertThatExceptionOfType(LockLostException.class).isThrownBy(held::downgrade);
        held.close();
        queuedAsync(locks.write("job").owner(BOB).priority(10).timeout(LONG));
        locks.monitor().forceRelease("job", "operator", "test");
        held.close();
        assertThat(told).hasValue(0);
    }

    @Test
    void whoWaitsIsGrantedWhenTheTimeHasCome() {
        LockHandle held = job().acquire();
        Contender<LockHandle> thread = queued(locks.write("job").owner(BOB).timeout(LONG));
        held.close();
        Pending pending = queuedAsync(locks.read("job").owner(CAROL).timeout(LONG));

        time.advance(LEAST.minusNanos(1));
        assertThat(waitingOwners("job")).containsExactly("bob", "carol");
        time.advance(Duration.ofNanos(1));
        thread.result().close();

        assertThat(pending.granted().isHeld()).isTrue();
    }

    @Test
    void sharedHoldsAreKeptShared() {
        LockHandle held = locks.read("job").owner(ALICE).holdAtLeast(LEAST).acquire();
        held.close();

        assertThat(isFree(locks.read("job").owner(BOB))).isTrue();
        assertThat(isFree(locks.read("job").owner(ALICE))).isTrue();
        assertThat(locks.write("job").owner(ALICE).tryAcquire()).isEmpty();
        time.advance(LEAST);
        assertIdle("job");
    }

    @Test
    void asynchronousHoldsAreKeptToo() {
        LockHandle before = locks.write("job").owner(BOB).acquire();
        Pending pending = queuedAsync(locks.write("job").holdAtLeast(LEAST).timeout(LONG));
        before.close();
        pending.granted().close();

        assertThat(locks.monitor().isLocked("job")).isTrue();
        time.advance(LEAST);
        granted(locks.write("job").holdAtLeast(LEAST).acquireAsync()).close();
        assertThat(locks.monitor().isLocked("job")).isTrue();
        time.advance(LEAST);
        assertIdle("job");
    }

    @Test
    void reportsNameTheOwnerAndTheTime() {
        LockHandle held =
                job().reason("nightly").metadata("run", "7").priority(6).acquire();
        LockHolder before = locks.monitor().holders("job").get(0);
        held.close();

        LockHolder kept = locks.monitor().holders("job").get(0);
        assertThat(before.keptUntil()).isNull();
        assertThat(kept.owner()).isEqualTo(ALICE);
        assertThat(kept.keptUntil()).isEqualTo(time.instant().plus(LEAST));
        assertThat(kept)
                .usingRecursiveComparison()
                .ignoringFields("ownerId", "keptUntil", "leaseExpiresAt")
                .isEqualTo(before);
        assertThat(kept.leaseExpiresAt()).isEqualTo(time.instant().plus(LEAST));
        assertThat(kept.mode()).isEqualTo(LockMode.WRITE);
        assertThat(locks.monitor().heldBy(ALICE)).containsExactly(kept);
        assertThat(locks.monitor().count().holds()).isEqualTo(1);
        assertThat(locks.monitor().count().waiters()).isZero();
    }

    @Test
    void aTimeoutSaysForHowLongItIsKept() {
        job().reason("nightly").acquire().close();

        assertThatExceptionOfType(LockTimeoutException.class)
                .isThrownBy(() -> job().timeout(Duration.ZERO).acquire())
                .withMessageContaining("held by 'alice, kept until 2026-01-01T00:00:10Z' in WRITE mode")
                .withMessageContaining("(nightly)");
    }

    @Test
    void whatIsKeptCountsAgainstNoLimit() {
        locks = manager(settings -> settings.maxLocksPerOwner(1));
        for (int i = 0; i < 5; i++) {
            job().resource("job:" + i).acquire().close();
            locks.write("mine:" + i).holdAtLeast(LEAST).acquire().close();
        }

        LockHandle one = writing("one").acquire();
        time.advance(LEAST);

        assertThat(locks.monitor().statuses()).hasSize(1);
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> writing("two").acquire());
        one.close();
    }

    @Test
    void whoWaitsForWhatIsKeptWaitsForNobody() {
        writing("tool").acquire();
        job().acquire().close();
        locks.write("desk").owner(BOB).acquire();
        queuedAsync(writing("desk").timeout(LONG));
        Pending second = queuedAsync(locks.write("job").owner(BOB).timeout(LONG));

        assertThat(locks.monitor().deadlocks()).isEmpty();
        assertThat(locks.monitor().recentDeadlocks()).isEmpty();
        time.advance(LEAST);
        assertThat(second.granted().isHeld()).isTrue();
    }

    @Test
    void aForcedReleaseEndsWhatIsKept() {
        LockHandle held = job().acquire();
        held.close();
        Pending next = queuedAsync(locks.write("job").owner(BOB).timeout(LONG));

        List<LockHolder> evicted = locks.monitor().forceRelease("job", "operator", "it must run now");

        assertThat(evicted).singleElement().satisfies(each -> {
            assertThat(each.owner()).isEqualTo(ALICE);
            assertThat(each.keptUntil()).isEqualTo(time.instant().plus(LEAST));
        });
        assertThat(next.granted().isHeld()).isTrue();
        assertThat(time.scheduled()).isZero();
        time.advance(LEAST);
        assertThat(next.granted().isHeld()).isTrue();
        next.granted().close();
        assertIdle("job");
    }

    @Test
    void itIsOneHoldAndOneRelease() {
        locks = manager(settings -> settings.historySize(100));
        LockHandle held = job().acquire();
        held.close();
        assertThat(statistics().releases()).isZero();
        assertThat(statistics().holders()).isEqualTo(1);

        time.advance(LEAST);

        assertThat(statistics().acquisitions()).isEqualTo(1);
        assertThat(statistics().releases()).isEqualTo(1);
        assertThat(statistics().expirations()).isZero();
        assertThat(statistics().forcedReleases()).isZero();
        assertThat(statistics().holders()).isZero();
        assertThat(statistics().held().max()).isEqualTo(LEAST);
        assertThat(locks.monitor().history("job"))
                .last()
                .isEqualTo(new LockEvent.Released(
                        "job", LockMode.WRITE, ALICE, time.instant(), held.fencingToken(), LEAST));
        assertThat(locks.monitor().history("job")).hasSize(2);
    }

    private ModeStatistics statistics() {
        return locks.monitor().statistics("job").orElseThrow().write();
    }
}
