package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.CyclicDependencyException;
import dev.interlock.LockHandle;
import dev.interlock.LockLimitException;
import dev.interlock.LockMode;
import dev.interlock.LockRequest;
import dev.interlock.MultiLockHandle;
import dev.interlock.ResourceBusyException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.entity.EntityRegistry;
import dev.interlock.event.LockEvent;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A lock is not given to whoever asks for it on condition that nobody writes what it depends on, while somebody does. */
abstract class DependencyContract extends Contract {

    private static final String ORDER = "order:1";
    private static final String CUSTOMER = "customer:42";
    private static final String REGION = "region:north";
    private static final int ATTEMPTS = 150;

    DependencyContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    /** An order depends on its customer, who depends on a region. */
    private LockRequest order() {
        locks.dependencies().declare(ORDER, CUSTOMER);
        locks.dependencies().declare(CUSTOMER, REGION);
        return locks.write(ORDER).owner(ALICE).timeout(LONG).checkDependencies();
    }

    private LockHandle bobWrites(String resource) {
        return locks.write(resource).owner(BOB).reason("moving house").acquire();
    }

    private void assertBusy(LockRequest request, String dependency) {
        int before = locks.monitor().heldBy(ALICE).size();
        assertThatExceptionOfType(ResourceBusyException.class)
                .isThrownBy(request::acquire)
                .satisfies(busy -> assertThat(busy.dependency()).isEqualTo(dependency));
        assertThat(locks.monitor().heldBy(ALICE)).hasSize(before);
    }

    @Test
    void aRequestIsRefusedWhileSomebodyWritesWhatItDependsOn() {
        LockRequest order = order();
        LockHandle written = bobWrites(CUSTOMER);

        assertThatExceptionOfType(ResourceBusyException.class)
                .isThrownBy(order::acquire)
                .withMessageContaining("'alice' could not WRITE-lock 'order:1'")
                .withMessageContaining("'customer:42', which 'bob' on node '"
                        + locks.monitor().node() + "' writes since "
                        + written.acquiredAt().toString().substring(0, 10))
                .withMessageContaining("moving house")
                .withMessageContaining("all(…)")
                .satisfies(busy -> {
                    assertThat(busy.resource()).contains(ORDER);
                    assertThat(busy.mode()).contains(LockMode.WRITE);
                    assertThat(busy.owner()).contains(ALICE);
                    assertThat(busy.dependency()).isEqualTo(CUSTOMER);
                    assertThat(busy.holders()).singleElement().satisfies(holder -> assertThat(holder.owner())
                            .isEqualTo(BOB));
                });
        assertIdle(ORDER);
        written.close();

        assertThat(order.acquire().isHeld()).isTrue();
    }

    @Test
    void itIsRefusedForWhatItDependsOnByWayOfOthers() {
        LockRequest order = order();
        LockHandle written = bobWrites(REGION);

        assertBusy(order, REGION);
        written.close();

        assertThat(order.acquire().isHeld()).isTrue();
    }

    @Test
    void aReaderIsRefusedAsAWriterIs() {
        order();
        bobWrites(CUSTOMER);

        assertBusy(locks.read(ORDER).owner(ALICE).checkDependencies(), CUSTOMER);
    }

    @Test
    void whoeverDoesNotAskForItIsNot() {
        order();
        bobWrites(CUSTOMER);

        assertThat(locks.write(ORDER).owner(ALICE).tryAcquire()).isPresent();
    }

    @Test
    void readersOfADependencyAreNotInTheWay() {
        LockRequest order = order();
        locks.read(CUSTOMER).owner(BOB).acquire();

        assertThat(order.acquire().isHeld()).isTrue();
    }

    @Test
    void aWriterWhoReadsByNowIsNotInTheWay() {
        LockRequest order = order();
        bobWrites(CUSTOMER).downgrade();

        assertThat(order.acquire().isHeld()).isTrue();
    }

    @Test
    void whatDependsOnTheResourceIsNotInTheWay() {
        locks.dependencies().declare("invoice:7", ORDER);
        LockRequest order = order();
        bobWrites("invoice:7");

        assertThat(order.acquire().isHeld()).isTrue();
    }

    @Test
    void whatTheOwnerItselfWritesIsNotInTheWay() {
        LockRequest order = order();
        LockHandle own = locks.write(CUSTOMER).owner(ALICE).acquire();

        LockHandle held = contenders.start("another thread", order::acquire).result();

        assertThat(held.isHeld()).isTrue();
        own.close();
        bobWrites(CUSTOMER);
        assertBusy(order, CUSTOMER);
        assertThat(held.isHeld()).isTrue();
    }

    @Test
    void aThreadIsAnOwnerAsAnyOther() {
        order();
        locks.write(CUSTOMER).acquire();

        assertThat(locks.write(ORDER).checkDependencies().tryAcquire()).isPresent();
        assertThat(contenders
                        .start("other", () -> locks.write(ORDER)
                                .timeout(Duration.ZERO)
                                .checkDependencies()
                                .acquire())
                        .failure())
                .isNotNull();
    }

    @Test
    void whatIsOnlyKeptForALeastTimeIsInTheWayOfEverybody() {
        order();
        LockRequest mine = locks.write(ORDER).checkDependencies();
        locks.write(CUSTOMER).holdAtLeast(SECOND).acquire().close();

        assertThatExceptionOfType(ResourceBusyException.class)
                .isThrownBy(mine::acquire)
                .withMessageContaining("kept until");
        time.advance(SECOND);

        assertThat(mine.acquire().isHeld()).isTrue();
    }

    @Test
    void whatWasLostIsNotInTheWay() {
        LockRequest order = order();
        locks.write(CUSTOMER).owner(BOB).lease(SECOND).acquire();
        assertBusy(order, CUSTOMER);

        time.advance(SECOND);
        Contenders.untilIdle(locks, CUSTOMER);

        assertThat(order.acquire().isHeld()).isTrue();
    }

    @Test
    void whatIsDeclaredAndRemovedCountsFromThenOn() {
        LockRequest order = locks.write(ORDER).owner(ALICE).checkDependencies();
        bobWrites(CUSTOMER);
        order.acquire().close();

        locks.dependencies().declare(ORDER, CUSTOMER);
        assertBusy(order, CUSTOMER);
        locks.dependencies().remove(ORDER, CUSTOMER);

        assertThat(order.acquire().isHeld()).isTrue();
    }

    // --- however it is asked for -----------------------------------------------------------------------------------

    @Test
    void tryingIsRefusedRatherThanAnsweredWithNothing() {
        LockRequest order = order();
        bobWrites(CUSTOMER);

        assertThatExceptionOfType(ResourceBusyException.class).isThrownBy(order::tryAcquire);
        assertIdle(ORDER);
    }

    @Test
    void whoCannotHaveTheLockAnywayIsToldThat() {
        LockRequest order = order();
        bobWrites(CUSTOMER);
        locks.write(ORDER).owner(CAROL).acquire();

        assertThat(order.tryAcquire()).isEmpty();
    }

    @Test
    void nothingIsRunWithoutTheLock() {
        LockRequest order = order();
        bobWrites(CUSTOMER);
        AtomicBoolean ran = new AtomicBoolean();

        assertThatExceptionOfType(ResourceBusyException.class).isThrownBy(() -> order.run(() -> ran.set(true)));

        assertThat(ran).isFalse();
        assertIdle(ORDER);
    }

    @Test
    void aFutureFailsAndHoldsNothing() {
        LockRequest order = order();
        LockHandle written = bobWrites(CUSTOMER);

        assertThat(Contender.failureOf(order.acquireAsync())).isInstanceOf(ResourceBusyException.class);
        assertIdle(ORDER);
        written.close();

        LockHandle held = granted(order.acquireAsync());
        assertThat(held.isHeld()).isTrue();
        assertThat(held.owner()).isEqualTo(ALICE);
    }

    @Test
    void aFutureWhoseOwnerWritesTheDependencyIsGranted() {
        LockRequest order = order();
        locks.write(CUSTOMER).owner(ALICE).acquire();

        assertThat(granted(order.acquireAsync()).isHeld()).isTrue();
    }

    @Test
    void whoeverWaitsIsCheckedWhenItsTurnHasCome() {
        LockRequest order = order();
        LockHandle held = locks.write(ORDER).owner(CAROL).acquire();
        Contender<LockHandle> waiting = queued(order);
        Contender<LockHandle> next = queued(locks.write(ORDER).owner(DAVE).timeout(LONG));
        bobWrites(CUSTOMER);

        held.close();

        assertThat(waiting.failure()).isInstanceOf(ResourceBusyException.class);
        assertThat(next.result().isHeld()).isTrue();
    }

    @Test
    void whoeverIsWaitedForByAFutureIsCheckedWhenItsTurnHasCome() {
        LockRequest order = order();
        LockHandle held = locks.write(ORDER).owner(CAROL).acquire();
        Pending waiting = queuedAsync(order);
        Pending next = queuedAsync(locks.write(ORDER).owner(DAVE).timeout(LONG));
        LockHandle written = bobWrites(CUSTOMER);

        held.close();

        assertThat(waiting.failure()).isInstanceOf(ResourceBusyException.class);
        LockHandle daves = next.granted();
        Pending again = queuedAsync(order);
        written.close();
        daves.close();
        assertThat(again.granted().isHeld()).isTrue();
    }

    @Test
    void aRequestIsNotChangedByOneThatChecks() {
        LockRequest plain = locks.write(ORDER).owner(ALICE);
        LockRequest checking = order().resource("order:2").priority(7).reason("closing");
        locks.dependencies().declare("order:2", CUSTOMER);
        bobWrites(CUSTOMER);

        assertThat(plain.tryAcquire()).isPresent();
        assertBusy(checking, CUSTOMER);
    }

    @Test
    void aRegistryOfEntitiesChecksIfItsRequestsDo() {
        order();
        EntityRegistry<String, Integer> orders = EntityRegistry.<String, Integer>of(locks, "order", id -> "order " + id)
                .with(LockRequest::checkDependencies);
        LockHandle written = bobWrites(CUSTOMER);
        assertThatExceptionOfType(ResourceBusyException.class).isThrownBy(() -> orders.forWrite(1, order -> order));
        written.close();

        assertThat(orders.<String, RuntimeException>forWrite(1, order -> order)).isEqualTo("order 1");
    }

    // --- several at once -------------------------------------------------------------------------------------------

    @Test
    void ofSeveralNoneIsHeldWhereOneIsRefused() {
        LockRequest order = order();
        LockHandle written = bobWrites(REGION);
        LockRequest other = locks.write("account:1").owner(ALICE);

        assertThatExceptionOfType(ResourceBusyException.class)
                .isThrownBy(() -> locks.all(other, order).acquire())
                .satisfies(busy -> assertThat(busy.resource()).contains(ORDER));
        assertThatExceptionOfType(ResourceBusyException.class)
                .isThrownBy(() -> locks.all(other, order).tryAcquire());
        assertThat(Contender.failureOf(locks.all(other, order).acquireAsync()))
                .isInstanceOf(ResourceBusyException.class);
        assertIdle(ORDER);
        assertIdle("account:1");
        written.close();

        try (MultiLockHandle held = locks.all(other, order).acquire()) {
            assertThat(held.isHeld()).isTrue();
        }
        assertThat(Contender.resultOf(locks.all(other, order).acquireAsync()).isHeld())
                .isTrue();
    }

    @Test
    void whatIsTakenTogetherIsNotInTheWayOfItself() {
        LockRequest order = order();
        LockRequest customer = locks.write(CUSTOMER).owner(ALICE);

        try (MultiLockHandle held = locks.all(customer, order).acquire()) {
            assertThat(held.isHeld()).isTrue();
        }
        assertThat(locks.all(customer, order).tryAcquire()).isPresent();
    }

    @Test
    void whatIsAskedForTwiceIsCheckedIfEitherAsksForIt() {
        LockRequest plain = order().resource("order:9");
        LockRequest checking = locks.read(ORDER).owner(ALICE).checkDependencies();
        bobWrites(CUSTOMER);

        assertThatExceptionOfType(ResourceBusyException.class)
                .isThrownBy(() ->
                        locks.all(checking, locks.write(ORDER).owner(ALICE)).tryAcquire());
        assertThat(locks.all(plain, locks.write(ORDER).owner(ALICE)).tryAcquire())
                .isPresent();
    }

    // --- stripes ---------------------------------------------------------------------------------------------------

    @Test
    void whoWritesAnotherKeyOfTheStripeIsNotInTheWay() {
        locks = manager(settings -> settings.type("customer", customer -> customer.stripes(1)));
        LockRequest order = order();
        LockHandle neighbour = bobWrites("customer:43");

        assertThat(order.tryAcquire()).isPresent();
        neighbour.close();
        bobWrites(CUSTOMER);
        assertBusy(order, CUSTOMER);
    }

    @Test
    void whoWritesSeveralKeysOfAStripeAtOnceIsInTheWayForEachOfThem() {
        locks = manager(settings -> settings.type("customer", customer -> customer.stripes(1)));
        LockRequest order = order();
        MultiLockHandle written = locks.all(
                        locks.write("customer:41").owner(BOB),
                        locks.write(CUSTOMER).owner(BOB),
                        locks.read("customer:43").owner(BOB))
                .acquire();

        assertBusy(order, CUSTOMER);
        assertThat(locks.monitor().holders(CUSTOMER)).hasSize(1);
        assertThat(locks.monitor().holders("customer:44")).isEmpty();
        written.close();

        assertThat(order.tryAcquire()).isPresent();
    }

    @Test
    void whatDependsOnAnotherKeyOfItsOwnStripeIsNotInItsOwnWay() {
        locks = manager(settings -> settings.type("part", part -> part.stripes(1)));
        locks.dependencies().declare("part:1", "part:2");

        assertThat(locks.write("part:1").owner(ALICE).checkDependencies().tryAcquire())
                .isPresent();
    }

    // --- what is left behind ---------------------------------------------------------------------------------------

    @Test
    void aRefusalLeavesNothingOfItsOwner() {
        locks = manager(settings -> settings.maxLocksPerOwner(1));
        LockRequest order = order();
        LockHandle written = bobWrites(CUSTOMER);
        for (int i = 0; i < 3; i++) {
            assertBusy(order, CUSTOMER);
            assertThatExceptionOfType(ResourceBusyException.class).isThrownBy(order::tryAcquire);
            assertThat(Contender.failureOf(order.acquireAsync())).isInstanceOf(ResourceBusyException.class);
        }
        written.close();

        LockHandle held = order.acquire();
        assertThatExceptionOfType(LockLimitException.class)
                .isThrownBy(() -> locks.write("door").owner(ALICE).tryAcquire());
        held.close();
    }

    @Test
    void aRefusalTakesNothingFromWhatItsOwnerHasBeside() {
        locks = manager(settings -> settings.maxLocksPerOwner(2));
        LockRequest order = order();
        bobWrites(CUSTOMER);
        LockHandle door = locks.write("door").owner(ALICE).acquire();

        assertBusy(order, CUSTOMER);
        assertThatExceptionOfType(ResourceBusyException.class).isThrownBy(order::tryAcquire);
        assertThat(Contender.failureOf(order.acquireAsync())).isInstanceOf(ResourceBusyException.class);

        assertThat(locks.write("gate").owner(ALICE).tryAcquire()).isPresent();
        assertThatExceptionOfType(LockLimitException.class)
                .isThrownBy(() -> locks.write("window").owner(ALICE).tryAcquire());
        assertThat(door.isHeld()).isTrue();
    }

    @Test
    void aRefusalIsNotKeptForALeastTime() {
        LockRequest order = order().holdAtLeast(LONG);
        bobWrites(CUSTOMER);

        assertBusy(order, CUSTOMER);

        assertIdle(ORDER);
    }

    @Test
    void aRefusalIsToldAndCounted() {
        Queue<LockEvent> heard = new ConcurrentLinkedQueue<>();
        locks = manager(settings -> settings.listener(heard::add));
        LockRequest order = order();
        bobWrites(CUSTOMER);

        assertBusy(order, CUSTOMER);

        Contenders.until("the refusal is told", () -> heard.stream()
                .anyMatch(event -> event instanceof LockEvent.Refused refused
                        && refused.resource().equals(ORDER)
                        && refused.why().contains(CUSTOMER)));
        assertThat(locks.monitor().statistics(ORDER).orElseThrow().write().refusals())
                .isEqualTo(1);
    }

    // --- the graph -------------------------------------------------------------------------------------------------

    @Test
    void aCircleIsRefusedAndTheManagerKeepsWhatItHad() {
        order();

        assertThatExceptionOfType(CyclicDependencyException.class)
                .isThrownBy(() -> locks.dependencies().declare(REGION, ORDER))
                .withMessageContaining("region:north -> order:1 -> customer:42 -> region:north");
        assertThat(locks.dependencies().transitive(ORDER)).containsExactly(CUSTOMER, REGION);
    }

    @Test
    void thereAreAsManyDependenciesAsTheManagerAllows() {
        locks = manager(settings -> settings.maxDependencies(1).maxResourceLength(10));
        locks.dependencies().declare("a", "b");

        assertThatExceptionOfType(LockLimitException.class)
                .isThrownBy(() -> locks.dependencies().declare("a", "c"));
        assertThatExceptionOfType(LockLimitException.class)
                .isThrownBy(() -> locks.dependencies().declare("a", "x".repeat(11)))
                .withMessageContaining("maxResourceLength");
    }

    /** Whoever wrote before the lock was asked for, and writes still when it has been had, was noticed. */
    @Test
    void noWriterIsOverlookedWhoWroteAllTheTime() {
        LockRequest order = order();
        AtomicInteger attempts = new AtomicInteger();
        AtomicInteger writing = new AtomicInteger();
        Contender<Integer> writer = contenders.start("writer", () -> {
            int times = 0;
            while (attempts.get() < ATTEMPTS) {
                try (LockHandle held = locks.write(CUSTOMER).owner(BOB).acquire()) {
                    writing.set(++times);
                    untilMoreThan(attempts, attempts.get() + times % 3);
                    writing.set(0);
                }
                untilMoreThan(attempts, attempts.get() + times % 2 - 1);
            }
            return times;
        });
        Contenders.until("somebody writes", () -> writing.get() > 0);
        int refused = 0;
        while (attempts.get() < ATTEMPTS) {
            int before = writing.get();
            try (LockHandle held = order.acquire()) {
                assertThat(before != 0 && before == writing.get())
                        .as("overlooked in attempt %s", attempts)
                        .isFalse();
            } catch (ResourceBusyException busy) {
                refused++;
            } finally {
                attempts.incrementAndGet();
            }
        }
        assertThat(writer.result()).isPositive();
        assertThat(refused).isPositive();
    }

    private static void untilMoreThan(AtomicInteger attempts, int least) {
        while (attempts.get() <= least && attempts.get() < ATTEMPTS) {
            LockSupport.parkNanos(1_000);
        }
    }
}
