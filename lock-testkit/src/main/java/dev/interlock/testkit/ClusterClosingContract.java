package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockClosedException;
import dev.interlock.LockHandle;
import dev.interlock.spi.SessionInfo;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A node that is closed gives back what it has, and goes. */
abstract class ClusterClosingContract extends NodesContract {

    ClusterClosingContract(ClusterContract cluster) {
        super(cluster);
    }

    private void untilGone(TestNode node) {
        Contenders.until(
                "node '" + node + "' has no session",
                () -> storage.sessions(PATIENCE).stream().map(SessionInfo::node).noneMatch(node.name()::equals));
    }

    @Test
    void aNodeWithoutHoldsIsGoneWhenItIsClosed() {
        a.write(DOOR).acquire().close();

        a.locks().close();

        untilGone(a);
        assertFree(b, DOOR);
    }

    @Test
    void aNodeThatNeverLockedAnythingHasNoSession() {
        assertThat(storage.sessions(PATIENCE)).isEmpty();

        a.locks().close();

        assertThat(storage.sessions(PATIENCE)).isEmpty();
    }

    @Test
    void whatIsStillHeldStaysHeldUntilItIsGivenBack() {
        LockHandle held = a.write(DOOR).acquire();

        a.locks().close();

        assertThat(held.isHeld()).isTrue();
        assertRefused(b, DOOR);
        held.close();
        assertThat(b.write(DOOR).acquire().isHeld()).isTrue();
        untilGone(a);
    }

    @Test
    void whoeverWaitsOnANodeThatClosesIsToldAndLeavesNoClaim() {
        LockHandle held = a.write(DOOR).acquire();
        Contender<LockHandle> waiting = claimed(b, b.write(DOOR));
        CompletableFuture<LockHandle> alsoWaiting = b.write(DOOR, "another").acquireAsync();

        b.locks().close();

        assertThat(waiting.failure()).isInstanceOf(LockClosedException.class);
        assertThat(Contender.failureOf(alsoWaiting)).isInstanceOf(LockClosedException.class);
        untilNobodyAliveClaims(DOOR);
        untilGone(b);
        held.close();
        assertFree(c, DOOR);
    }

    @Test
    void closingWaitsForThoseWhoHold() {
        TestNode draining = node("draining", settings -> settings.drain(Duration.ofMinutes(5)));
        LockHandle held = draining.write(DOOR).acquire();

        Contender<Boolean> closing = contenders.start("closing", () -> {
            draining.locks().close();
            return held.isHeld();
        });
        Contenders.until("it is closed", draining.locks()::isClosed);
        assertThat(closing.isDone()).isFalse();
        held.close();

        assertThat(closing.result()).isFalse();
        untilGone(draining);
        assertFree(b, DOOR);
    }

    @Test
    void closingFailsNobodyThoughTheStoreDoesNotAnswer() {
        LockHandle held = a.write(DOOR).acquire();
        a.faults().always(StoreFault.REFUSED);

        held.close();
        a.locks().close();

        expireSessionOf(a);
        assertThat(b.write(DOOR).acquire().isHeld()).isTrue();
    }

    @Test
    void closingOneNodeDisturbsNoOther() {
        LockHandle reading = b.read(DOOR).acquire();
        LockHandle alsoReading = a.read(DOOR).acquire();
        alsoReading.close();

        a.locks().close();

        assertThat(reading.isHeld()).isTrue();
        assertThat(c.tryWrite(DOOR)).isEmpty();
        reading.close();
        assertFree(c, DOOR);
    }
}
