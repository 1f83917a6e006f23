package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.interlock.LockHandle;
import dev.interlock.LockMode;
import dev.interlock.LockRequest;
import dev.interlock.MultiLockHandle;
import dev.interlock.deadlock.OrderStep;
import dev.interlock.deadlock.OrderViolation;
import dev.interlock.deadlock.OrderViolation.Kind;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.function.Function;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Orders that do not agree are told of before anything hangs. */
@SuppressWarnings("LockNotBeforeTry") // what the view is used for here cannot throw in between
abstract class OrderContract extends OrderedContract {

    OrderContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    // --- types -----------------------------------------------------------------------------------------------------

    @Test
    void twoTypesInOppositeOrdersAreTold() {
        nest(write("account:1"), write("customer:1"));
        assertThat(violations()).isEmpty();

        nest(write("customer:2"), write("account:2"));

        OrderViolation found = onlyViolation();
        assertThat(found.id()).isEqualTo(1);
        assertThat(found.kind()).isEqualTo(Kind.ORDER);
        assertThat(found.detectedAt()).isEqualTo(time.instant());
        assertThat(found.order()).containsExactly("account", "customer");
        assertThat(found.steps())
                .extracting(OrderStep::heldResource, OrderStep::askedResource)
                .containsExactly(tuple("customer:2", "account:2"), tuple("account:1", "customer:1"));
    }

    @Test
    void bothPlacesInTheCodeAreNamed() {
        locks = manager(settings -> settings.captureStackTraces(true));
        accountThenCustomer();
        customerThenAccount();

        OrderStep last = onlyViolation().steps().get(0);
        OrderStep first = onlyViolation().steps().get(1);

        assertThat(first.whereAsked().get(0).getMethodName()).isEqualTo("askForCustomer");
        assertThat(first.whereHeld().get(0).getMethodName()).isEqualTo("accountThenCustomer");
        assertThat(first.method()).isEqualTo("Customers.ask");
        assertThat(first.heldMethod()).isEqualTo("Accounts.take");
        assertThat(first.thread()).isEqualTo(Thread.currentThread().getName());
        assertThat(last.whereAsked().get(0).getMethodName()).isEqualTo("customerThenAccount");
        assertThat(last.owner()).isEqualTo("bob");
        assertThat(last.heldMode()).isEqualTo(LockMode.WRITE);
        assertThat(last.askedMode()).isEqualTo(LockMode.READ);
        assertThat(onlyViolation().describe())
                .contains("Order violation 1", "askForCustomer", "customerThenAccount", "(Customers.ask)")
                .contains("'bob' held 'customer:2' in WRITE mode")
                .contains("instead, take the types in this order: account, then customer");
    }

    private void accountThenCustomer() {
        LockRequest request = write("account:1").owner(ALICE).metadata(LockRequest.METHOD, "Accounts.take");
        try (LockHandle held = request.acquire()) {
            askForCustomer();
        }
    }

    private void askForCustomer() {
        write("customer:1")
                .owner(ALICE)
                .metadata(LockRequest.METHOD, "Customers.ask")
                .acquire()
                .close();
    }

    private void customerThenAccount() {
        try (LockHandle held = write("customer:2").owner(BOB).acquire()) {
            read("account:2").owner(BOB).acquire().close();
        }
    }

    @Test
    void itIsToldOnce() {
        List<LockEvent> heard = new CopyOnWriteArrayList<>();
        locks = manager(settings -> settings.listener(heard::add));
        nest(write("account:1"), write("customer:1"));
        for (int i = 0; i < 3; i++) {
            nest(write("customer:2"), write("account:2"));
            nest(read("customer:3"), write("account:3"));
            nest(write("account:4"), write("customer:4"));
        }
        locks.write("last").acquire();

        Contenders.until("the last event is heard", () -> heard.stream()
                .anyMatch(event -> event.resource().equals("last")));
        assertThat(heard)
                .filteredOn(LockEvent.NearMiss.class::isInstance)
                .singleElement()
                .satisfies(event -> {
                    LockEvent.NearMiss miss = (LockEvent.NearMiss) event;
                    assertThat(miss.resource()).isEqualTo("account:2");
                    assertThat(miss.mode()).isEqualTo(LockMode.WRITE);
                    assertThat(miss.violation()).isEqualTo(onlyViolation());
                });
        assertThat(locks.monitor().history())
                .filteredOn(LockEvent.NearMiss.class::isInstance)
                .hasSize(1);
    }

    @Test
    void aLockAroundBothOrdersDoesNotExcuseThem() {
        nest(write("gate"), write("account:1"), write("customer:1"));

        nest(write("gate"), write("customer:2"), write("account:2"));

        assertThat(onlyViolation().order()).containsExactly("account", "customer");
    }

    @Test
    void whatIsTakenByThreadsThatNeverMeetIsTold() {
        boolean first = contenders
                .start("first", () -> nested("account:1", "customer:1"))
                .result();
        boolean second = contenders
                .start("second", () -> nested("customer:1", "account:1"))
                .result();

        assertThat(first && second).isTrue();
        assertThat(onlyViolation().steps()).extracting(OrderStep::thread).containsExactly("second", "first");
        assertThat(onlyViolation().steps())
                .allSatisfy(step ->
                        assertThat(step.whereAsked().get(0).getMethodName()).isEqualTo("nest"));
        assertThat(locks.monitor().recentDeadlocks()).isEmpty();
    }

    private boolean nested(String outer, String inner) {
        nest(write(outer), write(inner));
        return true;
    }

    @Test
    void aCircleMayBeLong() {
        nest(write("a:1"), write("b:1"));
        nest(write("b:1"), write("c:1"));
        nest(write("c:1"), write("d:1"));
        assertThat(violations()).isEmpty();

        nest(write("d:1"), write("a:1"));

        assertThat(onlyViolation().steps()).extracting(OrderStep::heldType).containsExactly("d", "a", "b", "c");
        assertThat(onlyViolation().order()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void everythingThatIsHeldCounts() {
        nest(write("a:1"), write("b:1"), write("c:1"));

        nest(write("c:1"), write("a:1"));

        assertThat(onlyViolation().steps()).hasSize(2);
    }

    @Test
    void ordersThatAgreeAreFine() {
        nest(write("a:1"), write("b:1"), read("c:1"));
        nest(read("a:1"), write("c:1"));
        nest(write("b:2"), read("c:2"));
        nest(write("a:1"));
        nest(write("c:1"));

        assertThat(violations()).isEmpty();
    }

    // --- who can keep whom waiting ---------------------------------------------------------------------------------

    @Test
    void readersAloneAreFineUntilAWriterComesBetweenThem() {
        nest(read("a:1"), read("b:1"));
        nest(read("b:1"), read("a:1"));
        assertThat(violations()).isEmpty();

        write("a:2").acquire().close();
        assertThat(violations()).isEmpty();
        write("b:2").acquire().close();

        assertThat(onlyViolation().kind()).isEqualTo(Kind.ORDER);
    }

    @Test
    void aCircleIsDangerousOnlyIfSomebodyCanBeKeptWaitingForEachTypeInIt() {
        nest(read("a:1"), write("b:1"));
        nest(read("b:1"), read("a:1"));
        assertThat(violations()).isEmpty();

        nest(read("b:1"), write("a:1"));

        assertThat(violations()).hasSize(1);
    }

    // --- within a type ---------------------------------------------------------------------------------------------

    @Test
    void keysOfOneTypeInBothOrdersAreToldOncePerType() {
        nest(write("account:9"), write("account:10"));
        nest(write("account:10"), write("account:11"), write("account:12"));
        assertThat(violations()).isEmpty();

        nest(write("account:12"), write("account:9"));
        nest(write("account:2"), write("account:1"));

        OrderViolation found = onlyViolation();
        assertThat(found.kind()).isEqualTo(Kind.NESTING);
        assertThat(found.order()).containsExactly("account:9", "account:12");
        assertThat(found.steps()).extracting(OrderStep::askedResource).containsExactly("account:9", "account:10");
        assertThat(found.describe()).contains("all(…)", "account:9, then account:12");
    }

    @Test
    void severalAtOnceAreFine() {
        for (int i = 0; i < 2; i++) {
            locks.all(write("account:2"), write("account:1"), write("b:1"), read("a:1"))
                    .acquire()
                    .close();
            locks.all(write("account:1"), write("account:3"), write("account:2"))
                    .acquireAsync()
                    .thenAccept(MultiLockHandle::close)
                    .join();
        }

        assertThat(violations()).isEmpty();
    }

    @Test
    void severalAtOnceAreTakenInAnOrderThatOthersMustKeep() {
        locks.all(write("account:2"), write("account:1")).acquire().close();

        nest(write("account:2"), write("account:1"));

        assertThat(onlyViolation().kind()).isEqualTo(Kind.NESTING);
    }

    @Test
    void readersOfOneTypeMayTakeKeysInAnyOrder() {
        nest(read("account:1"), read("account:2"));
        nest(read("account:2"), read("account:1"));

        assertThat(violations()).isEmpty();
    }

    // --- what counts as held, and as asked -------------------------------------------------------------------------

    @Test
    void whoComesInAgainNeverWaits() {
        nest(write("a:1"), write("b:1"), write("a:1"), read("b:1"));
        nest(read("c:1"), read("d:1"), read("c:1"));
        write("c:2").acquire().close();
        write("d:2").acquire().close();

        assertThat(violations()).isEmpty();
    }

    @Test
    void whoDoesNotWaitCannotHang() {
        nest(write("a:1"), write("b:1"));
        try (LockHandle held = write("b:1").acquire()) {
            write("a:1").tryAcquire().orElseThrow().close();
            write("a:2").timeout(Duration.ZERO).acquire().close();
            write("a:3").timeout(Duration.ZERO).acquireAsync().join().close();
            locks.all(write("a:4"), write("a:5"))
                    .timeout(Duration.ZERO)
                    .acquire()
                    .close();
        }

        assertThat(violations()).isEmpty();
    }

    @Test
    void butWhatItHasTakenItHolds() {
        nest(write("a:1"), write("b:1"));
        try (LockHandle held = write("b:1").tryAcquire().orElseThrow()) {
            write("a:1").acquire().close();
        }

        assertThat(violations()).hasSize(1);
    }

    @Test
    void whatHasBeenGivenBackIsNotHeld() {
        LockHandle a = write("a:1").acquire();
        LockHandle b = write("b:1").tryAcquire().orElseThrow();
        a.close();
        write("c:1").acquire().close();
        b.close();

        nest(write("c:1"), write("a:1"));
        assertThat(violations()).isEmpty();
        nest(write("c:1"), write("b:1"));

        assertThat(onlyViolation().steps()).extracting(OrderStep::heldType).containsExactly("c", "b");
    }

    @Test
    void whatOthersHaveEndedIsNotHeld() {
        nest(write("c:1"), write("a:1"));
        nest(write("c:1"), write("b:1"));
        nest(write("c:1"), write("e:1"));
        LockHandle kept = write("d:1").acquire();
        LockHandle closed = write("a:1").acquire();
        write("b:1").lease(SECOND).acquire();
        write("e:1").acquire();
        contenders
                .start("helper", () -> {
                    closed.close();
                    return "closed";
                })
                .result();
        time.advance(SECOND);
        locks.monitor().forceRelease("e:1", "operator", "test");

        write("c:1").acquire().close();

        assertThat(violations()).isEmpty();
        assertThat(kept.isHeld()).isTrue();
    }

    @Test
    void aDowngradedHoldIsHeld() {
        nest(write("b:1"), write("a:1"));
        LockHandle shared = write("a:1").acquire().downgrade();

        write("b:1").acquire().close();

        assertThat(onlyViolation().steps().get(0).heldMode()).isEqualTo(LockMode.READ);
        shared.close();
    }

    @Test
    void whoWaitedForItHoldsIt() {
        nest(write("b:1"), write("a:1"));
        LockHandle first = write("a:1").owner(BOB).acquire();
        Contender<String> waiting = contenders.start("waiting", () -> {
            nest(write("a:1").timeout(LONG), write("b:1"));
            return "done";
        });
        Contenders.untilWaiting(locks, "a:1", 1);
        first.close();

        assertThat(waiting.result()).isEqualTo("done");
        assertThat(violations()).hasSize(1);
    }

    @Test
    void severalThreadsMayActForOneOwner() {
        nest(write("b:1"), write("a:1"));
        LockHandle held = write("a:1").owner(ALICE).acquire();

        contenders
                .start("helper", () -> write("b:1").owner(ALICE).acquire())
                .result()
                .close();

        assertThat(onlyViolation().steps().get(0).thread()).isEqualTo("helper");
        held.close();
    }

    @Test
    void asynchronousRequestsCount() {
        nest(write("b:1"), write("a:1"));
        LockHandle held = write("a:1").owner(ALICE).acquireAsync().join();
        write("b:1").owner(ALICE).acquireAsync().join().close();
        held.close();

        assertThat(violations()).hasSize(1);
    }

    @Test
    void theViewOfJavaUtilConcurrentCounts() {
        ReadWriteLock a = locks.readWriteLock("a:1");
        ReadWriteLock b = locks.readWriteLock("b:1");
        a.writeLock().lock();
        b.writeLock().lock();
        b.writeLock().unlock();
        a.writeLock().unlock();
        assertThat(violations()).isEmpty();

        b.readLock().lock();
        a.readLock().lock();
        a.readLock().unlock();
        b.readLock().unlock();

        assertThat(violations()).hasSize(1);
    }

    @RepeatedTest(20)
    void twoThatCloseACircleAtOnceAreToldOfOnce() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        Contender<String> one = contenders.start("one", () -> nestTogether(both, "a:1", "b:1"));
        Contender<String> other = contenders.start("other", () -> nestTogether(both, "b:2", "a:2"));

        assertThat(one.result()).isEqualTo(other.result());
        assertThat(violations()).hasSize(1);
        assertThat(onlyViolation().steps()).extracting(OrderStep::thread).containsExactlyInAnyOrder("one", "other");
    }

    private String nestTogether(CyclicBarrier both, String outer, String inner) throws Exception {
        try (LockHandle held = write(outer).acquire()) {
            both.await(10, TimeUnit.SECONDS);
            write(inner).acquire().close();
        }
        return "done";
    }
}
