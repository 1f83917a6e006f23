package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockLimitException;
import dev.interlock.MultiLockHandle;
import dev.interlock.engine.InterlockManager;
import dev.interlock.monitor.LockStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and that names are compared exactly. */
abstract class LimitContract extends Contract {

    LimitContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    @Test
    void anOwnerTakesNoMoreThanTheLimit() {
        locks = manager(settings -> settings.maxLocksPerOwner(3));
        List<LockHandle> holds = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            holds.add(locks.write("door", i).acquire());
        }

        assertThatExceptionOfType(LockLimitException.class)
                .isThrownBy(() -> locks.write("door", 3).acquire())
                .withMessageContaining("3")
                .withMessageContaining(Thread.currentThread().getName())
                .satisfies(failure -> assertThat(failure.resource()).contains("door:3"));
        assertThatExceptionOfType(LockLimitException.class)
                .isThrownBy(() -> locks.write("door", 3).tryAcquire());
        assertThat(locks.write("door", 3).owner(BOB).tryAcquire()).isPresent();
        holds.get(0).close();
        assertThat(locks.write("door", 4).tryAcquire()).isPresent();
    }

    @Test
    void whatEndsInAnyWayNoLongerCounts() {
        locks = manager(settings -> settings.maxLocksPerOwner(1));
        locks.write("door").owner(ALICE).lease(SECOND).acquire();
        time.advance(SECOND);
        locks.write("door").owner(ALICE).acquire();
        locks.monitor().forceRelease("door", "operator", "test");
        locks.write("door").owner(ALICE).acquire().downgrade().close();
        locks.write("door").owner(BOB).acquire();
        assertThat(locks.write("door").owner(ALICE).tryAcquire()).isEmpty();
        Pending cancelled = queuedAsync(locks.write("door").owner(ALICE));
        cancelled.cancel();
        Contender<LockHandle> late = queued(locks.write("door").owner(ALICE).timeout(SECOND));
        time.advance(SECOND);
        assertThat(late.failure()).isNotNull();

        assertThat(locks.write("gate").owner(ALICE).tryAcquire()).isPresent();
    }

    @Test
    void aQueueGrowsNoLongerThanTheLimit() {
        locks = manager(settings -> settings.maxQueue(2));
        locks.write("door").owner(ALICE).acquire();
        Pending first = queuedAsync(locks.write("door").timeout(LONG));
        queuedAsync(locks.write("door").timeout(LONG));

        assertThatExceptionOfType(LockLimitException.class)
                .isThrownBy(() -> locks.write("door").owner(BOB).timeout(LONG).acquire())
                .withMessageContaining("'door'")
                .withMessageContaining("2");
        assertThat(Contender.failureOf(locks.read("door").timeout(LONG).acquireAsync()))
                .isInstanceOf(LockLimitException.class);
        first.cancel();
        queuedAsync(locks.write("door").timeout(LONG));
    }

    @Test
    void aNameIsNoLongerThanTheLimit() {
        locks = manager(settings -> settings.maxResourceLength(10));
        String longest = "x".repeat(10);

        assertThat(locks.write(longest).tryAcquire()).isPresent();
        assertThatExceptionOfType(LockLimitException.class)
                .isThrownBy(() -> locks.write(longest + "y").acquire())
                .withMessageContaining("11")
                .withMessageContaining("10");
        assertThatExceptionOfType(LockLimitException.class)
                .isThrownBy(() -> locks.read(longest + "y").tryAcquire());
        assertThat(Contender.failureOf(locks.read(longest + "y").acquireAsync()))
                .isInstanceOf(LockLimitException.class);
    }

    @Test
    void theLimitOfNamesHoldsForStripedTypesToo() {
        locks = manager(settings -> settings.maxResourceLength(10).type("door", door -> door.stripes(4)));

        assertThatExceptionOfType(LockLimitException.class)
                .isThrownBy(() -> locks.write("door:1234567").acquire());
    }

    @Test
    void blankNamesAndNamesThatAreNullAreRefused() {
        for (String blank : List.of("", " ", "\t\n")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> locks.write(blank).acquire())
                    .withMessageContaining("blank");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> locks.read(blank).tryAcquire());
        }
        assertThatNullPointerException().isThrownBy(() -> locks.write(nothing()));
        assertThatNullPointerException().isThrownBy(() -> locks.read(nothing()));
        assertThatNullPointerException().isThrownBy(() -> locks.readWriteLock(nothing()));
        assertThatIllegalArgumentException().isThrownBy(() -> locks.read("", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> locks.read("door", " "));
        assertThatNullPointerException().isThrownBy(() -> locks.read("door", nothing()));
    }

    @Test
    void timesBeforeNowAndPrioritiesOutsideTheirRangeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> locks.write("door").timeout(SECOND.negated()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> locks.write("door").priority(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> locks.write("door").priority(11));
        assertThatIllegalArgumentException().isThrownBy(() -> locks.monitor().heldLongerThan(SECOND.negated()));
        assertThatNullPointerException().isThrownBy(() -> locks.write("door").timeout(nothing()));
        assertThatNullPointerException().isThrownBy(() -> locks.write("door").owner(nothing()));
        assertThatNullPointerException().isThrownBy(() -> locks.write("door").reason(nothing()));
        assertThatNullPointerException().isThrownBy(() -> locks.write("door").metadata("key", nothing()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"job", "JOB", "Job ", " Job", "Jöb", "Jo\u0308b", "Job\u0000", "Job\u200b", "Ｊob", "J\u043eb"})
    void namesAreComparedExactly(String similar) {
        locks.write("Job").owner(ALICE).acquire();

        assertThat(locks.write(similar).owner(BOB).tryAcquire()).isPresent();
        assertThat(locks.write(new String("Job".toCharArray())).owner(BOB).tryAcquire())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b?c=d#e", ":", ":x", "x:", "a:b:c", "'; drop table locks; --", "\uD83D\uDD12", "\uD83D"})
    void anyNameThatIsNotBlankWillDo(String name) {
        try (LockHandle held = locks.write(name).owner(ALICE).acquire()) {
            assertThat(held.resource()).isEqualTo(name);
            assertThat(locks.monitor().isLocked(name)).isTrue();
            assertThat(locks.read(name).owner(BOB).tryAcquire()).isEmpty();
        }
        assertThat(locks.monitor().isLocked(name)).isFalse();
    }

    @Test
    void aDistributedLockIsRefusedUnlessItIsAllowedToBeLocal() {
        LockException refused = null;
        try {
            locks.distributed("door").acquire().close();
        } catch (LockException failure) {
            refused = failure;
        }
        locks = manager(settings -> settings.distributedLocally(true));

        assertThat(locks.distributed("door").tryAcquire()).isPresent();
        if (refused != null) {
            assertThat(refused).hasMessageContaining("distributedLocally");
        }
    }

    @Test
    void stripedKeysShareAFewLocks() {
        locks = manager(settings ->
                settings.type("door", door -> door.stripes(2).timeout(SECOND).priority(7)));
        for (int i = 0; i < 50; i++) {
            locks.read("door", i).owner(ALICE).acquire();
        }

        assertThat(locks.monitor().count().resources()).isEqualTo(2);
        assertThat(locks.monitor().statuses()).allSatisfy(status -> {
            assertThat(status.type()).isEqualTo("door");
            assertThat(status.holders()).allMatch(holder -> holder.priority() == 7);
        });
        assertThat(locks.write("door:1").owner(BOB).tryAcquire()).isEmpty();
        assertThat(locks.monitor().status("door:1")).isPresent();
    }

    @Test
    void lookingUsesUpNoType() {
        locks = manager(settings -> settings.maxTypes(2).type("door", door -> door.stripes(2)));

        for (String unknown : List.of("a:1", "b:1", "c:1")) {
            assertThat(locks.monitor().status(unknown)).isEmpty();
            assertThat(locks.monitor().isLocked(unknown)).isFalse();
            assertThat(locks.monitor().holders(unknown)).isEmpty();
            assertThat(locks.monitor().statistics(unknown)).isEmpty();
            assertThat(locks.monitor().forceRelease(unknown, "operator", "test"))
                    .isEmpty();
        }
        locks.write("gate:1").run(() -> {});

        assertThat(locks.monitor().statisticsByType())
                .extracting(LockStatistics::name)
                .containsExactly("door", "gate");
    }

    @Test
    void oneOwnerMayTakeTwoKeysOfOneStripe() {
        locks = manager(settings -> settings.type("door", door -> door.stripes(1)));

        LockHandle one = locks.write("door:1").owner(ALICE).acquire();
        LockHandle other = locks.write("door:2").owner(ALICE).acquire();

        assertThat(one.resource()).isEqualTo("door:1");
        assertThat(other.resource()).isEqualTo("door:2");
    }

    @Test
    void twoKeysOfOneStripeAreFoundByEitherName() {
        locks = manager(settings -> settings.type("door", door -> door.stripes(1)));

        try (MultiLockHandle both =
                locks.all(locks.read("door:1"), locks.write("door:2")).acquire()) {
            assertThat(both.handles()).hasSize(1);
            assertThat(both.handle("door:1")).isPresent().isEqualTo(both.handle("door:2"));
            assertThat(both.handle("door:3")).isEmpty();
        }
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // to hand in what the signature forbids
    private static <T> T nothing() {
        return null;
    }
}
