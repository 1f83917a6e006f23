package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.LockHandle;
import dev.interlock.LockMode;
import dev.interlock.LockTimeoutException;
import dev.interlock.LockUpgradeException;
import dev.interlock.MultiLockHandle;
import dev.interlock.deadlock.OrderStep;
import dev.interlock.deadlock.OrderViolation.Kind;
import dev.interlock.engine.InterlockManager;
import dev.interlock.monitor.LockHolder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys that share a stripe share a lock: everything that orders, merges or describes locks goes by the stripe. */
@SuppressWarnings("LockNotBeforeTry") // what the view is used for here cannot throw in between
abstract class StripeContract extends OrderedContract {

    private static final int KEYS = 200;

    StripeContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    @BeforeEach
    void manyStripesOrOne() {
        locks = manager(settings -> settings.distributedLocally(true)
                .type("account", account -> account.stripes(8))
                .type("door", door -> door.stripes(1)));
    }

    /** Two keys of which the lower one has the higher stripe. */
    private List<String> keysAgainstTheirStripes() {
        return IntStream.range(0, KEYS)
                .mapToObj(key -> List.of("account:" + key, "account:" + (key + 1)))
                .filter(pair -> stripeOf(pair.get(0)).compareTo(stripeOf(pair.get(1))) > 0)
                .findFirst()
                .orElseThrow();
    }

    /** Two keys that are in the order of their stripes. */
    private List<String> keysWithTheirStripes() {
        return IntStream.range(0, KEYS)
                .mapToObj(key -> List.of("account:" + key, "account:" + (key + 1)))
                .filter(pair -> stripeOf(pair.get(0)).compareTo(stripeOf(pair.get(1))) < 0)
                .findFirst()
                .orElseThrow();
    }

    private String stripeOf(String key) {
        try (LockHandle held = locks.write(key).tryAcquire().orElseThrow()) {
            return locks.monitor().status(held.resource()).orElseThrow().resource();
        }
    }

    // --- several at once -------------------------------------------------------------------------------------------

    @Test
    void severalAtOnceAreTakenInTheOrderOfTheirStripes() {
        List<String> keys = keysAgainstTheirStripes();
        locks.write(keys.get(1)).owner(BOB).acquire();

        Contender<MultiLockHandle> all = contenders.start("all", () -> locks.all(write(keys.get(0)), write(keys.get(1)))
                .timeout(LONG)
                .acquire());
        Contenders.untilWaiting(locks, keys.get(1), 1);

        assertThat(locks.monitor().isLocked(keys.get(0))).isFalse();
        locks.monitor().forceRelease(keys.get(1), "operator", "test");
        assertThat(all.result().handles()).extracting(LockHandle::resource).containsExactly(keys.get(1), keys.get(0));
    }

    @Test
    void twoWhoTakeManyKeysAtOnceNeverWaitForEachOther() {
        List<String> keys =
                IntStream.range(0, 6).mapToObj(key -> "account:" + key).toList();
        List<Contender<Boolean>> takers = IntStream.range(0, 2)
                .mapToObj(taker -> contenders.start("taker-" + taker, () -> {
                    for (int i = 0; i < 50; i++) {
                        String other = keys.get((i + taker) % keys.size());
                        locks.all(write(keys.get(i % keys.size())), write(other), read(keys.get((i + 3) % keys.size())))
                                .timeout(LONG)
                                .run(() -> {});
                    }
                    return true;
                }))
                .toList();

        assertThat(takers).allMatch(Contender::result);
        assertThat(locks.monitor().recentDeadlocks()).isEmpty();
        assertThat(violations()).isEmpty();
    }

    @Test
    void aReadAndAWriteOfOneStripeAtOnceAreOneWrite() {
        MultiLockHandle both = locks.all(
                        read("door:1").owner(ALICE), write("door:2").owner(ALICE))
                .acquire();

        assertThat(both.handles()).singleElement().extracting(LockHandle::mode).isEqualTo(LockMode.WRITE);
        for (String key : List.of("door:1", "door:2", "door:#0")) {
            assertThat(locks.monitor().holders(key))
                    .extracting(LockHolder::mode)
                    .containsExactly(LockMode.WRITE);
            assertThat(locks.read(key).owner(BOB).tryAcquire()).isEmpty();
        }
        assertThat(locks.monitor().holders("door:3")).isEmpty();
        both.close();
        assertIdle("door:1");
    }

    @Test
    void whatIsHeldForSeveralKeysIsReleasedByForceThroughAny() {
        MultiLockHandle all = locks.all(read("door:1"), write("door:2"), write("door:3"), read("door:4"))
                .acquire();

        assertThat(locks.monitor().forceRelease("door:4", "operator", "test")).hasSize(1);

        assertThat(all.isHeld()).isFalse();
        assertIdle("door:2");
    }

    @Test
    void theTypesOfTheHierarchyComeFirstWhateverTheirStripes() {
        locks = manager(settings -> settings.hierarchy("door", "account")
                .type("door", door -> door.stripes(2))
                .type("account", account -> account.stripes(8)));

        try (MultiLockHandle all = locks.all(write("account:1"), write("door:9"), write("account:2"), read("door:8"))
                .acquire()) {
            assertThat(all.handles().get(0).resource()).startsWith("door:");
            assertThat(all.handles().get(all.handles().size() - 1).resource()).startsWith("account:");
        }
        assertThat(violations()).isEmpty();
    }

    @Test
    void twoOwnersOfOneStripeAtOnceAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        locks.all(write("door:1").owner(ALICE), write("door:2").owner(BOB)))
                .withMessageContaining(
                        "'door:1' and 'door:2' share the stripe 'door:#0' and are asked for by two owners");
    }

    @Test
    void distributedKeysShareStripesToo() {
        try (MultiLockHandle both = locks.all(
                        locks.distributed("door:1").owner(ALICE),
                        locks.distributed("door:2").owner(ALICE))
                .acquire()) {
            assertThat(both.handles()).hasSize(1);
            assertThat(locks.distributed("door:3").owner(BOB).tryAcquire()).isEmpty();
            assertThat(locks.monitor().holders("door:2")).hasSize(1);
        }
    }

    // --- orders ----------------------------------------------------------------------------------------------------

    @Test
    void keysInOneOrderAreToldIfTheirStripesAreNot() {
        List<String> against = keysAgainstTheirStripes();
        List<String> with = keysWithTheirStripes();
        nest(write(with.get(0)), write(with.get(1)));
        assertThat(violations()).isEmpty();

        nest(write(against.get(0)), write(against.get(1)));

        OrderStep step = onlyViolation().steps().get(0);
        assertThat(onlyViolation().kind()).isEqualTo(Kind.NESTING);
        assertThat(onlyViolation().order()).containsExactly(against.get(1), against.get(0));
        assertThat(step.heldStripe()).isEqualTo(stripeOf(against.get(0)));
        assertThat(step.askedStripe()).isEqualTo(stripeOf(against.get(1)));
        assertThat(onlyViolation().describe())
                .contains("held '" + against.get(0) + "' (stripe '" + step.heldStripe() + "') in WRITE mode")
                .contains("asked to WRITE '" + against.get(1) + "' (stripe '" + step.askedStripe() + "')")
                .contains("take them at once with all(…), which orders them by their stripes");
    }

    @Test
    void keysAgainstEachOtherAreFineIfTheirStripesAgree() {
        List<String> against = keysAgainstTheirStripes();
        List<String> with = keysWithTheirStripes();

        nest(write(against.get(1)), write(against.get(0)));
        nest(write(with.get(0)), write(with.get(1)));

        assertThat(violations()).isEmpty();
    }

    @Test
    void keysOfOneStripeAreNotNested() {
        nest(write("door:1"), write("door:2"));
        nest(write("door:2"), write("door:1"));

        assertThat(violations()).isEmpty();
    }

    // --- what is said ----------------------------------------------------------------------------------------------

    @Test
    void aDeadlockNamesTheStripeBesideTheKeys() {
        write("door:1").owner(ALICE).acquire();
        write("gate").owner(BOB).acquire();
        queuedAsync(write("gate").owner(ALICE).timeout(LONG));

        queuedAsync(write("door:2").owner(BOB).timeout(LONG));

        assertThat(locks.monitor().deadlocks())
                .singleElement()
                .extracting(report -> report.describe())
                .asString()
                .contains(
                        "'bob' holds {gate=WRITE} and waits to WRITE 'door:2', held in WRITE mode by 'alice' for 'door:1',"
                                + " of the same stripe 'door:#0'")
                .contains("'alice' holds {door:1=WRITE} and waits to WRITE 'gate', held in WRITE mode by 'bob'");
    }

    @Test
    void aDeadlockNamesEveryKeyOfWhatWasTakenAtOnce() {
        locks.all(write("door:1").owner(ALICE), read("door:2").owner(ALICE)).acquire();
        write("gate").owner(BOB).acquire();
        queuedAsync(write("gate").owner(ALICE).timeout(LONG));

        queuedAsync(write("door:2").owner(BOB).timeout(LONG));

        assertThat(locks.monitor().deadlocks().get(0).participants())
                .filteredOn(each -> each.owner().equals(ALICE))
                .singleElement()
                .satisfies(alice -> assertThat(alice.holds()).containsOnlyKeys("door:1", "door:2"));
    }

    @Test
    void whoWaitsInVainIsToldWhoseKeyIsInTheWay() {
        write("door:1").owner(ALICE).acquire();

        assertThatExceptionOfType(LockTimeoutException.class)
                .isThrownBy(
                        () -> write("door:2").owner(BOB).timeout(Duration.ZERO).acquire())
                .withMessageContaining("'door:2' of the stripe 'door:#0' without waiting")
                .withMessageContaining("'alice' in WRITE mode since 0µs for 'door:1'");
    }

    @Test
    void anUpgradeThroughAnotherKeyNamesBoth() {
        read("door:1").owner(ALICE).acquire();

        assertThatExceptionOfType(LockUpgradeException.class)
                .isThrownBy(() -> write("door:2").owner(ALICE).acquire())
                .withMessageContaining("'alice' holds 'door:1' in READ mode and asks to WRITE 'door:2'")
                .withMessageContaining("The lock is the stripe 'door:#0'");
    }

    @Test
    void statisticsAreThoseOfTheStripe() {
        write("door:1").acquire().close();
        write("door:2").acquire().close();

        assertThat(locks.monitor().statistics("door:3").orElseThrow().name()).isEqualTo("door:#0");
        assertThat(locks.monitor().statistics("door:3").orElseThrow().write().acquisitions())
                .isEqualTo(2);
    }

    // --- the view --------------------------------------------------------------------------------------------------

    @Test
    void theViewOfOneKeyDoesNotUnlockAnother() {
        Lock one = locks.readWriteLock("door:1").writeLock();
        Lock other = locks.readWriteLock("door:2").writeLock();
        one.lock();

        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(other::unlock);
        other.lock();
        one.unlock();

        assertThat(locks.monitor().holders("door:1")).isEmpty();
        assertThat(locks.monitor().holders("door:2")).hasSize(1);
        other.unlock();
        assertIdle("door:1");
    }

    @Test
    @SuppressWarnings("WaitNotInLoop") // there is one signal, and our conditions wake for nothing else
    void whoAwaitsASignalGivesBackTheWholeStripeAndGetsItBack() {
        Lock one = locks.readWriteLock("door:1").writeLock();
        Lock other = locks.readWriteLock("door:2").writeLock();
        Condition opened = one.newCondition();
        Contender<Boolean> sleeper = contenders.start("sleeper", () -> {
            other.lock();
            one.lock();
            opened.awaitUninterruptibly();
            one.unlock();
            other.unlock();
            return true;
        });
        Contenders.until(
                "it sleeps",
                () -> sleeper.thread().getState() == Thread.State.WAITING
                        && !locks.monitor().isLocked("door:1"));

        one.lock();
        opened.signal();
        one.unlock();

        assertThat(sleeper.result()).isTrue();
        assertIdle("door:1");
    }

    @Test
    @SuppressWarnings("WaitNotInLoop") // it is refused
    void whoAwaitsASignalDoesNotGiveAwayTheHandleOfAnotherKey() {
        LockHandle other = write("door:2").acquire();
        Lock one = locks.readWriteLock("door:1").writeLock();
        one.lock();

        assertThatExceptionOfType(IllegalMonitorStateException.class)
                .isThrownBy(() -> one.newCondition().awaitNanos(0))
                .withMessageContaining("while it has a handle to 'door:2', which is the same lock");
        assertThat(other.isHeld()).isTrue();
        one.unlock();
        other.close();
        assertIdle("door:1");
    }
}
