package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockClosedException;
import dev.interlock.LockHandle;
import dev.interlock.engine.InterlockManager;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** How a manager ends. */
abstract class ClosingContract extends Contract {

    ClosingContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    private Contender<Void> closing() {
        return contenders.start("closing", () -> {
            locks.close();
            return null;
        });
    }

    @Test
    void whoWaitsIsTold() {
        locks.write("door").owner(ALICE).acquire();
        Contender<LockHandle> thread = queued(locks.write("door").owner(BOB).timeout(LONG));
        Pending pending = queuedAsync(locks.read("door").owner(CAROL).timeout(LONG));

        locks.close();

        assertThat(thread.failure()).isInstanceOf(LockClosedException.class).hasMessageContaining("'door'");
        assertThat(pending.failure()).isInstanceOf(LockClosedException.class);
        assertThat(waiters("door")).isEmpty();
    }

    @Test
    void whoComesAfterwardsIsRefused() {
        assertThat(locks.isClosed()).isFalse();
        locks.close();

        assertThat(locks.isClosed()).isTrue();
        assertThatExceptionOfType(LockClosedException.class)
                .isThrownBy(() -> locks.write("door").acquire());
        assertThatExceptionOfType(LockClosedException.class)
                .isThrownBy(() -> locks.read("door").tryAcquire());
        assertThat(Contender.failureOf(locks.write("door").acquireAsync())).isInstanceOf(LockClosedException.class);
        assertThatExceptionOfType(LockClosedException.class)
                .isThrownBy(() -> locks.readWriteLock("door").writeLock().lock());
    }

    @Test
    void whoComesAgainAfterwardsIsRefusedToo() {
        LockHandle held = locks.write("door").acquire();
        locks.close();

        assertThatExceptionOfType(LockClosedException.class)
                .isThrownBy(() -> locks.write("door").acquire());
        assertThat(held.isHeld()).isTrue();
    }

    @Test
    void whoHoldsMayCloseAsUsual() {
        LockHandle held = locks.write("door").acquire();
        locks.close();

        held.close();

        assertThat(held.isHeld()).isFalse();
        assertThat(locks.monitor().isLocked("door")).isFalse();
    }

    @Test
    void closingTwiceIsClosingOnce() {
        locks.close();
        locks.close();

        assertThat(locks.monitor().statuses()).isEmpty();
    }

    @Test
    void closingWaitsForWhoHoldsAsLongAsTheDrainTimeAllows() {
        locks = manager(settings -> settings.drain(SECOND));
        LockHandle held = locks.write("door").acquire();
        Contender<Void> closing = closing();
        Contenders.until("it waits", () -> time.sleeping() > 0);

        time.advance(SECOND.minusNanos(1));
        assertThat(closing.isDone()).isFalse();
        time.advance(Duration.ofNanos(1));

        closing.result();
        assertThat(held.isHeld()).isTrue();
        held.close();
    }

    @Test
    void closingEndsAsSoonAsTheLastHolderHasGone() {
        locks = manager(settings -> settings.drain(LONG));
        LockHandle one = locks.write("door").acquire();
        LockHandle other = locks.read("gate").acquire();
        Contender<Void> closing = closing();
        Contenders.until("it waits", () -> time.sleeping() > 0);

        one.close();
        assertThat(closing.isDone()).isFalse();
        other.close();

        closing.result();
    }

    @Test
    void closingAgainWaitsForNobody() {
        locks = manager(settings -> settings.drain(SECOND));
        LockHandle held = locks.write("door").acquire();
        Contender<Void> closing = closing();
        Contenders.until("it waits", () -> time.sleeping() > 0);
        time.advance(SECOND);
        closing.result();

        closing().result();

        assertThat(held.isHeld()).isTrue();
        held.close();
    }

    @Test
    void anInterruptEndsTheDrain() {
        locks = manager(settings -> settings.drain(LONG));
        LockHandle held = locks.write("door").acquire();
        Contender<Boolean> closing = contenders.start("closing", () -> {
            locks.close();
            return Thread.currentThread().isInterrupted();
        });
        Contenders.until("it waits", () -> time.sleeping() > 0);

        closing.interrupt();

        assertThat(closing.result()).isTrue();
        held.close();
    }
}
