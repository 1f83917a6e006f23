package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockHandle;
import dev.interlock.LockLostException;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockUpgradeException;
import dev.interlock.engine.InterlockManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Owners are logical: they come in again, step down, and let others give back what they hold. */
abstract class OwnershipContract extends Contract {

    OwnershipContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    @Test
    void aThreadComesInAgain() {
        LockHandle outer = locks.write("door").acquire();
        LockHandle inner = locks.write("door").timeout(Duration.ZERO).acquire();
        LockHandle reading = locks.read("door").timeout(Duration.ZERO).acquire();

        assertThat(locks.write("door").owner(BOB).tryAcquire()).isEmpty();
        reading.close();
        inner.close();
        assertThat(locks.write("door").owner(BOB).tryAcquire()).isEmpty();
        outer.close();
        assertThat(locks.write("door").owner(BOB).tryAcquire()).isPresent();
    }

    @Test
    void aNamedOwnerComesInAgainFromAnyThread() {
        LockHandle outer = locks.write("door").owner(ALICE).acquire();
        Contender<LockHandle> elsewhere = contenders.start("elsewhere", () -> locks.write("door")
                .owner(LockOwner.named("alice"))
                .timeout(Duration.ZERO)
                .acquire());

        LockHandle inner = elsewhere.result();
        outer.close();
        assertThat(locks.read("door").owner(BOB).tryAcquire()).isEmpty();
        inner.close();
        assertThat(locks.read("door").owner(BOB).tryAcquire()).isPresent();
    }

    @Test
    void aReaderComesInAgainPastWaitingWriters() {
        LockHandle outer = locks.read("door").owner(ALICE).acquire();
        Contender<LockHandle> writer = queued(locks.write("door").owner(BOB).timeout(LONG));
        time.advance(SECOND);

        LockHandle inner =
                locks.read("door").owner(ALICE).timeout(Duration.ZERO).acquire();

        outer.close();
        assertThat(waiters("door")).hasSize(1);
        inner.close();
        assertThat(writer.result().isHeld()).isTrue();
    }

    @Test
    void holdsMayEndInAnyOrder() {
        List<LockHandle> holds = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            holds.add(locks.write("door").owner(ALICE).acquire());
        }

        for (int next : new int[] {2, 0, 4, 1}) {
            holds.get(next).close();
            assertThat(locks.read("door").owner(BOB).tryAcquire()).isEmpty();
        }
        assertThat(holds.get(3).isHeld()).isTrue();
        holds.get(3).close();
        assertIdle("door");
    }

    @Test
    void theReadHoldWithinAWriteHoldMayOutliveIt() {
        LockHandle writing = locks.write("door").owner(ALICE).acquire();
        LockHandle reading = locks.read("door").owner(ALICE).acquire();
        Contender<LockHandle> reader = queued(locks.read("door").owner(BOB).timeout(LONG));

        writing.close();

        assertThat(reader.result().isHeld()).isTrue();
        assertThat(reading.isHeld()).isTrue();
        assertThat(locks.write("door").owner(CAROL).tryAcquire()).isEmpty();
    }

    @Test
    @DisplayName("way 11: a hundred thousand nested holds are counted right")
    void manyNestedHolds() {
        locks = manager(settings -> settings.maxLocksPerOwner(Integer.MAX_VALUE));
        List<LockHandle> holds = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            holds.add(locks.write("door").owner(ALICE).acquire());
        }
        LockHandle last = holds.remove(50_000);

        holds.forEach(LockHandle::close);

        assertThat(locks.write("door").owner(BOB).tryAcquire()).isEmpty();
        last.close();
        assertThat(locks.write("door").owner(BOB).tryAcquire()).isPresent();
    }

    @Test
    void aDowngradeLetsReadersInAndNeverAWriter() {
        LockHandle writing = locks.write("door").owner(ALICE).acquire();
        Contender<LockHandle> reader = queued(locks.read("door").owner(BOB).timeout(LONG));
        queued(locks.write("door").owner(CAROL).timeout(LONG));

        LockHandle reading = writing.downgrade();

        assertThat(reading.mode()).isEqualTo(LockMode.READ);
        assertThat(reading.isHeld()).isTrue();
        assertThat(reading.owner()).isEqualTo(ALICE);
        assertThat(reading.fencingToken()).isEqualTo(writing.fencingToken());
        assertThat(reader.result().isHeld()).isTrue();
        assertThat(waitingOwners("door")).containsExactly("carol");
    }

    @Test
    void aWriterThatWaitsIsNotLetInBetweenTheTwoSidesOfADowngrade() {
        LockHandle writing = locks.write("door").owner(ALICE).acquire();
        Contender<LockHandle> writer = queued(locks.write("door").owner(CAROL).timeout(LONG));

        LockHandle reading = writing.downgrade();

        assertThat(waitingOwners("door")).containsExactly("carol");
        reading.close();
        assertThat(writer.result().fencingToken()).isGreaterThan(reading.fencingToken());
    }

    @Test
    void theHandleThatWasDowngradedIsSpent() {
        LockHandle writing = locks.write("door").acquire();
        LockHandle reading = writing.downgrade();

        assertThat(writing.isHeld()).isFalse();
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(writing::ensureHeld)
                .withMessageContaining("downgraded");
        assertThatExceptionOfType(LockLostException.class).isThrownBy(writing::downgrade);
        writing.close();
        assertThat(reading.isHeld()).isTrue();
        assertThat(reading.downgrade()).isSameAs(reading);
    }

    @Test
    void aDowngradeKeepsTheLease() {
        LockHandle writing = locks.write("door").lease(SECOND).acquire();
        time.advance(Duration.ofMillis(400));

        LockHandle reading = writing.downgrade();

        assertThat(reading.leaseExpiresAt()).contains(time.instant().plusMillis(600));
        time.advance(Duration.ofMillis(600));
        assertThat(reading.isHeld()).isFalse();
        assertIdle("door");
    }

    @Test
    @DisplayName("way 8: an upgrade is refused at once and says why")
    void anUpgradeIsRefusedAtOnce() {
        locks.read("door").owner(ALICE).acquire();

        assertThatExceptionOfType(LockUpgradeException.class)
                .isThrownBy(() -> locks.write("door").owner(ALICE).timeout(LONG).acquire())
                .withMessageContaining("'alice'")
                .withMessageContaining("'door'")
                .withMessageContaining("downgrade()");
        assertThatExceptionOfType(LockUpgradeException.class)
                .isThrownBy(() -> locks.write("door").owner(ALICE).tryAcquire());
        assertThat(Contender.failureOf(locks.write("door").owner(ALICE).acquireAsync()))
                .isInstanceOf(LockUpgradeException.class);
        assertThat(locks.monitor().holders("door")).hasSize(1);
        assertThat(waiters("door")).isEmpty();
    }

    @Test
    @DisplayName("way 8: two readers that upgrade do not wait for each other")
    void twoUpgradersDoNotWaitForEachOther() {
        locks.read("door").owner(ALICE).acquire();
        locks.read("door").owner(BOB).acquire();

        for (LockOwner each : List.of(ALICE, BOB)) {
            assertThat(contenders
                            .start("upgrader", locks.write("door").owner(each).timeout(LONG)::acquire)
                            .failure())
                    .isInstanceOf(LockUpgradeException.class);
        }
    }

    @Test
    void whoHasDowngradedCannotGoBackUp() {
        locks.write("door").owner(ALICE).acquire().downgrade();

        assertThatExceptionOfType(LockUpgradeException.class)
                .isThrownBy(() -> locks.write("door").owner(ALICE).acquire());
    }

    @Test
    @DisplayName("way 14: a handle may be closed by another thread")
    void anotherThreadMayRelease() {
        LockHandle held = locks.write("door").acquire();
        contenders
                .start("helper", () -> {
                    held.close();
                    return null;
                })
                .result();

        assertThat(held.isHeld()).isFalse();
        assertThat(locks.write("door").owner(BOB).tryAcquire()).isPresent();
    }

    @Test
    @DisplayName("way 14: a second close does not release somebody else's hold")
    void aSecondCloseChangesNothing() {
        LockHandle first = locks.write("door").owner(ALICE).acquire();
        first.close();
        LockHandle second = locks.write("door").owner(ALICE).acquire();

        first.close();
        first.close();

        assertThat(second.isHeld()).isTrue();
        assertThat(locks.write("door").owner(BOB).tryAcquire()).isEmpty();
    }

    @Test
    void aClosedHandleSaysSo() {
        LockHandle held = locks.write("door").acquire();
        held.close();

        assertThat(held.isHeld()).isFalse();
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(held::ensureHeld)
                .withMessageContaining("'door'")
                .withMessageContaining("closed");
        assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> held.extend(SECOND));
        assertThatExceptionOfType(LockLostException.class).isThrownBy(held::downgrade);
        assertThatCode(held::close).doesNotThrowAnyException();
    }

    @Test
    void ownersAreTheSameWhenTheyAreEqual() {
        locks.write("door").owner(LockOwner.named("zoe")).acquire();

        assertThat(locks.write("door").owner(LockOwner.named("zoe")).tryAcquire())
                .isPresent();
        assertThat(locks.write("door").owner(LockOwner.named("Zoe")).tryAcquire())
                .isEmpty();
    }

    @Test
    void theOwnerOfAThreadMayBeHandedOn() {
        LockHandle mine = locks.write("door").acquire();
        Contender<LockHandle> helper = contenders.start(
                "helper",
                () -> locks.write("door").owner(mine.owner()).tryAcquire().orElseThrow());

        assertThat(helper.result().owner()).isEqualTo(mine.owner());
        helper.result().close();
        mine.close();
        assertIdle("door");
    }
}
