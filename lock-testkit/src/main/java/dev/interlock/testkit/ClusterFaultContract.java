package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockStoreException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that fails for a while delays what is asked for, and leaves nothing behind. */
abstract class ClusterFaultContract extends NodesContract {

    ClusterFaultContract(ClusterContract cluster) {
        super(cluster);
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED", "REPLY_LOST"})
    void whatFailsOnceIsTriedAgain(StoreFault fault) {
        for (int i = 0; i < 3; i++) {
            a.faults().next(1, fault, StoreCall.UPDATE);
            LockHandle held = a.write(DOOR).acquire();

            assertThat(held.isHeld()).isTrue();
            assertRefused(b, DOOR);
            held.close();
            assertFree(b, DOOR);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED", "REPLY_LOST"})
    void aSessionThatCannotBeBegunAtOnceIsBegunALittleLater(StoreFault fault) {
        TestNode fresh = node("fresh", settings -> settings);
        fresh.faults().next(1, fault, StoreCall.BEGIN_SESSION);

        LockHandle held = fresh.write(DOOR).acquire();

        assertThat(held.isHeld()).isTrue();
        held.close();
        assertFree(b, DOOR);
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED", "REPLY_LOST"})
    void whatFailsForGoodLeavesNothingBehind(StoreFault fault) {
        a.write(DOOR).acquire().close();
        a.faults().always(fault, StoreCall.UPDATE);

        assertThatThrownBy(() -> a.write(DOOR).timeout(Duration.ofMillis(200)).acquire())
                .isInstanceOf(LockException.class);
        a.faults().heal();

        assertThat(b.write(DOOR).acquire().isHeld()).isTrue();
    }

    @Test
    void whatIsWaitedForComesThoughEveryHeartbeatIsLateAndTheStoreStumbles() {
        LockHandle held = a.write(DOOR).acquire();
        Contender<LockHandle> waiting = claimed(b, b.write(DOOR));
        b.faults().next(2, StoreFault.REFUSED);
        a.faults().next(2, StoreFault.REFUSED);

        held.close();

        assertThat(waiting.result().isHeld()).isTrue();
    }

    @Test
    void aReleaseThatFailsIsMadeUpForWhenTheStoreIsBack() {
        LockHandle held = a.write(DOOR).acquire();
        Contender<LockHandle> waiting = claimed(b, b.write(DOOR));
        a.faults().always(StoreFault.REFUSED, StoreCall.UPDATE);

        held.close();

        assertThat(held.isHeld()).isFalse();
        assertThat(waiting.isDone()).isFalse();
        a.faults().heal();
        assertThat(waiting.result().isHeld()).isTrue();
    }

    @Test
    void aReleaseWhoseAnswerIsLostTakesNothingFromTheNext() {
        LockHandle held = a.write(DOOR).acquire();
        Contender<LockHandle> waiting = claimed(b, b.write(DOOR));
        a.faults().next(1, StoreFault.REPLY_LOST, StoreCall.UPDATE);

        held.close();

        LockHandle next = waiting.result();
        Contenders.until("node a has asked again", () -> a.tryWrite(DOOR).isEmpty());
        assertThat(next.isHeld()).isTrue();
        assertRefused(c, DOOR);
    }

    @Test
    void aReleaseThatHangsBlocksNobodyForEver() {
        LockHandle held = a.write(DOOR).acquire();
        a.faults().always(StoreFault.HANGING, StoreCall.UPDATE);

        Contender<Boolean> closing = contenders.start("closing", () -> {
            held.close();
            return held.isHeld();
        });
        Contenders.until("the release hangs", () -> a.faults().hanging() > 0);
        a.faults().heal();

        assertThat(closing.result()).isFalse();
        assertThat(b.write(DOOR).acquire().isHeld()).isTrue();
    }

    @Test
    void theDeadlineHoldsThoughTheStoreHangs() {
        a.write(DOOR).acquire().close();
        a.faults().always(StoreFault.HANGING);

        Contender<LockHandle> waiting = contenders.start(
                "hanging", () -> a.write(DOOR).timeout(Duration.ofMillis(300)).acquire());

        assertThat(waiting.failure()).isInstanceOf(LockException.class).hasMessageContaining(DOOR);
    }

    @Test
    void theDeadlineHoldsForWhoeverWaitsForAnotherNodeThoughTheStoreHangs() {
        LockHandle held = b.write(DOOR).acquire();
        Contender<LockHandle> waiting = claimed(a, a.write(DOOR).timeout(Duration.ofSeconds(2)));

        a.faults().always(StoreFault.HANGING);

        assertThat(waiting.failure()).isInstanceOf(LockException.class).hasMessageContaining(DOOR);
        assertThat(held.isHeld()).isTrue();
    }

    @Test
    void aFaultThatSomebodyMustMendIsToldAtOnceWithTheWayOut() {
        a.write(DOOR).acquire().close();
        a.faults().always(StoreFault.BROKEN, StoreCall.UPDATE);

        assertThatThrownBy(() -> a.write(DOOR).acquire())
                .isInstanceOf(LockStoreException.class)
                .hasMessageContaining(DOOR)
                .hasMessageContaining("heal() mends it");
        assertThat(a.faults().calls(StoreCall.UPDATE)).isLessThan(10);
    }

    @Test
    void theMessageOfAStoreThatDoesNotAnswerNamesTheResourceAndTheCause() {
        a.write(DOOR).acquire().close();
        a.faults().always(StoreFault.REFUSED, StoreCall.UPDATE);

        assertThatThrownBy(() -> a.write(DOOR).acquire())
                .isInstanceOf(LockStoreException.class)
                .hasMessageContaining(DOOR)
                .hasMessageContaining("a test refused UPDATE");
    }

    @Test
    void whatIsHeldStaysHeldThoughAHeartbeatFailsNowAndThen() {
        TestNode stumbling =
                node("stumbling", settings -> settings.stores(all -> all.timeToLive(Duration.ofSeconds(20))));
        LockHandle held = stumbling.write(DOOR).acquire();

        stumbling.faults().next(2, StoreFault.REFUSED, StoreCall.BEAT);
        long before = stumbling.faults().calls(StoreCall.BEAT);
        Contenders.until("it has beaten again", () -> stumbling.faults().calls(StoreCall.BEAT) > before + 2);

        assertThat(held.isHeld()).isTrue();
        assertRefused(b, DOOR);
    }
}
