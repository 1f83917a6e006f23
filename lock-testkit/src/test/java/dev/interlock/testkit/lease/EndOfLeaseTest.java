package dev.interlock.testkit.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.LockRecord;
import dev.interlock.testkit.Contender;
import dev.interlock.testkit.Contenders;
import dev.interlock.testkit.ManualTime;
import dev.interlock.testkit.StoreCall;
import dev.interlock.testkit.StoreFault;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lease lasts as long as somebody holds under it. */
class EndOfLeaseTest extends NodesOverMemory {

    private static final Duration LEASE = Duration.ofSeconds(20);
    private static final LockOwner JOB = LockOwner.named("job");
    private static final LockOwner OTHER = LockOwner.named("other");

    @Test
    void whoeverComesInWhileALeaseIsAskedForWithAnEndIsNotCutShortByIt() {
        InterlockManager a = faultyNode(settings -> settings);
        InterlockManager b = node("b");
        LockHandle held = b.write(DOOR).acquire();
        Contender<LockHandle> leased = claimed("a", a.read(DOOR).lease(LEASE));
        faults.always(StoreFault.HANGING, StoreCall.UPDATE);
        held.close();
        Contenders.until("node a asks the store, if it needs to", () -> faults.hanging() > 0 || leased.isDone());

        Contender<Optional<LockHandle>> passing =
                contenders.start("passing", () -> a.read(DOOR).owner(OTHER).tryAcquire());
        faults.heal();
        leased.result();
        LockHandle endless =
                passing.result().orElseGet(() -> a.read(DOOR).owner(OTHER).acquire());

        assertThat(endless.isHeld()).isTrue();
        assertThat(endOfLease()).isEmpty();
    }

    @Test
    void aLeaseWithoutAnEndKeepsHavingNoneWhenSomebodyComesForAWhile() {
        InterlockManager a = faultyNode(settings -> settings.stores(all -> all.handOffs(1)));
        a.read(DOOR).owner(JOB).acquire();

        for (int i = 0; i < 3; i++) {
            LockHandle passing = a.read(DOOR).owner(OTHER).lease(LEASE).acquire();
            assertThat(endOfLease()).isEmpty();
            passing.extend(Duration.ofSeconds(1));
            assertThat(endOfLease()).isEmpty();
        }
        assertThat(faults.calls(StoreCall.UPDATE)).isGreaterThan(3);
    }

    @Test
    void aLeaseGetsALaterEndWithWhoeverStaysLongerButNeverAnEarlierOne() {
        InterlockManager a = faultyNode(settings -> settings.stores(all -> all.handOffs(1)));
        a.read(DOOR).owner(JOB).lease(LEASE).acquire();
        Instant first = endOfLease().orElseThrow();

        LockHandle longer =
                a.read(DOOR).owner(OTHER).lease(LEASE.multipliedBy(4)).acquire();
        Instant later = longer.leaseExpiresAt().orElseThrow();
        a.read(DOOR).owner(LockOwner.named("third")).lease(LEASE).acquire();

        assertThat(later).isAfter(first.plus(LEASE));
        assertThat(endOfLease().orElseThrow()).isAfterOrEqualTo(later);
        longer.extend(Duration.ofSeconds(1));
        assertThat(endOfLease().orElseThrow()).isAfterOrEqualTo(later);
    }

    @Test
    void aLeaseWhoseLaterEndWasNotConfirmedIsNotGivenOutAgainWithTheEarlierOne() {
        InterlockManager a = faultyNode(settings -> settings);
        a.read(DOOR).owner(JOB).lease(LEASE).acquire();
        faults.next(1, StoreFault.REPLY_LOST, StoreCall.UPDATE);

        LockHandle endless = a.read(DOOR).owner(OTHER).acquire();

        assertThat(endless.isHeld()).isTrue();
        assertThat(endOfLease()).isEmpty();
    }

    private Optional<Instant> endOfLease() {
        LockRecord.Lease lease = leases(DOOR).get(0);
        assertThat(lease.node()).isEqualTo("a");
        return Optional.ofNullable(lease.until());
    }

    // --- once more -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoeverHoldsForAWhileMayComeInAgainForAsLong(boolean write) {
        TickingTime time = new TickingTime();
        InterlockManager a = faultyNode(settings -> settings.timeSource(time));
        LockRequest request = (write ? a.write(DOOR) : a.read(DOOR)).owner(JOB).lease(LEASE);
        request.acquire();
        time.advance(Duration.ofSeconds(1));

        assertThat(request.timeout(Duration.ofSeconds(2)).acquire().isHeld()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoeverHoldsForAWhileMayComeInAgainForEverWithoutWaitingForHimself(boolean atOnce) {
        InterlockManager a = faultyNode(settings -> settings);
        a.write(DOOR).owner(JOB).lease(LEASE).acquire();
        LockRequest again = a.write(DOOR).owner(JOB);

        LockHandle second = Contender.resultOf((atOnce ? again.timeout(Duration.ZERO) : again).acquireAsync());

        assertThat(second.isHeld()).isTrue();
        assertThat(endOfLease()).isEmpty();
    }

    @Test
    void whatMustStayTakenForAWhileDoesSoThoughTheStoreIsSlow() {
        ManualTime time = new ManualTime();
        InterlockManager a = node(
                "a",
                Between.around(space.connect(), (method, patience, call) -> {
                    if (method.equals("update")) {
                        time.advance(Duration.ofMillis(150));
                    }
                    return call.make();
                }),
                settings -> settings.timeSource(time));
        LockRequest job = a.write(DOOR)
                .lease(Duration.ofSeconds(10))
                .holdAtLeast(Duration.ofSeconds(10))
                .timeout(Duration.ofSeconds(10));

        assertThat(contenders.start("job", job::acquire).result().isHeld()).isTrue();
    }
}
