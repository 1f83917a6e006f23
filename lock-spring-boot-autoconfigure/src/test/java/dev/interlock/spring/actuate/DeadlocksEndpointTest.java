package dev.interlock.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.DeadlockException;
import dev.interlock.DeadlockPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.deadlock.OrderViolation;
import dev.interlock.engine.InterlockManager;
import dev.interlock.spring.actuate.DeadlocksEndpoint.Deadlocks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeadlocksEndpointTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private LockManager locks = InterlockManager.builder().node("orders-1").build();

    @AfterEach
    void end() {
        locks.close();
        threads.shutdownNow();
    }

    private Deadlocks seen() {
        return new DeadlocksEndpoint(locks.monitor()).deadlocks(null);
    }

    /** Takes one, and once the other thread has taken its own, asks for that. */
    private Future<?> crossing(String first, String second, String method, CountDownLatch bothHold) {
        return threads.submit(() -> {
            try (LockHandle mine = locks.write(first).acquire()) {
                bothHold.countDown();
                assertThat(bothHold.await(30, TimeUnit.SECONDS)).isTrue();
                locks.write(second).metadata(LockRequest.METHOD, method).run(() -> {});
            }
            return null;
        });
    }

    @Test
    void twoThreadsThatTakeTwoLocksInOppositeOrderAreSeenWhileTheyHang() throws Exception {
        CountDownLatch bothHold = new CountDownLatch(2);
        Future<?> one = crossing("account:1", "account:2", "Accounts.transfer", bothHold);
        Future<?> other = crossing("account:2", "account:1", "Accounts.audit", bothHold);
        await().until(() -> !locks.monitor().deadlocks().isEmpty());

        assertThat(seen().deadlocks()).singleElement().satisfies(deadlock -> {
            assertThat(deadlock.standing()).isTrue();
            assertThat(deadlock.victim()).isNull();
            assertThat(deadlock.text()).contains("and waits to WRITE 'account:1'");
            assertThat(deadlock.participants()).hasSize(2).allSatisfy(each -> {
                assertThat(each.node()).isEqualTo("orders-1");
                assertThat(each.thread()).startsWith("pool-");
                assertThat(each.mode()).isEqualTo(LockMode.WRITE);
                assertThat(each.since()).isNotNull();
                assertThat(each.stackTrace()).isNotEmpty();
            });
            assertThat(deadlock.participants())
                    .filteredOn(each -> "Accounts.transfer".equals(each.method()))
                    .singleElement()
                    .satisfies(each -> {
                        assertThat(each.holds()).isEqualTo(Map.of("account:1", LockMode.WRITE));
                        assertThat(each.waitsFor()).isEqualTo("account:2");
                    });
        });

        locks.monitor().forceRelease("account:1", "operator", "test");
        one.get(30, TimeUnit.SECONDS);
        other.get(30, TimeUnit.SECONDS);
        assertThat(seen().deadlocks()).singleElement().satisfies(deadlock -> assertThat(deadlock.standing())
                .isFalse());
    }

    @Test
    void whoWasGivenUpIsNamed() {
        locks = InterlockManager.builder().deadlocks(DeadlockPolicy.BREAK).build();
        LockOwner alice = LockOwner.named("alice");
        LockOwner bob = LockOwner.named("bob");
        locks.write("door").owner(alice).acquire();
        locks.write("gate").owner(bob).acquire();
        var alices = locks.write("gate").owner(alice).priority(9).acquireAsync();
        var bobs = locks.write("door").owner(bob).priority(1).acquireAsync();
        await().until(bobs::isDone);

        assertThat(bobs).isCompletedExceptionally();
        assertThat(bobs.handle((held, failure) -> failure).join()).isInstanceOf(DeadlockException.class);
        assertThat(seen().deadlocks()).singleElement().satisfies(deadlock -> {
            assertThat(deadlock.standing()).isFalse();
            assertThat(deadlock.victim()).isEqualTo("bob");
        });
        assertThat(alices).isNotDone();
    }

    @Test
    void locksTakenInOrdersThatDoNotAgreeAreSeenBeforeAnythingHangs() {
        nested("account:1", "order:1");
        nested("order:2", "account:2");

        assertThat(seen().deadlocks()).isEmpty();
        assertThat(seen().orderViolations()).singleElement().satisfies(violation -> {
            assertThat(violation.kind()).isEqualTo(OrderViolation.Kind.ORDER);
            assertThat(violation.order()).containsExactly("account", "order");
            assertThat(violation.text()).contains("account", "order", "instead");
            assertThat(violation.steps()).hasSize(2);
            assertThat(violation.steps().get(0)).satisfies(step -> {
                assertThat(step.heldResource()).isEqualTo("order:2");
                assertThat(step.askedResource()).isEqualTo("account:2");
                assertThat(step.heldMode()).isEqualTo(LockMode.WRITE);
                assertThat(step.method()).isEqualTo("Nested.inner");
                assertThat(step.thread()).isEqualTo(Thread.currentThread().getName());
            });
        });
        assertThat(locks.monitor().totals().nearMisses()).isEqualTo(1);
    }

    private void nested(String outer, String inner) {
        locks.write(outer).run(() -> locks.write(inner)
                .metadata(LockRequest.METHOD, "Nested.inner")
                .run(() -> {}));
    }

    @Test
    void whoWaitsTooLongIsSeenWithWhoIsInItsWay() {
        locks = InterlockManager.builder().longWait(Duration.ofMillis(1)).build();
        locks.write("door").owner(LockOwner.named("alice")).reason("inventory").acquire();
        var waiting = locks.read("door")
                .owner(LockOwner.named("bob"))
                .metadata(LockRequest.METHOD, "Doors.open")
                .acquireAsync();
        await().until(() -> !locks.monitor().longWaits().isEmpty());

        assertThat(seen().longWaits()).singleElement().satisfies(wait -> {
            assertThat(wait.resource()).isEqualTo("door");
            assertThat(wait.owner()).isEqualTo("bob");
            assertThat(wait.mode()).isEqualTo(LockMode.READ);
            assertThat(wait.method()).isEqualTo("Doors.open");
            assertThat(wait.waitingMs()).isPositive();
            assertThat(wait.blockedBy()).contains("'alice'");
            assertThat(wait.holders()).singleElement().satisfies(holder -> assertThat(holder.reason())
                    .isEqualTo("inventory"));
            assertThat(wait.stackTrace()).isEqualTo(List.of());
        });
        assertThat(waiting.cancel(false)).isTrue();
        assertThat(seen().longWaits()).isEmpty();
    }

    @Test
    void whoHoldsTooLongIsSeenUntilItEnds() {
        locks = InterlockManager.builder().longWait(Duration.ofMillis(1)).build();
        LockHandle held = locks.write("door").reason("inventory").acquire();
        assertThat(locks.read("door").owner(LockOwner.named("bob")).acquireAsync())
                .isNotDone();
        await().until(() -> !locks.monitor().longHolds().isEmpty());

        assertThat(seen().longHolds()).singleElement().satisfies(hold -> {
            assertThat(hold.resource()).isEqualTo("door");
            assertThat(hold.thread()).isEqualTo(Thread.currentThread().getName());
            assertThat(hold.waiting()).isEqualTo(1);
            assertThat(hold.holder().reason()).isEqualTo("inventory");
            assertThat(hold.holder().heldMs()).isPositive();
            assertThat(hold.threadStackTrace()).anyMatch(line -> line.contains("whoHoldsTooLongIsSeenUntilItEnds"));
        });
        held.close();
        assertThat(seen().longHolds()).isEmpty();
    }
}
