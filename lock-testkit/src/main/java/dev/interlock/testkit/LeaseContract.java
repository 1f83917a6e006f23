package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.LockHandle;
import dev.interlock.LockLostException;
import dev.interlock.LockRequest;
import dev.interlock.engine.InterlockManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A lease ends by itself, its holder learns of it first, and tokens only rise. */
abstract class LeaseContract extends Contract {

    LeaseContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    private LockRequest leased() {
        return locks.write("door").owner(ALICE).lease(SECOND);
    }

    @Test
    void aHoldEndsWithItsLeaseAndNotBefore() {
        LockHandle held = leased().acquire();
        assertThat(held.leaseExpiresAt()).contains(time.instant().plus(SECOND));

        time.advance(SECOND.minusNanos(1));
        assertThat(held.isHeld()).isTrue();
        assertThat(locks.write("door").owner(BOB).tryAcquire()).isEmpty();
        time.advance(Duration.ofNanos(1));

        assertThat(held.isHeld()).isFalse();
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(held::ensureHeld)
                .withMessageContaining("lease ran out")
                .withMessageContaining("'door'")
                .withMessageContaining("'alice'");
        assertIdle("door");
    }

    @Test
    void theNextWaiterIsGrantedWhenALeaseRunsOut() {
        leased().acquire();
        Contender<LockHandle> thread = queued(locks.write("door").owner(BOB).timeout(LONG));
        Pending pending = queuedAsync(locks.write("door").owner(CAROL).timeout(LONG));

        time.advance(SECOND);
        thread.result().close();

        assertThat(pending.granted().isHeld()).isTrue();
    }

    @Test
    void theHolderIsToldThatItLost() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(2);
        LockHandle held = leased().acquire();
        held.onLost(told::countDown);
        held.onLost(told::countDown);

        time.advance(SECOND);
        told.await();

        assertThat(held.isHeld()).isFalse();
    }

    @Test
    void whoAsksTooLateIsToldAtOnce() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        LockHandle held = leased().acquire();
        time.advance(SECOND);

        held.onLost(told::countDown);

        told.await();
    }

    @Test
    void aCloseIsNoLoss() {
        locks = manager(settings -> settings.callbackExecutor(Runnable::run));
        AtomicInteger told = new AtomicInteger();
        LockHandle held = leased().acquire();
        held.onLost(told::incrementAndGet);

        held.close();
        held.onLost(told::incrementAndGet);
        time.advance(SECOND);

        assertThat(told).hasValue(0);
    }

    @Test
    void whatOneIsToldMayThrowWithoutHarm() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        LockHandle held = leased().acquire();
        held.onLost(() -> {
            throw new IllegalStateException("on purpose");
        });
        held.onLost(told::countDown);

        time.advance(SECOND);

        told.await();
        assertIdle("door");
    }

    @Test
    void anExtensionCountsFromNow() {
        LockHandle held = leased().acquire();
        time.advance(Duration.ofMillis(900));

        held.extend(SECOND);

        assertThat(held.leaseExpiresAt()).contains(time.instant().plus(SECOND));
        time.advance(SECOND.minusNanos(1));
        assertThat(held.isHeld()).isTrue();
        time.advance(Duration.ofNanos(1));
        assertThat(held.isHeld()).isFalse();
    }

    @Test
    void anExtensionMayMakeTheLeaseShorter() {
        LockHandle held = leased().acquire();

        held.extend(Duration.ofMillis(10));
        time.advance(Duration.ofMillis(10));

        assertThat(held.isHeld()).isFalse();
        assertIdle("door");
    }

    @Test
    void aLateExtensionChangesNothingAndSaysSo() {
        LockHandle lost = leased().acquire();
        time.advance(SECOND);
        LockHandle next = locks.write("door").owner(BOB).lease(SECOND).acquire();

        assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> lost.extend(LONG));

        time.advance(SECOND);
        assertThat(next.isHeld()).isFalse();
    }

    @Test
    void aHoldWithoutALeaseStaysAsItIsWhenExtended() {
        LockHandle held = locks.write("door").acquire();

        held.extend(SECOND);

        assertThat(held.leaseExpiresAt()).isEmpty();
        time.advance(LONG);
        assertThat(held.isHeld()).isTrue();
    }

    @Test
    void aLateCloseDoesNotTouchTheNextHolder() {
        LockHandle lost = leased().acquire();
        time.advance(SECOND);
        LockHandle next = locks.write("door").owner(BOB).acquire();

        lost.close();

        assertThat(next.isHeld()).isTrue();
        assertThat(locks.write("door").owner(CAROL).tryAcquire()).isEmpty();
    }

    @Test
    void aClosedHoldLeavesNothingToRunOut() {
        int before = time.scheduled();
        for (int i = 0; i < 100; i++) {
            try (LockHandle held = leased().acquire()) {
                held.extend(LONG);
            }
        }
        assertThat(time.scheduled()).isEqualTo(before);
    }

    @Test
    void theLeaseOfTheTypeCountsWhereTheRequestNamesNone() {
        locks = manager(settings -> settings.type("door", door -> door.lease(SECOND)));
        LockHandle held = locks.write("door:1").acquire();
        LockHandle longer = locks.write("door:2").lease(LONG).acquire();

        time.advance(SECOND);

        assertThat(held.isHeld()).isFalse();
        assertThat(longer.isHeld()).isTrue();
    }

    @Test
    void aWaiterHasItsWholeLeaseFromTheGrant() {
        LockHandle held = locks.write("door").owner(BOB).acquire();
        Contender<LockHandle> waiting = queued(leased().timeout(LONG));
        time.advance(SECOND.multipliedBy(5));

        held.close();

        assertThat(waiting.result().leaseExpiresAt()).contains(time.instant().plus(SECOND));
        assertThat(waiting.result().isHeld()).isTrue();
    }

    @Test
    void oneReadersLeaseIsNotAnothers() {
        LockHandle brief = locks.read("door").owner(ALICE).lease(SECOND).acquire();
        LockHandle lasting = locks.read("door").owner(BOB).acquire();

        time.advance(SECOND);

        assertThat(brief.isHeld()).isFalse();
        assertThat(lasting.isHeld()).isTrue();
        assertThat(locks.write("door").owner(CAROL).tryAcquire()).isEmpty();
    }

    @Test
    void leasesLastLongerThanNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> locks.write("door").lease(Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> locks.write("door").lease(SECOND.negated()));
        LockHandle held = leased().acquire();
        assertThatIllegalArgumentException().isThrownBy(() -> held.extend(Duration.ZERO));
    }

    @Test
    void tokensRiseFromHoldToHold() {
        List<Long> tokens = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            tokens.add(tokenOf(locks.write("door")));
            tokens.add(tokenOf(locks.read("door")));
        }
        assertThat(tokens).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void tokensRiseAcrossExpiryAndForceRelease() {
        LockHandle expired = leased().acquire();
        time.advance(SECOND);
        LockHandle evicted = locks.write("door").owner(BOB).acquire();
        locks.monitor().forceRelease("door", "operator", "test");
        LockHandle last = locks.write("door").owner(CAROL).acquire();

        assertThat(evicted.fencingToken()).isGreaterThan(expired.fencingToken());
        assertThat(last.fencingToken()).isGreaterThan(evicted.fencingToken());
    }

    @Test
    void tokensRiseAlsoWhenTheResourceHasBeenForgotten() {
        locks = manager(settings -> settings.maxResources(0));
        long before = 0;
        for (int i = 0; i < 100; i++) {
            long token = tokenOf(locks.write("door"));
            assertThat(locks.monitor().count().remembered()).isZero();
            assertThat(token).isGreaterThan(before);
            before = token;
            tokenOf(locks.write("other"));
        }
    }

    @Test
    void tokensOfWaitersFollowTheOrderOfTheirGrants() {
        LockHandle first = locks.write("door").owner(ALICE).acquire();
        Pending second = queuedAsync(locks.write("door").owner(BOB));
        Pending third = queuedAsync(locks.read("door").owner(CAROL));

        first.close();
        LockHandle two = second.granted();
        two.close();

        assertThat(List.of(
                        first.fencingToken(),
                        two.fencingToken(),
                        third.granted().fencingToken()))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void whoComesInAgainWhileWritingKeepsTheToken() {
        LockHandle outer = locks.write("door").acquire();

        assertThat(tokenOf(locks.write("door"))).isEqualTo(outer.fencingToken());
        assertThat(tokenOf(locks.read("door"))).isEqualTo(outer.fencingToken());
    }

    private static long tokenOf(LockRequest request) {
        try (LockHandle held = request.acquire()) {
            return held.fencingToken();
        }
    }
}
