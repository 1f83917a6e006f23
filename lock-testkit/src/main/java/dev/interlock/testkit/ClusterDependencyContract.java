package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockHandle;
import dev.interlock.LockRequest;
import dev.interlock.LockStoreException;
import dev.interlock.ResourceBusyException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A writer on another node is in the way of whoever wants nobody to write what a resource depends on. */
abstract class ClusterDependencyContract extends NodesContract {

    private static final String CUSTOMER = "customer";
    private static final String REGION = "region";

    ClusterDependencyContract(ClusterContract cluster) {
        super(cluster);
    }

    /** The door depends on two things, and one of these on a third. */
    private static LockRequest checked(TestNode node) {
        node.locks().dependencies().declare(DOOR, "product", CUSTOMER);
        node.locks().dependencies().declare(CUSTOMER, REGION);
        return node.write(DOOR).checkDependencies();
    }

    private static ResourceBusyException refusal(LockRequest request) {
        try (LockHandle held = request.acquire()) {
            throw new AssertionError("it should have been refused, and is " + held);
        } catch (ResourceBusyException refusal) {
            return refusal;
        }
    }

    @Test
    void aWriterOnAnotherNodeIsNamedAndNothingIsHeld() {
        LockHandle written = b.write(CUSTOMER, "bob").acquire();

        ResourceBusyException refusal = refusal(checked(a));

        assertThat(refusal).hasMessageContaining("'customer', which 'bob' on node 'b' writes since 20");
        assertThat(refusal.dependency()).isEqualTo(CUSTOMER);
        assertThat(refusal.holders()).singleElement().satisfies(holder -> assertThat(holder.node())
                .isEqualTo("b"));
        assertFree(c, DOOR);
        written.close();
        checked(a).acquire().close();
    }

    @Test
    void itIsNoticedByWayOfOthersAndHoweverTheLockIsAskedFor() {
        LockHandle written = b.write(REGION).acquire();
        LockRequest door = checked(a);

        assertThatExceptionOfType(ResourceBusyException.class).isThrownBy(door::tryAcquire);
        assertThatExceptionOfType(ResourceBusyException.class)
                .isThrownBy(() -> a.locks().all(door, a.write("window")).acquire());
        assertThat(Contender.failureOf(door.acquireAsync())).isInstanceOf(ResourceBusyException.class);
        assertThat(Contender.failureOf(a.locks().all(door, a.write("window")).acquireAsync()))
                .isInstanceOf(ResourceBusyException.class);
        assertFree(c, DOOR);
        assertFree(c, "window");
        written.close();

        Contender.resultOf(door.acquireAsync()).close();
        Contender.resultOf(a.locks().all(door, a.write("window")).acquireAsync())
                .close();
    }

    @Test
    void aReaderOnAnotherNodeIsNotInTheWay() {
        LockHandle read = b.read(CUSTOMER).acquire();

        checked(a).acquire().close();

        assertThat(read.isHeld()).isTrue();
    }

    @Test
    void whatThisNodeWritesCountsAsElsewhereButNotTheOwnersOwn() {
        LockHandle written = a.write(CUSTOMER, "bob").acquire();

        assertThat(refusal(checked(a)).holders())
                .singleElement()
                .satisfies(holder -> assertThat(holder.owner().name()).isEqualTo("bob"));
        written.close();
        LockHandle own = a.write(CUSTOMER).acquire();

        checked(a).acquire().close();
        own.close();
    }

    @Test
    void whatAWriterLeftBehindWhoseNodeHasDiedIsNotInTheWay() {
        b.write(CUSTOMER).acquire();
        assertThat(refusal(checked(a)).dependency()).isEqualTo(CUSTOMER);

        b.faults().always(StoreFault.BROKEN);
        expireSessionOf(b);

        checked(a).acquire().close();
    }

    @Test
    void allRecordsAreReadByOneQuestion() {
        LockRequest door = checked(a);
        door.acquire().close();
        long before = a.faults().calls(StoreCall.READ, StoreCall.SESSIONS, StoreCall.BUSY);

        LockHandle held = door.acquire();

        assertThat(a.faults().calls(StoreCall.READ, StoreCall.SESSIONS, StoreCall.BUSY))
                .isEqualTo(before + 1);
        held.close();
    }

    @Test
    void whoeverDoesNotAskForItCostsNoQuestion() {
        checked(a).acquire().close();
        long before = a.faults().calls(StoreCall.READ);

        a.write(DOOR).acquire().close();
        a.write("nothing depends").checkDependencies().acquire().close();

        assertThat(a.faults().calls(StoreCall.READ)).isEqualTo(before);
    }

    @Test
    void aStoreThatStumblesIsAskedAgain() {
        LockRequest door = checked(a);
        a.faults().next(1, StoreFault.REFUSED, StoreCall.READ);

        door.acquire().close();
    }

    @Test
    void aStoreThatCannotSayIsNoReasonToGoOn() {
        LockRequest door = checked(a);
        a.faults().always(StoreFault.BROKEN, StoreCall.READ);

        assertThatExceptionOfType(LockStoreException.class)
                .isThrownBy(door::acquire)
                .withMessageContaining("'door'")
                .withMessageContaining("depends on");
        assertThatExceptionOfType(LockStoreException.class).isThrownBy(door::tryAcquire);
        assertThat(Contender.failureOf(door.acquireAsync())).isInstanceOf(LockStoreException.class);
        assertFree(b, DOOR);
        a.faults().heal();

        door.acquire().close();
    }

    @Test
    void aFutureIsNotKeptWaitingByTheStoreInTheCallersThread() {
        LockRequest door = checked(a);
        door.acquire().close();
        a.faults().always(StoreFault.HANGING, StoreCall.READ);

        CompletableFuture<LockHandle> future = door.acquireAsync();

        Contenders.until("the store is asked", () -> a.faults().hanging() > 0);
        assertThat(future).isNotDone();
        a.faults().heal();
        Contender.resultOf(future).close();
        assertFree(b, DOOR);
    }

    @Test
    void norIsAFutureThatIsGrantedAtOnce() {
        LockHandle outer = a.write(DOOR).acquire();
        a.faults().always(StoreFault.HANGING, StoreCall.READ);

        CompletableFuture<LockHandle> inner = checked(a).acquireAsync();

        Contenders.until("the store is asked", () -> a.faults().hanging() > 0);
        assertThat(inner).isNotDone();
        a.faults().heal();
        Contender.resultOf(inner).close();
        outer.close();
    }

    @Test
    void aFutureThatIsCancelledWhileTheStoreIsAskedHoldsNothing() {
        LockRequest door = checked(a);
        door.acquire().close();
        a.faults().always(StoreFault.HANGING, StoreCall.READ);
        CompletableFuture<LockHandle> future = door.acquireAsync();
        Contenders.until("the store is asked", () -> a.faults().hanging() > 0);

        future.cancel(false);
        a.faults().heal();

        b.write(DOOR).acquire().close();
    }

    @Test
    void whoeverWaitedIsCheckedWhenItsTurnHasCome() {
        LockRequest door = checked(a);
        LockHandle held = c.write(DOOR).acquire();
        Contender<LockHandle> waiting = claimed(a, door);
        CompletableFuture<LockHandle> future = door.resource("gate").acquireAsync();
        Contender.resultOf(future).close();
        LockHandle written = b.write(CUSTOMER).acquire();

        held.close();

        assertThat(waiting.failure()).isInstanceOf(ResourceBusyException.class);
        b.write(DOOR).acquire().close();
        written.close();
    }

    @Test
    void onOtherNodesTheWholeStripeCounts() {
        TestNode d = node("d", settings -> settings.type("customer", customer -> customer.stripes(1)));
        TestNode e = node("e", settings -> settings.type("customer", customer -> customer.stripes(1)));
        d.locks().dependencies().declare(DOOR, "customer:1");
        LockHandle neighbour = e.write("customer:2").acquire();

        assertThat(refusal(d.write(DOOR).checkDependencies()).dependency()).isEqualTo("customer:1");

        neighbour.close();
        d.write(DOOR).checkDependencies().acquire().close();
    }
}
