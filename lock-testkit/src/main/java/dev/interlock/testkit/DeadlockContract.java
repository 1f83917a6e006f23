package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.DeadlockException;
import dev.interlock.DeadlockPolicy;
import dev.interlock.FairnessPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.MultiLockHandle;
import dev.interlock.deadlock.DeadlockParticipant;
import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A planted circle is reported once, with those who are in it; broken, it costs one of them, and all others finish. */
@SuppressWarnings("LockNotBeforeTry") // the view is used as its users would, in one line each
abstract class DeadlockContract extends Contract {

    private static final int HIGH = 8;
    private static final int LOW = 2;

    DeadlockContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    /** In which modes a circle is made. Where one holds shared, the one before it asks to write, and the other way round. */
    enum Mixture {
        WRITERS,
        READERS_ASK,
        READERS_HOLD,
        EVERY_OTHER;

        LockMode held(int place) {
            boolean reads = this == READERS_HOLD || (this == EVERY_OTHER && place % 2 == 1);
            return reads ? LockMode.READ : LockMode.WRITE;
        }

        LockMode asked(int place) {
            boolean reads = this == READERS_ASK || (this == EVERY_OTHER && place % 2 == 1);
            return reads ? LockMode.READ : LockMode.WRITE;
        }
    }

    /** Who waits. */
    enum Kind {
        THREADS,
        NAMED,
        ASYNCHRONOUS
    }

    /** Every size in every mixture; who waits takes turns. */
    static Stream<Arguments> circles() {
        List<Arguments> circles = new ArrayList<>();
        for (int size : List.of(2, 3, 5)) {
            for (Mixture mixture : Mixture.values()) {
                circles.add(Arguments.of(size, mixture, Kind.values()[circles.size() % Kind.values().length]));
            }
        }
        return circles.stream();
    }

    // --- planted circles -------------------------------------------------------------------------------------------

    /** Some who each hold a resource, and then ask for that of the next one. */
    private final class Circle {

        private final int size;
        private final Mixture mixture;
        private final Kind kind;
        /** Who is of low priority, or nobody. */
        private final int weakest;

        private final List<CountDownLatch> signals = new ArrayList<>();
        private final List<Contender<@Nullable DeadlockReport>> members = new ArrayList<>();

        Circle(int size, Mixture mixture, Kind kind, int weakest) {
            this.size = size;
            this.mixture = mixture;
            this.kind = kind;
            this.weakest = weakest;
        }

        Circle close() {
            for (int place = 0; place < size; place++) {
                int member = place;
                CountDownLatch holds = new CountDownLatch(1);
                CountDownLatch signal = new CountDownLatch(1);
                signals.add(signal);
                members.add(contenders.start(name(place), () -> takeBoth(member, holds, signal)));
                reached(holds);
            }
            for (int place = 0; place < size; place++) {
                time.advance(Duration.ofMillis(1));
                assertThat(locks.monitor().recentDeadlocks()).isEmpty();
                int asks = place;
                signals.get(place).countDown();
                Contenders.until(
                        name(asks) + " waits, or a circle was found",
                        () -> waiters(resource(asks + 1)).size() == 1 || !found().isEmpty());
            }
            return this;
        }

        /** Answers the deadlock whose victim it was, if it was one. */
        private @Nullable DeadlockReport takeBoth(int place, CountDownLatch holds, CountDownLatch signal) {
            LockRequest first = request(mixture.held(place), resource(place), place);
            LockRequest second = request(mixture.asked(place), resource(place + 1), place);
            try (LockHandle held = first.acquire()) {
                holds.countDown();
                reached(signal);
                ask(second).close();
                return null;
            } catch (DeadlockException victim) {
                assertThat(victim.attempt().orElseThrow().resource()).isEqualTo(resource(place + 1));
                return victim.report();
            }
        }

        private LockHandle ask(LockRequest request) {
            if (kind != Kind.ASYNCHRONOUS) {
                return request.acquire();
            }
            try {
                return request.acquireAsync().join();
            } catch (CompletionException failed) {
                throw failed.getCause() instanceof DeadlockException victim ? victim : failed;
            }
        }

        private LockRequest request(LockMode mode, String resource, int place) {
            LockRequest request = (mode == LockMode.WRITE ? locks.write(resource) : locks.read(resource))
                    .timeout(LONG)
                    .priority(place == weakest ? LOW : HIGH);
            return kind == Kind.THREADS ? request : request.owner(LockOwner.named(name(place)));
        }

        String resource(int place) {
            return "r" + place % size;
        }

        String name(int place) {
            return "member-" + place;
        }

        Set<String> names() {
            return Stream.iterate(0, place -> place + 1)
                    .limit(size)
                    .map(this::name)
                    .collect(Collectors.toSet());
        }
    }

    private static void reached(CountDownLatch latch) {
        try {
            assertThat(latch.await(Contender.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private List<DeadlockReport> found() {
        return locks.monitor().recentDeadlocks();
    }

    /** Whoever is in the queue looks for a circle right then, in a thread of its own. */
    private void untilFound(int count) {
        Contenders.until(count + " deadlocks are found", () -> found().size() >= count);
        assertThat(found()).hasSize(count);
    }

    private DeadlockReport onlyOne() {
        untilFound(1);
        return found().get(0);
    }

    private static Set<String> owners(DeadlockReport report) {
        return report.participants().stream().map(each -> each.owner().name()).collect(Collectors.toSet());
    }

    private void policy(DeadlockPolicy policy) {
        locks = manager(settings -> settings.deadlocks(policy));
    }

    @ParameterizedTest
    @MethodSource("circles")
    void aPlantedCircleIsReportedOnceWithThoseWhoAreInIt(int size, Mixture mixture, Kind kind) {
        Circle circle = new Circle(size, mixture, kind, -1).close();

        DeadlockReport report = onlyOne();
        assertThat(report.victim()).isNull();
        assertThat(owners(report)).isEqualTo(circle.names());
        assertThat(report.participants()).hasSize(size).allSatisfy(each -> {
            int place = Integer.parseInt(each.owner().name().substring("member-".length()));
            assertThat(each.holds()).containsOnlyKeys(circle.resource(place));
            assertThat(each.waitsFor()).isEqualTo(circle.resource(place + 1));
            assertThat(each.mode()).isEqualTo(mixture.asked(place));
            assertThat(each.blockedBy())
                    .contains(mixture.held((place + 1) % size).name(), circle.name((place + 1) % size));
            assertThat(each.stackTrace().isEmpty()).isEqualTo(kind == Kind.ASYNCHRONOUS);
        });
        locks.monitor().forceRelease(circle.resource(1), "operator", "to untangle it");
        assertThat(circle.members).allSatisfy(each -> assertThat(each.result()).isNull());
        assertThat(locks.monitor().deadlocks()).isEmpty();
        assertThat(found()).containsExactly(report);
    }

    @ParameterizedTest
    @MethodSource("circles")
    void aBrokenCircleCostsTheOneOfLowestPriority(int size, Mixture mixture, Kind kind) {
        policy(DeadlockPolicy.BREAK);
        int weakest = size / 2;

        Circle circle = new Circle(size, mixture, kind, weakest).close();

        provenBroken(circle, weakest);
    }

    @ParameterizedTest
    @MethodSource("circles")
    void amongEqualsABrokenCircleCostsTheYoungest(int size, Mixture mixture, Kind kind) {
        policy(DeadlockPolicy.BREAK);

        Circle circle = new Circle(size, mixture, kind, -1).close();

        provenBroken(circle, size - 1);
    }

    private void provenBroken(Circle circle, int victim) {
        for (int place = 0; place < circle.size; place++) {
            DeadlockReport given = circle.members.get(place).result();
            assertThat(given).isEqualTo(place == victim ? onlyOne() : null);
        }
        assertThat(onlyOne().victim()).extracting(LockOwner::name).isEqualTo(circle.name(victim));
        assertThat(owners(onlyOne())).isEqualTo(circle.names());
        Contenders.until("nothing is left", () -> locks.monitor().count().resources() == 0);
        assertThat(locks.monitor().history())
                .filteredOn(LockEvent.DeadlockDetected.class::isInstance)
                .hasSize(1);
        assertThat(locks.monitor().totals().deadlocks()).isEqualTo(1);
    }

    // --- circles of other makes ------------------------------------------------------------------------------------

    private LockRequest write(LockOwner owner, String resource) {
        return locks.write(resource).owner(owner).timeout(LONG);
    }

    private LockRequest read(LockOwner owner, String resource) {
        return locks.read(resource).owner(owner).timeout(LONG);
    }

    @Test
    void aWriterThatWaitsBetweenReadersIsInTheCircle() {
        locks = manager(settings -> settings.fairness(FairnessPolicy.STRICT));
        read(ALICE, "a").acquire();
        read(CAROL, "c").acquire();
        queued(write(BOB, "a"));
        queued(write(ALICE, "c"));

        queued(read(CAROL, "a"));

        assertThat(owners(onlyOne())).containsExactlyInAnyOrder("alice", "bob", "carol");
        assertThat(onlyOne().participants())
                .filteredOn(each -> each.owner().equals(CAROL))
                .extracting(DeadlockParticipant::blockedBy)
                .containsExactly("for which 'bob' waits ahead of it in WRITE mode");
    }

    @Test
    void whoOnlyStandsByIsNotInTheCircle() {
        write(ALICE, "a").acquire();
        write(BOB, "b").acquire();
        queued(write(CAROL, "a"));
        queued(read(BOB, "a"));

        queued(write(ALICE, "b"));

        // bob waits behind carol too, who waits for alice as he does
        assertThat(owners(onlyOne())).containsExactlyInAnyOrder("alice", "bob");
    }

    @Test
    void whoIsPushedBackByPriorityIsInACircleWhenTheOtherHasGotIt() {
        LockHandle first = write(DAVE, "a").acquire();
        write(ALICE, "b").acquire();
        queued(write(ALICE, "a").priority(LOW));
        queued(write(BOB, "b"));
        assertThat(found()).isEmpty();

        queued(write(BOB, "a").priority(HIGH));
        assertThat(found()).isEmpty();
        first.close();

        assertThat(owners(onlyOne())).containsExactlyInAnyOrder("alice", "bob");
    }

    @Test
    void whoWaitsForSeveralThingsIsInACircleThroughAnyOfThem() {
        List.of("x", "y", "z").forEach(each -> write(DAVE, each).acquire());
        write(ALICE, "a").acquire();
        write(BOB, "b").acquire();
        write(CAROL, "c").acquire();
        Stream.of("x", "b", "y", "c", "z").forEach(each -> queuedAsync(write(ALICE, each)));
        assertThat(found()).isEmpty();

        queued(write(BOB, "a"));
        untilFound(1);
        queued(write(CAROL, "a"));
        untilFound(2);

        assertThat(found())
                .extracting(DeadlockContract::owners)
                .containsExactly(Set.of("alice", "bob"), Set.of("alice", "carol"));
    }

    @Test
    void whoAsksForSeveralAtOnceMayBeInACircle() {
        policy(DeadlockPolicy.BREAK);
        LockHandle middle = write(ALICE, "m").acquire();
        Contender<MultiLockHandle> all = contenders.start(
                "all", () -> locks.all(write(BOB, "a"), write(BOB, "m")).acquire());
        Contenders.untilWaiting(locks, "m", 1);
        time.advance(Duration.ofMillis(1));

        Throwable victim =
                contenders.start("closes", () -> write(ALICE, "a").acquire()).failure();

        assertThat(victim).isInstanceOf(DeadlockException.class);
        assertThat(owners(onlyOne())).containsExactlyInAnyOrder("alice", "bob");
        middle.close();
        all.result().close();
    }

    @Test
    void theWholeIsGivenBackWhenOneOfSeveralIsTheVictim() {
        policy(DeadlockPolicy.BREAK);
        LockHandle middle = write(ALICE, "m").acquire();
        Pending outer = queuedAsync(write(CAROL, "m"));
        Contender<LockHandle> asks = contenders.start("all", () -> {
            locks.all(write(BOB, "a").priority(LOW), write(BOB, "m").priority(LOW))
                    .acquire();
            throw new AssertionError("it should have been the victim");
        });
        Contenders.untilWaiting(locks, "m", 2);

        LockHandle a = write(ALICE, "a").acquire();

        assertThat(asks.failure()).isInstanceOf(DeadlockException.class);
        assertThat(locks.monitor().heldBy(BOB)).isEmpty();
        a.close();
        middle.close();
        outer.granted().close();
    }

    @Test
    void theViewsOfJavaUtilConcurrentMayBeInACircle() {
        policy(DeadlockPolicy.BREAK);
        Lock a = locks.readWriteLock("a").writeLock();
        Lock b = locks.readWriteLock("b").readLock();
        Lock other = locks.readWriteLock("b").writeLock();
        a.lock();
        CountDownLatch holds = new CountDownLatch(1);
        Contender<Boolean> waits = contenders.start("waits", () -> {
            b.lock();
            holds.countDown();
            a.lock();
            a.unlock();
            b.unlock();
            return true;
        });
        reached(holds);
        Contenders.untilWaiting(locks, "a", 1);
        time.advance(Duration.ofMillis(1));

        Throwable victim = thrownBy(other);

        assertThat(victim).isInstanceOf(DeadlockException.class);
        assertThat(owners(onlyOne()))
                .containsExactlyInAnyOrder("waits", Thread.currentThread().getName());
        a.unlock();
        assertThat(waits.result()).isTrue();
    }

    private static @Nullable Throwable thrownBy(Lock lock) {
        try {
            lock.lock();
            return null;
        } catch (DeadlockException victim) {
            return victim;
        }
    }

    @Test
    void everyCircleThatOneRequestClosesIsReported() {
        read(ALICE, "a").acquire();
        read(BOB, "a").acquire();
        write(DAVE, "d").acquire();
        write(CAROL, "c").acquire();
        queued(read(ALICE, "c"));
        queued(read(BOB, "c"));
        queued(write(CAROL, "d"));
        assertThat(found()).isEmpty();

        queued(write(DAVE, "a"));

        untilFound(2);
        assertThat(found())
                .extracting(DeadlockContract::owners)
                .containsExactlyInAnyOrder(Set.of("alice", "carol", "dave"), Set.of("bob", "carol", "dave"));
        assertThat(found()).extracting(DeadlockReport::id).containsExactly(1L, 2L);
    }

    @Test
    void aCircleThatWasBrokenByATimeoutMayCloseAgain() {
        write(ALICE, "a").acquire();
        write(BOB, "b").acquire();
        queuedAsync(write(ALICE, "b"));
        Pending impatient = queuedAsync(write(BOB, "a").timeout(SECOND));
        assertThat(locks.monitor().deadlocks()).hasSize(1);

        time.advance(SECOND);
        assertThat(impatient.failure()).hasMessageContaining("could not WRITE-lock 'a'");
        assertThat(locks.monitor().deadlocks()).isEmpty();
        queuedAsync(write(BOB, "a"));

        assertThat(found()).extracting(DeadlockReport::id).containsExactly(1L, 2L);
        assertThat(locks.monitor().deadlocks()).hasSize(1);
    }
}
