package dev.interlock.testkit.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockTimeoutException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.StoreException;
import dev.interlock.testkit.Contender;
import dev.interlock.testkit.Contenders;
import dev.interlock.testkit.ManualTime;
import dev.interlock.testkit.StoreCall;
import dev.interlock.testkit.StoreFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that fails is left in peace, holds up nobody beyond his deadline, and is believed as soon as it is well again. */
class OutageTest extends NodesOverMemory {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();

    /** A node whose dealings with the store happen by a clock that is moved by hand. */
    private InterlockManager byHand() {
        return faultyNode(settings -> settings.stores(all -> all.timeSource(time)
                .timeToLive(Duration.ofHours(1))
                .retry(1, Duration.ofMillis(100), 1, Duration.ZERO)));
    }

    @Test
    void howeverManyWaitTheStoreIsAskedByOneAtATime() {
        InterlockManager a = byHand();
        InterlockManager b = node("b");
        b.write(DOOR).acquire();
        a.write("any").acquire().close();
        int scheduled = time.scheduled();
        faults.always(StoreFault.REFUSED, StoreCall.UPDATE);
        int most = 0;
        List<CompletableFuture<LockHandle>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(a.write(DOOR).acquireAsync());
            retried();
            most = Math.max(most, time.scheduled() - scheduled);
        }

        assertThat(most).as("attempts that are to be made later").isBetween(1, 2);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
    }

    /** Lets time go on by what lies between two attempts. */
    private void retried() {
        long before = faults.calls(StoreCall.UPDATE);
        Contenders.until("the store is asked again", () -> {
            if (faults.calls(StoreCall.UPDATE) > before) {
                return true;
            }
            time.advance(Duration.ofMillis(100));
            return false;
        });
    }

    @Test
    void whatWasPutOffUntilTheStoreIsWellDoesNotHoldBackWhatComesAfterwards() {
        InterlockManager a = byHand();
        InterlockManager b = node("b");
        a.write(DOOR).acquire().close();
        faults.always(StoreFault.REFUSED, StoreCall.UPDATE);
        int scheduled = time.scheduled();
        CompletableFuture<LockHandle> waiting = a.write(DOOR).acquireAsync();
        Contenders.until("it is to be tried later", () -> time.scheduled() > scheduled);
        waiting.cancel(false);
        faults.heal();

        LockHandle held = a.write(DOOR).acquire();
        Contender<LockHandle> next = claimed("b", b.write(DOOR));
        held.close();

        assertThat(next.result().isHeld()).isTrue();
    }

    @Test
    void deadlinesHoldWhileNoSessionCanBeBegun() {
        InterlockManager a = faultyNode(settings -> settings);
        faults.always(StoreFault.HANGING);
        List<Contender<LockHandle>> asking = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String resource = "door " + i;
            asking.add(contenders.start(
                    resource,
                    () -> a.write(resource).timeout(Duration.ofMillis(300)).acquire()));
        }

        // one after the other would take 18 seconds
        Contenders.until("all have given up", () -> asking.stream().allMatch(Contender::isDone));
        asking.forEach(each -> assertThat(each.failure()).isInstanceOf(LockException.class));
    }

    @Test
    void aShortTimeoutIsNotTakenForAFaultOfTheStore() {
        InterlockManager a = node(
                "a",
                Between.around(space.connect(), (method, patience, call) -> {
                    if (patience.compareTo(Duration.ofMillis(100)) < 0) {
                        call.make();
                        throw StoreException.passing("a test gave no answer within " + patience, null);
                    }
                    return call.make();
                }),
                settings -> settings);
        a.write(DOOR).acquire().close();

        for (int i = 0; i < 50; i++) {
            try {
                a.write(DOOR).timeout(Duration.ofMillis(2)).acquire().close();
            } catch (LockTimeoutException tooLate) {
                assertThat(tooLate).hasMessageContaining(DOOR);
            }
        }
    }

    @Test
    void anOddExceptionOfAStoreIsNothingForWhoeverClosesAndLeavesNoLeaseBehind() {
        AtomicBoolean odd = new AtomicBoolean();
        InterlockManager a = node(
                "a",
                Between.around(space.connect(), (method, patience, call) -> {
                    if (odd.get()) {
                        throw new IllegalStateException("a test of odd exceptions");
                    }
                    return call.make();
                }),
                settings -> settings);
        LockHandle held = a.write(DOOR).acquire();
        odd.set(true);

        held.close();

        assertThat(held.isHeld()).isFalse();
        odd.set(false);
        untilIdle(DOOR);
    }

    @ParameterizedTest
    @EnumSource(names = {"BEAT", "READ"})
    void whoeverWantsNoPausesBetweenAttemptsDoesNotGetAHotLoop(StoreCall failing) {
        InterlockManager a = faultyNode(settings -> settings.stores(
                all -> all.timeSource(time).timeToLive(Duration.ofHours(1)).retry(1, Duration.ZERO, 1, Duration.ZERO)));
        InterlockManager b = node("b");
        b.write(DOOR).acquire();
        claimed("a", a.write(DOOR));
        faults.always(StoreFault.REFUSED, failing);

        int steps = 20;
        for (int i = 0; i < steps; i++) {
            time.advance(SECOND.dividedBy(10));
            Contenders.until("whoever beats and whoever watches rest", () -> time.sleeping() >= 2);
        }

        Contenders.until("it was tried", () -> faults.calls(failing) > 0);
        assertThat(faults.calls(failing)).isLessThan(2L * steps);
    }
}
