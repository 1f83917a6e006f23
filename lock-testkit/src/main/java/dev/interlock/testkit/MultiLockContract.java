package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.interlock.LockHandle;
import dev.interlock.LockInterruptedException;
import dev.interlock.LockLostException;
import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockRequest;
import dev.interlock.LockTimeoutException;
import dev.interlock.LockUpgradeException;
import dev.interlock.MultiLock;
import dev.interlock.MultiLockHandle;
import dev.interlock.engine.InterlockManager;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Several locks: all of them or none, in one order, within one deadline. */
abstract class MultiLockContract extends Contract {

    MultiLockContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    private MultiLock both() {
        return locks.all(
                locks.write("b").owner(ALICE).timeout(LONG),
                locks.write("a").owner(ALICE).timeout(LONG));
    }

    private static List<String> named(Collection<LockRequest> requests) {
        return requests.stream().map(LockRequest::resource).toList();
    }

    @Test
    void allAreTakenInTheOrderOfTypeAndName() {
        MultiLock all =
                locks.all(locks.read("b:1"), locks.write("a:2"), locks.read("a"), locks.read("a:10"), locks.read("a!"));

        assertThat(named(all.requests())).containsExactly("a", "a:2", "a:10", "a!", "b:1");
        try (MultiLockHandle held = all.acquire()) {
            assertThat(held.handles())
                    .extracting(LockHandle::resource)
                    .containsExactly("a", "a:2", "a:10", "a!", "b:1");
            assertThat(held.isHeld()).isTrue();
        }
        assertThat(locks.monitor().count().holds()).isZero();
    }

    @Test
    void requestsForOneResourceAreMergedIntoTheStrongerMode() {
        MultiLock all = locks.all(List.of(locks.read("door"), locks.write("door"), locks.read("door")));

        try (MultiLockHandle held = all.acquire()) {
            assertThat(held.handles()).singleElement().satisfies(handle -> assertThat(handle.mode())
                    .isEqualTo(LockMode.WRITE));
            assertThat(held.handle("door")).isPresent();
            assertThat(held.handle("gate")).isEmpty();
        }
    }

    @Test
    void theLongestTimeoutAmongThemIsTheDeadlineOfAll() {
        locks.write("b").owner(BOB).acquire();
        MultiLock all = locks.all(
                locks.write("a").owner(ALICE).timeout(Duration.ofSeconds(5)),
                locks.write("b").owner(ALICE).timeout(Duration.ofSeconds(1)),
                locks.read("b").owner(ALICE).timeout(Duration.ofSeconds(9)));
        Contender<MultiLockHandle> waiting = contenders.start("waiting", all::acquire);
        Contenders.untilWaiting(locks, "b", 1);

        time.advance(Duration.ofSeconds(9).minusNanos(1));
        assertThat(waiters("b")).hasSize(1);
        time.advance(Duration.ofNanos(1));

        assertThat(waiting.failure()).isInstanceOf(LockTimeoutException.class);
    }

    @Test
    void oneDeadlineCoversAllOfThem() {
        LockHandle first = locks.write("a").owner(BOB).acquire();
        locks.write("b").owner(BOB).acquire();
        Contender<MultiLockHandle> waiting = contenders.start("waiting", both().timeout(SECOND)::acquire);
        Contenders.untilWaiting(locks, "a", 1);

        time.advance(Duration.ofMillis(700));
        first.close();
        Contenders.untilWaiting(locks, "b", 1);
        time.advance(Duration.ofMillis(300));

        assertThat(waiting.failure()).isInstanceOf(LockTimeoutException.class).hasMessageContaining("'b'");
        assertIdle("a");
    }

    @Test
    void whatWasTakenIsGivenBackWhenOneCannotBeHad() {
        locks.write("b").owner(BOB).acquire();

        assertThat(both().tryAcquire()).isEmpty();
        assertThatExceptionOfType(LockTimeoutException.class)
                .isThrownBy(() -> both().timeout(Duration.ZERO).acquire());
        assertThat(locks.monitor().isLocked("a")).isFalse();
        assertThat(locks.monitor().heldBy(ALICE)).isEmpty();
    }

    @Test
    void whatWasTakenIsGivenBackOnAnInterruptAndOnARefusal() {
        locks.read("b").owner(ALICE).acquire();
        assertThatExceptionOfType(LockUpgradeException.class).isThrownBy(() -> both().acquire());
        assertThat(locks.monitor().isLocked("a")).isFalse();

        locks.read("b").owner(BOB).acquire();
        MultiLock all = locks.all(
                locks.write("a").owner(CAROL), locks.write("b").owner(CAROL).timeout(LONG));
        Contender<MultiLockHandle> waiting = contenders.start("waiting", all::acquire);
        Contenders.untilWaiting(locks, "b", 1);
        waiting.interrupt();
        assertThat(waiting.failure()).isInstanceOf(LockInterruptedException.class);
        assertThat(locks.monitor().isLocked("a")).isFalse();
    }

    @Test
    void whoeverTakesTheSameLocksInAnotherOrderDoesNotDeadlock() {
        List<Contender<Integer>> threads = List.of(
                contenders.start("one", () -> takeOften("x", "y")),
                contenders.start("other", () -> takeOften("y", "x")));

        threads.forEach(Contender::result);

        assertThat(locks.monitor().recentDeadlocks()).isEmpty();
    }

    private int takeOften(String one, String other) {
        for (int i = 0; i < 500; i++) {
            locks.all(locks.write(one).timeout(LONG), locks.write(other).timeout(LONG))
                    .run(() -> {});
        }
        return 500;
    }

    @Test
    void withoutWaitingAllMeansAll() {
        assertThat(both().tryAcquire()).hasValueSatisfying(held -> {
            assertThat(held.isHeld()).isTrue();
            held.close();
        });
        assertThat(locks.monitor().count().holds()).isZero();
    }

    @Test
    void withoutAThreadAllAreTakenByOneOwner() {
        LockHandle held = locks.write("b").owner(BOB).acquire();
        CompletableFuture<MultiLockHandle> all = locks.all(
                        locks.write("b").timeout(LONG), locks.write("a").timeout(LONG))
                .acquireAsync();
        Contenders.until("the first one is taken", () -> locks.monitor().isLocked("a"));
        assertThat(all).isNotDone();

        held.close();
        MultiLockHandle both = Contender.resultOf(all);

        assertThat(both.handles().stream().map(LockHandle::owner).distinct()).hasSize(1);
        both.close();
        assertThat(locks.monitor().count().holds()).isZero();
    }

    @Test
    void cancellingGivesBackWhatWasTakenAndLeavesTheQueue() {
        locks.write("b").owner(BOB).acquire();
        CompletableFuture<MultiLockHandle> all = both().acquireAsync();
        Contenders.untilWaiting(locks, "b", 1);

        all.cancel(false);

        Contenders.untilIdle(locks, "a");
        assertThat(waiters("b")).isEmpty();
    }

    @Test
    void completingItInAnyOtherWayGivesBackToo() {
        locks.write("b").owner(BOB).acquire();
        CompletableFuture<MultiLockHandle> all = both().acquireAsync();
        Contenders.untilWaiting(locks, "b", 1);

        all.completeExceptionally(new IllegalStateException());

        Contenders.untilIdle(locks, "a");
        assertThat(waiters("b")).isEmpty();
    }

    @Test
    void theDeadlineHoldsWithoutAThreadToo() {
        locks.write("b").owner(BOB).acquire();
        CompletableFuture<MultiLockHandle> all = both().timeout(SECOND).acquireAsync();
        Contenders.untilWaiting(locks, "b", 1);

        time.advance(SECOND);

        assertThat(Contender.failureOf(all)).isInstanceOf(LockTimeoutException.class);
        Contenders.untilIdle(locks, "a");
    }

    @Test
    void theHandleLosesWhenOneOfThemDoes() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        AtomicInteger times = new AtomicInteger();
        MultiLockHandle held = both().acquire();
        held.onLost(() -> {
            times.incrementAndGet();
            told.countDown();
        });

        locks.monitor().forceRelease("b", "operator", "test");
        told.await();

        assertThat(held.isHeld()).isFalse();
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(held::ensureHeld)
                .withMessageContaining("'b'");
        locks.monitor().forceRelease("a", "operator", "test");
        held.close();
        assertThat(times).hasValue(1);
    }

    @Test
    void closingReleasesTheRestThoughOneIsLost() {
        MultiLockHandle held = both().acquire();
        locks.monitor().forceRelease("b", "operator", "test");

        held.close();
        held.close();

        assertThat(locks.monitor().count().holds()).isZero();
    }

    @Test
    void nobodyGetsAllIfOneWasTakenAwayMeanwhile() {
        LockHandle last = locks.write("b").owner(BOB).acquire();
        Contender<MultiLockHandle> waiting = contenders.start("waiting", both()::acquire);
        Contenders.untilWaiting(locks, "b", 1);

        locks.monitor().forceRelease("a", "operator", "test");
        last.close();

        assertThat(waiting.failure()).isInstanceOf(LockLostException.class).hasMessageContaining("'a'");
        assertIdle("b");
    }

    @Test
    void norWithoutAThread() {
        LockHandle last = locks.write("b").owner(BOB).acquire();
        CompletableFuture<MultiLockHandle> waiting = both().acquireAsync();
        Contenders.untilWaiting(locks, "b", 1);

        locks.monitor().forceRelease("a", "operator", "test");
        last.close();

        assertThat(Contender.failureOf(waiting))
                .isInstanceOf(LockLostException.class)
                .hasMessageContaining("'a'");
        assertIdle("b");
    }

    @Test
    void runAndCallHoldAllOfThemMeanwhile() {
        int held = both().call(() -> locks.monitor().count().holds());

        assertThat(held).isEqualTo(2);
        assertThat(locks.monitor().count().holds()).isZero();
    }

    @Test
    void oneMayComeInAgain() {
        locks.write("a").owner(ALICE).acquire();

        assertThat(both().tryAcquire()).isPresent();
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        LockManager other = manager(settings -> settings);
        assertThatIllegalArgumentException().isThrownBy(() -> locks.all());
        assertThatIllegalArgumentException().isThrownBy(() -> locks.all(other.write("a")));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        locks.all(locks.write("a").owner(ALICE), locks.read("a").owner(BOB)))
                .withMessageContaining("'a'");
        assertThatIllegalArgumentException().isThrownBy(() -> both().timeout(SECOND.negated()));
        assertThatNullPointerException().isThrownBy(() -> both().timeout(nothing()));
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // to hand in what the signature forbids
    private static <T> T nothing() {
        return null;
    }
}
