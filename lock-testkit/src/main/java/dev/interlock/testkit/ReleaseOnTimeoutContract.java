package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.interlock.LockHandle;
import dev.interlock.LockLostException;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.LockTimeoutException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.ModeStatistics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever asked for it loses what it holds when a request of its times out. */
abstract class ReleaseOnTimeoutContract extends Contract {

    ReleaseOnTimeoutContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    @BeforeEach
    void bobHoldsTheDoor() {
        locks.write("door").owner(BOB).acquire();
    }

    /** In place of the first, with which it may share its locks. */
    private void another(UnaryOperator<InterlockManager.Builder> settings) {
        locks.monitor().forceRelease("door", "test", "another manager comes");
        locks = manager(settings);
        bobHoldsTheDoor();
    }

    private LockRequest forTheDoor() {
        return locks.write("door").timeout(SECOND).releaseHeldOnTimeout(true);
    }

    private Throwable timedOut(LockRequest request) {
        Pending pending = queuedAsync(request);
        time.advance(SECOND);
        return pending.failure();
    }

    private static void assertTakenFrom(LockOwner owner, LockHandle handle) {
        assertThat(handle.isHeld()).isFalse();
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(handle::ensureHeld)
                .withMessageContaining("'" + owner.name() + "' took it away: its request to WRITE 'door' timed out");
    }

    @Test
    void theMessageNamesWhatWasReleasedAndTheHandlesSayWhy() {
        LockHandle one = locks.write("gate").owner(ALICE).acquire();
        LockHandle other = locks.write("hatch").owner(ALICE).acquire();
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        one.onLost(() -> told.complete(true));

        assertThat(timedOut(forTheDoor().owner(ALICE)))
                .isInstanceOf(LockTimeoutException.class)
                .hasMessageContaining("'alice' could not WRITE-lock 'door' within 1s")
                .hasMessageContaining("held by 'bob'")
                .hasMessageContaining("so it lost what it held: ")
                .hasMessageContaining("WRITE hold on 'gate'")
                .hasMessageContaining("WRITE hold on 'hatch'");
        assertTakenFrom(ALICE, one);
        assertTakenFrom(ALICE, other);
        assertThat(told.orTimeout(20, TimeUnit.SECONDS).join()).isTrue();
        assertThat(locks.monitor().isLocked("door")).isTrue();
    }

    @Test
    void nothingIsReleasedUnlessThatIsAskedFor() {
        LockHandle held = locks.write("gate").owner(ALICE).acquire();

        assertThat(timedOut(locks.write("door").timeout(SECOND).owner(ALICE))).hasMessageNotContaining("lost");
        assertThat(timedOut(forTheDoor().releaseHeldOnTimeout(false).owner(ALICE)))
                .hasMessageNotContaining("lost");

        assertThat(held.isHeld()).isTrue();
    }

    @Test
    void whoHoldsNothingLosesNothing() {
        locks.write("gate").owner(CAROL).acquire();

        assertThat(timedOut(forTheDoor().owner(ALICE))).hasMessageEndingWith("; 0 others wait");
    }

    @Test
    void othersGetOnWithAHigherToken() {
        LockHandle held = locks.write("gate").owner(ALICE).acquire();
        Pending next = queuedAsync(locks.write("gate").owner(CAROL).timeout(LONG));

        timedOut(forTheDoor().owner(ALICE));

        assertThat(next.granted().fencingToken()).isGreaterThan(held.fencingToken());
    }

    @Test
    void aThreadLosesItsOwnAndMayGoOn() {
        LockHandle held = contenders
                .start("thread", () -> {
                    LockHandle mine = locks.write("gate").acquire();
                    assertThatExceptionOfType(LockTimeoutException.class)
                            .isThrownBy(
                                    () -> forTheDoor().timeout(Duration.ZERO).acquire())
                            .withMessageContaining("so it lost what it held: WRITE hold on 'gate'");
                    mine.close();
                    LockHandle again = locks.write("gate").acquire();
                    locks.write("hatch").acquire().close();
                    again.close();
                    return mine;
                })
                .result();

        assertThat(held.isHeld()).isFalse();
        assertIdle("gate");
    }

    @Test
    void aThreadThatWaitsLosesItsOwn() {
        Contender<Throwable> waits = contenders.start("thread", () -> {
            try (LockHandle mine = locks.write("gate").acquire()) {
                return catchThrowable(() -> forTheDoor().acquire());
            }
        });
        Contenders.untilWaiting(locks, "door", 1);
        time.advance(SECOND);

        assertThat(waits.result()).hasMessageContaining("WRITE hold on 'gate'");
        assertIdle("gate");
    }

    @Test
    void everyNestedHoldGoes() {
        LockHandle outer = locks.write("gate").owner(ALICE).acquire();
        LockHandle inner = locks.write("gate").owner(ALICE).acquire();
        LockHandle innermost = locks.write("gate").owner(ALICE).acquire().downgrade();

        timedOut(forTheDoor().owner(ALICE));

        for (LockHandle each : List.of(outer, inner, innermost)) {
            assertTakenFrom(ALICE, each);
            each.close();
        }
        assertIdle("gate");
    }

    @Test
    void distributedHoldsGoToo() {
        another(settings -> settings.distributedLocally(true));
        LockHandle held = locks.distributed("gate").owner(ALICE).acquire();

        timedOut(forTheDoor().owner(ALICE));

        assertTakenFrom(ALICE, held);
    }

    @Test
    void whatIsTakenAfterwardsStays() {
        locks.write("gate").owner(ALICE).acquire();
        timedOut(forTheDoor().owner(ALICE));
        LockHandle later = locks.write("gate").owner(ALICE).acquire();

        assertThat(later.isHeld()).isTrue();
        assertThat(locks.monitor().heldBy(ALICE))
                .extracting(LockHolder::resource)
                .containsExactly("gate");
    }

    @Test
    void closingAfterwardsChangesNothing() {
        LockHandle lost = locks.write("gate").owner(ALICE).acquire();
        timedOut(forTheDoor().owner(ALICE));
        LockHandle next = locks.write("gate").owner(ALICE).acquire();

        lost.close();

        assertThat(next.isHeld()).isTrue();
        assertThat(locks.monitor().holders("gate")).hasSize(1);
    }

    @Test
    void whatAllHasTakenSoFarGoesToo() {
        LockHandle held = locks.write("gate").owner(ALICE).acquire();
        CompletableFuture<?> all = locks.all(
                        locks.write("attic").owner(ALICE).timeout(SECOND).releaseHeldOnTimeout(true),
                        locks.write("door").owner(ALICE).timeout(SECOND))
                .acquireAsync();
        Contenders.untilWaiting(locks, "door", 1);
        time.advance(SECOND);

        assertThat(Contender.failureOf(all))
                .hasMessageContaining("WRITE hold on 'gate'")
                .hasMessageContaining("WRITE hold on 'attic'");
        assertTakenFrom(ALICE, held);
        assertIdle("attic");
    }

    @Test
    void aQuestionReleasesNothing() {
        LockHandle held = locks.write("gate").owner(ALICE).acquire();

        assertThat(forTheDoor().owner(ALICE).tryAcquire()).isEmpty();
        assertThat(locks.all(forTheDoor().owner(ALICE)).tryAcquire()).isEmpty();
        Pending cancelled = queuedAsync(forTheDoor().owner(ALICE));
        cancelled.cancel();

        assertThat(held.isHeld()).isTrue();
    }

    @Test
    void aTimeoutOfZeroCounts() {
        LockHandle held = locks.write("gate").owner(ALICE).acquire();

        assertThatExceptionOfType(LockTimeoutException.class)
                .isThrownBy(
                        () -> forTheDoor().timeout(Duration.ZERO).owner(ALICE).acquire());

        assertTakenFrom(ALICE, held);
    }

    @Test
    void whatIsKeptOfAClosedHoldStaysTaken() {
        LockHandle held = locks.write("gate").owner(ALICE).acquire();
        locks.write("job").owner(ALICE).holdAtLeast(LONG).acquire().close();

        timedOut(forTheDoor().owner(ALICE));

        assertTakenFrom(ALICE, held);
        assertThat(locks.monitor().isLocked("job")).isTrue();
        locks.monitor().forceRelease("job", "test", "the test is over");
    }

    @Test
    void theManagerMayHaveItSoButNotTheLockPair() {
        another(settings -> settings.releaseHeldOnTimeout(true));
        contenders
                .start("thread", () -> {
                    LockHandle mine = locks.write("gate").acquire();
                    assertThat(locks.readWriteLock("door").writeLock().tryLock(0, TimeUnit.SECONDS))
                            .isFalse();
                    assertThat(mine.isHeld()).isTrue();
                    assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> locks.write("door")
                            .timeout(Duration.ZERO)
                            .releaseHeldOnTimeout(false)
                            .acquire());
                    assertThat(mine.isHeld()).isTrue();
                    assertThatExceptionOfType(LockTimeoutException.class)
                            .isThrownBy(() ->
                                    locks.write("door").timeout(Duration.ZERO).acquire());
                    assertThat(mine.isHeld()).isFalse();
                    return true;
                })
                .result();
    }

    @Test
    void itIsCountedAndToldAsAForcedRelease() {
        List<LockEvent> heard = new CopyOnWriteArrayList<>();
        another(settings -> settings.listener(heard::add));
        locks.write("gate").owner(ALICE).acquire();

        timedOut(forTheDoor().owner(ALICE));

        Contenders.until("the release is told", () -> heard.stream()
                .anyMatch(event -> event instanceof LockEvent.ForceReleased));
        assertThat(heard)
                .filteredOn(event -> event instanceof LockEvent.ForceReleased)
                .singleElement()
                .asInstanceOf(type(LockEvent.ForceReleased.class))
                .satisfies(event -> {
                    assertThat(event.resource()).isEqualTo("gate");
                    assertThat(event.owner()).isEqualTo(ALICE);
                    assertThat(event.who()).isEqualTo("alice");
                    assertThat(event.why()).isEqualTo("its request to WRITE 'door' timed out");
                });
        assertThat(writes("gate").forcedReleases()).isEqualTo(1);
        assertThat(writes("gate").holders()).isZero();
        assertThat(writes("door").timeouts()).isEqualTo(1);
    }

    private ModeStatistics writes(String resource) {
        return locks.monitor().statistics(resource).orElseThrow().write();
    }
}
