package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.interlock.LockHandle;
import dev.interlock.LockLostException;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.engine.InterlockManager;
import dev.interlock.monitor.LockCounts;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockSearch;
import dev.interlock.monitor.LockStatus;
import dev.interlock.monitor.LockWaiter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.assertj.core.api.ListAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who holds, who waits, and taking a resource away. */
abstract class MonitorContract extends Contract {

    MonitorContract(Function<ManualTime, InterlockManager.Builder> backend) {
        super(backend);
    }

    @Test
    void anIdleResourceHasNoStatus() {
        locks.write("door").acquire().close();

        assertThat(locks.monitor().status("door")).isEmpty();
        assertThat(locks.monitor().status("unknown")).isEmpty();
        assertThat(locks.monitor().statuses()).isEmpty();
        assertThat(locks.monitor().isLocked("door")).isFalse();
        assertThat(locks.monitor().holders("unknown")).isEmpty();
    }

    @Test
    void aHolderIsDescribed() {
        locks = manager(settings -> settings.node("here"));
        Instant began = time.instant();
        LockHandle held = locks.write("door:1")
                .owner(ALICE)
                .priority(7)
                .lease(LONG)
                .reason("painting")
                .metadata("colour", "red")
                .metadata(LockRequest.METHOD, "Painter.paint()")
                .acquire();
        time.advance(SECOND);

        LockHolder holder = locks.monitor().holders("door:1").get(0);

        assertThat(holder)
                .isEqualTo(new LockHolder(
                        "door:1",
                        ALICE,
                        holder.ownerId(),
                        "here",
                        Thread.currentThread().getName(),
                        LockMode.WRITE,
                        7,
                        held.fencingToken(),
                        began,
                        SECOND,
                        began.plus(LONG),
                        null,
                        "painting",
                        Map.of("colour", "red", LockRequest.METHOD, "Painter.paint()"),
                        List.of()));
        assertThat(holder.method()).contains("Painter.paint()");
    }

    @Test
    void stackTracesAreCapturedOnDemand() {
        locks = manager(settings -> settings.captureStackTraces(true));
        locks.write("door").acquire();

        assertThat(locks.monitor().holders("door").get(0).stackTrace())
                .first()
                .satisfies(frame -> assertThat(frame.getMethodName()).isEqualTo("stackTracesAreCapturedOnDemand"));
    }

    @Test
    void waitersAreDescribedInTheirOrder() {
        locks.write("door").owner(ALICE).acquire();
        Instant began = time.instant();
        Contender<LockHandle> thread = queued(
                locks.read("door").owner(BOB).timeout(LONG).reason("looking").metadata("k", "v"));
        time.advance(SECOND);
        queuedAsync(locks.write("door").owner(CAROL).timeout(LONG));

        List<LockWaiter> waiters = waiters("door");

        assertThat(waiters).extracting(LockWaiter::position).containsExactly(1, 2);
        LockWaiter first = waiters.get(0);
        assertThat(first.owner()).isEqualTo(BOB);
        assertThat(first.thread()).isEqualTo(thread.thread().getName());
        assertThat(first.mode()).isEqualTo(LockMode.READ);
        assertThat(first.since()).isEqualTo(began);
        assertThat(first.waiting()).isEqualTo(SECOND);
        assertThat(first.reason()).isEqualTo("looking");
        assertThat(first.metadata()).containsExactly(Map.entry("k", "v"));
        assertThat(waiters.get(1).thread()).isNull();
        assertThat(waiters.get(1).waiting()).isZero();
    }

    @Test
    void aStatusTellsHoldersAndWaiters() {
        locks.write("door:1").owner(ALICE).acquire();
        queuedAsync(locks.write("door:1").owner(BOB));
        locks.read("gate").owner(ALICE).acquire();

        assertThat(locks.monitor().statuses())
                .extracting(LockStatus::resource, LockStatus::type, LockStatus::held, LockStatus::contended)
                .containsExactly(tuple("door:1", "door", true, true), tuple("gate", "gate", true, false));
    }

    @Test
    void aSearchAnswersTheWorstOfWhatItIsAskedForAndHowManyThereAre() {
        locks.write("gate:1").owner(ALICE).acquire();
        time.advance(SECOND);
        locks.write("door:1").owner(ALICE).acquire();
        time.advance(SECOND);
        locks.write("door:2").owner(BOB).acquire();
        locks.write("door:3").owner(BOB).acquire();
        queuedAsync(locks.read("door:3").owner(CAROL).timeout(LONG));

        assertSearch(null, null, false, false).containsExactly("door:3", "gate:1", "door:1", "door:2");
        assertSearch("door", null, false, false).containsExactly("door:3", "door:1", "door:2");
        assertSearch(null, "alice", false, false).containsExactly("gate:1", "door:1");
        assertSearch("door", "carol", false, false).containsExactly("door:3");
        assertSearch(null, null, true, false).hasSize(4);
        assertSearch(null, null, false, true).containsExactly("door:3");
        assertSearch(null, "nobody", false, false).isEmpty();
        LockSearch.Result two = locks.monitor().search(new LockSearch("door", null, true, false, 2));
        assertThat(two.total()).isEqualTo(3);
        assertThat(two.holders()).isEqualTo(3);
        assertThat(two.waiters()).isEqualTo(1);
        assertThat(two.first()).extracting(LockStatus::resource).containsExactly("door:3", "door:1");
        assertThat(two.first().get(0).waiters()).hasSize(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LockSearch(null, null, false, false, 0))
                .withMessageContaining("limit is 0");
    }

    private ListAssert<String> assertSearch(
            @Nullable String type, @Nullable String owner, boolean held, boolean contended) {
        LockSearch.Result found = locks.monitor().search(new LockSearch(type, owner, held, contended, 100));
        assertThat(found.total()).isEqualTo(found.first().size());
        return assertThat(found.first().stream().map(LockStatus::resource));
    }

    @Test
    void whatIsKeptIsFoundByItsOwner() {
        locks.write("job").owner(ALICE).holdAtLeast(LONG).acquire().close();

        assertSearch(null, "alice", true, false).containsExactly("job");
    }

    @Test
    void everythingAnOwnerHoldsIsFound() {
        locks.write("door").owner(ALICE).acquire();
        locks.read("gate").owner(ALICE).acquire();
        locks.read("gate").owner(BOB).acquire();
        LockHandle mine = locks.write("mine").acquire();

        assertThat(locks.monitor().heldBy(ALICE))
                .extracting(LockHolder::resource)
                .containsExactlyInAnyOrder("door", "gate");
        assertThat(locks.monitor().heldBy(mine.owner()))
                .extracting(LockHolder::resource)
                .containsExactly("mine");
        assertThat(locks.monitor().heldBy(DAVE)).isEmpty();
    }

    @Test
    void countsTellHowMuchIsGoingOn() {
        locks.read("door").owner(ALICE).acquire();
        locks.read("door").owner(BOB).acquire();
        queuedAsync(locks.write("door"));
        locks.write("idle").acquire().close();
        locks.write("gate").acquire();

        LockCounts counts = locks.monitor().count();

        assertThat(counts.resources()).isEqualTo(2);
        assertThat(counts.holds()).isEqualTo(3);
        assertThat(counts.waiters()).isEqualTo(1);
        assertThat(counts.remembered()).isEqualTo(3);
    }

    @Test
    void holdsAndWaitsThatLastAreFound() {
        locks.write("old").owner(ALICE).acquire();
        queuedAsync(locks.write("old").owner(BOB).timeout(LONG));
        time.advance(SECOND);
        locks.write("new").owner(ALICE).acquire();
        queuedAsync(locks.write("new").owner(BOB).timeout(LONG));
        time.advance(Duration.ofNanos(1));

        assertThat(locks.monitor().heldLongerThan(SECOND))
                .extracting(LockHolder::resource)
                .containsExactly("old");
        assertThat(locks.monitor().heldLongerThan(Duration.ZERO))
                .extracting(LockHolder::resource)
                .containsExactly("old", "new");
        assertThat(locks.monitor().waitingLongerThan(SECOND))
                .extracting(LockWaiter::resource)
                .containsExactly("old");
    }

    @Test
    @DisplayName("way 18: who was evicted does not release who came after")
    void aForceReleaseGrantsTheNextAndTheLateCloseDoesNotTouchIt() {
        LockHandle evicted = locks.write("door").owner(ALICE).acquire();
        Contender<LockHandle> next = queued(locks.write("door").owner(BOB).timeout(LONG));

        List<LockHolder> lost = locks.monitor().forceRelease("door", "operator", "the process hangs");
        LockHandle successor = next.result();
        evicted.close();

        assertThat(lost).extracting(LockHolder::owner).containsExactly(ALICE);
        assertThat(successor.isHeld()).isTrue();
        assertThat(successor.fencingToken()).isGreaterThan(evicted.fencingToken());
        assertThat(locks.write("door").owner(CAROL).tryAcquire()).isEmpty();
        assertThat(locks.monitor().heldBy(BOB)).hasSize(1);
    }

    @Test
    void whoWasEvictedIsToldByWhomAndWhy() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        LockHandle evicted = locks.read("door").owner(ALICE).acquire();
        evicted.onLost(told::countDown);

        locks.monitor().forceRelease("door", "operator", "the process hangs");
        told.await();

        assertThat(evicted.isHeld()).isFalse();
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(evicted::ensureHeld)
                .withMessageContaining("operator")
                .withMessageContaining("the process hangs");
        assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> evicted.extend(SECOND));
        assertThatExceptionOfType(LockLostException.class).isThrownBy(evicted::downgrade);
    }

    @Test
    void aForceReleaseEndsEveryHold() {
        locks.read("door").owner(ALICE).acquire();
        locks.read("door").owner(ALICE).acquire();
        locks.read("door").owner(BOB).acquire();

        assertThat(locks.monitor().forceRelease("door", "operator", "test")).hasSize(3);
        assertThat(locks.monitor().forceRelease("door", "operator", "test")).isEmpty();
        assertThat(locks.monitor().forceRelease("unknown", "operator", "test")).isEmpty();
        assertIdle("door");
    }

    @Test
    void aForceReleaseMayConcernSomeOnly() {
        LockHandle hers = locks.read("door").owner(ALICE).acquire();
        LockHandle his = locks.read("door").owner(BOB).acquire();

        assertThat(locks.monitor()
                        .forceRelease(
                                "door", holder -> holder.fencingToken() == hers.fencingToken(), "operator", "test"))
                .extracting(LockHolder::owner)
                .containsExactly(ALICE);
        assertThat(hers.isHeld()).isFalse();
        assertThat(his.isHeld()).isTrue();
    }

    @Test
    void ownersAreToldApartThoughTheirNamesAreTheSame() {
        record Twin(int which) implements LockOwner {
            @Override
            public String name() {
                return "twin";
            }
        }
        locks.read("door").owner(new Twin(1)).acquire();
        locks.read("door").owner(new Twin(2)).acquire();
        locks.write("gate").owner(new Twin(1)).acquire();
        queuedAsync(locks.write("gate").owner(new Twin(2)));
        LockHandle kept = locks.write("kept").owner(ALICE).holdAtLeast(LONG).acquire();
        kept.close();

        List<LockHolder> readers = locks.monitor().holders("door");
        assertThat(readers)
                .extracting(LockHolder::ownerId)
                .doesNotHaveDuplicates()
                .doesNotContain(0);
        assertThat(idOf(new Twin(1), readers))
                .isEqualTo(locks.monitor().holders("gate").get(0).ownerId());
        assertThat(idOf(new Twin(2), readers)).isEqualTo(waiters("gate").get(0).ownerId());
        assertThat(locks.monitor().holders("kept")).singleElement().satisfies(holder -> assertThat(holder.ownerId())
                .isZero());
    }

    private static int idOf(LockOwner owner, List<LockHolder> holders) {
        return holders.stream()
                .filter(each -> each.owner().equals(owner))
                .findFirst()
                .orElseThrow()
                .ownerId();
    }

    @Test
    void aForceReleaseNeedsSomebodyAndAReason() {
        LockHandle held = locks.write("door").acquire();

        assertThatIllegalArgumentException().isThrownBy(() -> locks.monitor().forceRelease("door", " ", "test"));
        assertThatIllegalArgumentException().isThrownBy(() -> locks.monitor().forceRelease("door", "operator", ""));
        assertThat(held.isHeld()).isTrue();
    }

    @Test
    void aHolderThatIsAskedToMakeRoomIsTold() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        LockHandle held = locks.write("door").owner(ALICE).priority(3).acquire();
        held.onPreemptionRequested(asked::countDown);
        queuedAsync(locks.write("door").owner(BOB).priority(3).timeout(LONG));
        assertThat(asked.getCount()).isEqualTo(1);

        Contender<LockHandle> urgent =
                queued(locks.write("door").owner(CAROL).priority(9).timeout(LONG));
        asked.await();
        held.close();

        assertThat(urgent.result().isHeld()).isTrue();
    }

    @Test
    void whoAsksLaterWhetherToMakeRoomIsToldAtOnce() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        LockHandle held = locks.write("door").owner(ALICE).priority(3).acquire();
        queuedAsync(locks.write("door").owner(CAROL).priority(9).timeout(LONG));

        held.onPreemptionRequested(asked::countDown);

        asked.await();
        assertThat(held.isHeld()).isTrue();
    }
}
