package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockLimitException;
import dev.interlock.LockTimeoutException;
import dev.interlock.engine.InterlockManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What waits without a thread waits like everyone else, and leaves without a trace. */
abstract class AsyncContract extends Contract {

    AsyncContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    @Test
    void whatIsFreeIsHadWithoutAnybodyElse() {
        CompletableFuture<LockHandle> future = locks.write("door").acquireAsync();

        granted(future).close();
        assertIdle("door");
    }

    @Test
    void everyRequestWithoutAnOwnerIsAnOwnerOfItsOwn() {
        LockHandle one = granted(locks.write("door").acquireAsync());
        Pending other = queuedAsync(locks.write("door").timeout(LONG));

        one.close();

        assertThat(other.granted().owner()).isNotEqualTo(one.owner());
    }

    @Test
    void aNamedOwnerComesInAgain() {
        locks.write("door").owner(ALICE).acquire();

        assertThat(granted(locks.write("door").owner(ALICE).acquireAsync()).isHeld())
                .isTrue();
    }

    @Test
    void theDeadlineHoldsAndSaysWhoWasInTheWay() {
        locks.write("door").owner(ALICE).acquire();
        Pending late = queuedAsync(locks.write("door").owner(BOB).timeout(SECOND));

        time.advance(SECOND);

        assertThat(late.failure()).isInstanceOf(LockTimeoutException.class).hasMessageContaining("'alice'");
        assertThat(waiters("door")).isEmpty();
    }

    @Test
    @DisplayName("way 1: a cancelled future leaves the queue at once and holds nothing")
    void cancellingLeavesTheQueue() {
        LockHandle held = locks.write("door").owner(ALICE).acquire();
        int scheduled = time.scheduled();
        Pending cancelled = queuedAsync(locks.write("door").timeout(LONG));

        cancelled.cancel();

        assertThat(waiters("door")).isEmpty();
        assertThat(time.scheduled()).isEqualTo(scheduled);
        held.close();
        assertIdle("door");
    }

    @Test
    void completingItInAnyOtherWayLeavesTheQueueToo() {
        LockHandle held = locks.write("door").owner(ALICE).acquire();
        Pending one = queuedAsync(locks.write("door").timeout(LONG));
        Pending two = queuedAsync(locks.write("door").timeout(LONG));

        one.future().completeExceptionally(new IllegalStateException());
        two.future().obtrudeException(new IllegalStateException());
        two.cancel();

        assertThat(waitingOwners("door")).hasSizeLessThan(2);
        held.close();
    }

    @Test
    @DisplayName("way 2: cancelling while it is granted leaves no hold behind")
    void cancellingThatRacesAGrantLeavesNothingBehind() {
        for (int round = 0; round < 300; round++) {
            LockHandle held = locks.write("door").owner(ALICE).acquire();
            Pending racing = queuedAsync(locks.write("door").timeout(LONG));
            Contender<Void> releasing = contenders.start("releasing", () -> {
                held.close();
                return null;
            });
            if (!racing.future().cancel(false)) {
                racing.granted().close();
            }
            releasing.result();
            Contenders.untilIdle(locks, "door");
        }
        assertThat(locks.monitor().count().holds()).isZero();
    }

    @Test
    @DisplayName("way 15: continuations run outside the lock, so that they may use it")
    void continuationsMayUseTheLock() {
        LockHandle held = locks.write("door").owner(ALICE).acquire();
        CompletableFuture<Boolean> nested = queuedAsync(locks.write("door").owner(BOB))
                .future()
                .thenApply(handle -> {
                    boolean again = locks.write("door").owner(BOB).tryAcquire().isPresent();
                    handle.close();
                    return again && locks.monitor().status("door").isPresent();
                });

        held.close();

        assertThat(Contender.resultOf(nested)).isTrue();
    }

    @Test
    @DisplayName("way 15: a continuation that blocks keeps nobody from releasing or acquiring")
    void continuationsMayBlock() {
        CountDownLatch blocked = new CountDownLatch(1);
        LockHandle held = locks.read("door").owner(ALICE).acquire();
        Pending writer = queuedAsync(locks.write("door").timeout(SECOND));
        CompletableFuture<Void> stuck = writer.future().handle((handle, failure) -> {
            Contenders.until("the test lets go", () -> blocked.getCount() == 0);
            return null;
        });
        time.advance(SECOND);

        held.close();
        locks.write("door").owner(BOB).acquire().close();

        blocked.countDown();
        Contender.resultOf(stuck);
    }

    @Test
    void refusalsArriveInTheFuture() {
        locks = manager(settings -> settings.maxLocksPerOwner(1));
        locks.write("door").owner(ALICE).acquire();

        assertThat(Contender.failureOf(locks.write("gate").owner(ALICE).acquireAsync()))
                .isInstanceOf(LockLimitException.class);
        assertThat(Contender.failureOf(locks.write(" ").acquireAsync())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aThousandWaitersAreAllServed() throws ExecutionException, InterruptedException {
        LockHandle held = locks.write("door").owner(ALICE).acquire();
        List<CompletableFuture<Long>> tokens = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            tokens.add(locks.write("door").timeout(LONG).acquireAsync().thenApply(AsyncContract::useUp));
        }

        held.close();
        List<Long> inOrder = tokens.stream().map(Contender::resultOf).toList();

        assertThat(inOrder).isSorted().doesNotHaveDuplicates();
        assertIdle("door");
    }

    private static long useUp(LockHandle handle) {
        handle.close();
        return handle.fencingToken();
    }
}
