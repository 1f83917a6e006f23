package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.LockHandle;
import dev.interlock.LockRequest;
import dev.interlock.MultiLockHandle;
import dev.interlock.OrderingPolicy;
import dev.interlock.PotentialDeadlockException;
import dev.interlock.deadlock.OrderViolation.Kind;
import dev.interlock.engine.InterlockManager;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of those who go against the order: nothing, a report, or a refusal. */
@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop"}) // one signal is all there is
abstract class OrderPolicyContract extends OrderedContract {

    OrderPolicyContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    private void failing() {
        locks = manager(settings -> settings.ordering(OrderingPolicy.FAIL));
    }

    private void assertRefused(LockRequest request) {
        assertThatExceptionOfType(PotentialDeadlockException.class).isThrownBy(request::acquire);
    }

    // --- policies --------------------------------------------------------------------------------------------------

    @Test
    void whoLooksAwayIsToldNothing() {
        locks = manager(settings -> settings.ordering(OrderingPolicy.OFF).hierarchy("b", "a"));
        nest(write("a:1"), write("b:1"));
        nest(write("b:1"), write("a:1"));

        assertThat(violations()).isEmpty();
    }

    @Test
    void whoClosesACircleMayBeRefusedEachTime() {
        failing();
        nest(write("a:1"), write("b:1"));

        for (int i = 0; i < 3; i++) {
            LockHandle held = write("b:2").owner(BOB).acquire();
            assertThatExceptionOfType(PotentialDeadlockException.class)
                    .isThrownBy(() -> write("a:2").owner(BOB).acquire())
                    .withMessageContaining("'bob' asked to WRITE 'a:2' while it holds 'b:2' in WRITE mode")
                    .withMessageContaining("a, then b")
                    .satisfies(refused -> {
                        assertThat(refused.violation()).isEqualTo(onlyViolation());
                        assertThat(refused.resource()).contains("a:2");
                    });
            assertThat(locks.monitor().isLocked("a:2")).isFalse();
            assertThat(held.isHeld()).isTrue();
            held.close();
        }
        nest(write("a:1"), write("b:1"));
        assertThat(locks.monitor().count().holds()).isZero();
        assertThat(locks.monitor().statistics("a:2").orElseThrow().write().refusals())
                .isEqualTo(3);
    }

    @Test
    void aRefusedFutureFailsAndARefusedWholeGivesEverythingBack() {
        failing();
        nest(write("a:1"), write("b:1"));
        LockHandle held = write("b:1").owner(BOB).acquire();

        assertThat(Contender.failureOf(write("a:1").owner(BOB).acquireAsync()))
                .isInstanceOf(PotentialDeadlockException.class);
        assertThatExceptionOfType(PotentialDeadlockException.class).isThrownBy(() -> locks.all(
                        write("a:1").owner(BOB), write("A:1").owner(BOB))
                .acquire());

        assertThat(locks.monitor().heldBy(BOB)).hasSize(1);
        held.close();
        assertThat(locks.monitor().heldBy(BOB)).isEmpty();
    }

    @Test
    void keysAgainstTheirOrderAreRefused() {
        failing();
        nest(write("account:1"), write("account:2"));
        LockHandle held = write("account:4").acquire();

        assertRefused(write("account:3"));
        assertRefused(write("account:3"));
        write("account:5").acquire().close();
        held.close();
        assertThat(violations()).hasSize(1);
    }

    @Test
    void severalAtOnceAreNeverRefusedForTheOrderOfTheirKeys() {
        failing();
        nest(write("account:2"), write("account:1"));

        locks.all(write("account:1"), write("account:2")).acquire().close();

        assertThat(onlyViolation().kind()).isEqualTo(Kind.NESTING);
        LockHandle held = write("account:2").acquire();
        assertRefused(write("account:1"));
        held.close();
    }

    @Test
    void whatBecameDangerousWithAWriterIsRefusedFromThenOn() {
        failing();
        nest(read("a:1"), read("b:1"));
        nest(read("b:1"), read("a:1"));
        write("a:2").acquire().close();
        write("b:2").acquire().close();
        assertThat(violations()).hasSize(1);

        LockHandle a = read("a:1").owner(ALICE).acquire();
        LockHandle b = read("b:1").owner(BOB).acquire();
        long refused = Stream.of(read("b:1").owner(ALICE), read("a:1").owner(BOB))
                .filter(OrderPolicyContract::isRefused)
                .count();

        assertThat(refused).isEqualTo(1);
        a.close();
        b.close();
    }

    private static boolean isRefused(LockRequest request) {
        try (LockHandle held = request.acquire()) {
            return false;
        } catch (PotentialDeadlockException refused) {
            return true;
        }
    }

    @Test
    void whoWaitsForASignalIsNotRefusedTheWayBack() {
        failing();
        ReadWriteLock door = locks.readWriteLock("door:1");
        Condition opened = door.writeLock().newCondition();
        Contender<Boolean> waiting = contenders.start("waiting", () -> {
            door.writeLock().lock();
            try (LockHandle inner = write("key:1").acquire()) {
                opened.awaitUninterruptibly();
                return locks.monitor().isLocked("door:1");
            } finally {
                door.writeLock().unlock();
            }
        });
        Contenders.until("it waits for the signal", () -> {
            door.writeLock().lock();
            opened.signalAll();
            door.writeLock().unlock();
            return waiting.isDone();
        });

        assertThat(waiting.result()).isTrue();
    }

    // --- the hierarchy ---------------------------------------------------------------------------------------------

    @Test
    void goingAgainstTheHierarchyIsTold() {
        locks = manager(settings -> settings.hierarchy("region", "customer", "account"));
        nest(write("region:1"), write("account:1"));
        nest(write("customer:1"), write("other:1"), write("account:1"));
        assertThat(violations()).isEmpty();

        for (int i = 0; i < 2; i++) {
            nest(read("account:1"), read("customer:1"));
        }

        assertThat(onlyViolation().kind()).isEqualTo(Kind.HIERARCHY);
        assertThat(onlyViolation().order()).containsExactly("customer", "account");
        assertThat(onlyViolation().describe()).contains("'customer' comes before 'account' in the hierarchy");
        nest(write("customer:1"), write("account:1"));
        assertThat(violations()).hasSize(1);
    }

    @Test
    void goingAgainstTheHierarchyMayBeRefused() {
        locks = manager(
                settings -> settings.ordering(OrderingPolicy.FAIL).hierarchy(List.of("region", "customer", "account")));
        LockHandle held = write("account:1").acquire();

        assertRefused(write("customer:1"));
        assertRefused(read("region:1"));
        assertRefused(write("customer:1"));

        assertThat(violations()).hasSize(2);
        held.close();
        nest(write("region:1"), write("customer:1"), write("account:1"));
    }

    @Test
    void severalAtOnceFollowTheHierarchy() {
        locks = manager(settings -> settings.ordering(OrderingPolicy.FAIL).hierarchy("c", "b"));

        try (MultiLockHandle all = locks.all(write("a:1"), write("b:10"), write("b:9"), write("c:1"))
                .acquire()) {
            assertThat(all.handles()).extracting(LockHandle::resource).containsExactly("c:1", "b:9", "b:10", "a:1");
        }
        assertThat(violations()).isEmpty();
    }

    static Stream<List<String>> wrongHierarchies() {
        return Stream.of(List.of("a", " "), List.of("a", "b", "a"), List.of("a:1"), List.of(""));
    }

    @ParameterizedTest
    @MethodSource("wrongHierarchies")
    void aWrongHierarchyIsRefused(List<String> wrong) {
        assertThatIllegalArgumentException().isThrownBy(() -> manager(settings -> settings.hierarchy(wrong)));
    }
}
