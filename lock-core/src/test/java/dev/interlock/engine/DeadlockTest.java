package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.DeadlockException;
import dev.interlock.DeadlockPolicy;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.deadlock.DeadlockParticipant;
import dev.interlock.deadlock.DeadlockReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Circles of waiting are found the moment they close, and nothing else is. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // whoever only stands in the way is not asked what came of it
class DeadlockTest {

    private static final Duration LONG = Duration.ofHours(1);

    private LockManager locks = manager(DeadlockPolicy.REPORT);

    private static LockManager manager(DeadlockPolicy policy) {
        return InterlockManager.builder()
                .deadlocks(policy)
                .fairnessBound(Duration.ZERO)
                .priorityAgeing(Duration.ofDays(1))
                .callbackExecutor(Runnable::run)
                .build();
    }

    @AfterEach
    void closeManager() {
        locks.close();
    }

    private static LockOwner owner(int number) {
        return LockOwner.named("owner-" + number);
    }

    private LockRequest write(int owner, String resource) {
        return locks.write(resource).owner(owner(owner)).timeout(LONG);
    }

    private LockRequest read(int owner, String resource) {
        return locks.read(resource).owner(owner(owner)).timeout(LONG);
    }

    private List<DeadlockReport> found() {
        return locks.monitor().recentDeadlocks();
    }

    private static boolean isVictim(CompletableFuture<?> future) {
        return future.isCompletedExceptionally()
                && future.handle((held, failure) -> failure instanceof DeadlockException
                                || (failure instanceof CompletionException
                                        && failure.getCause() instanceof DeadlockException))
                        .join();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 20})
    void aCircleOfOwnersIsReportedOnceWhenItCloses(int size) {
        for (int i = 0; i < size; i++) {
            write(i, "r" + i).acquire();
        }
        for (int i = 0; i < size - 1; i++) {
            begin(write(i, "r" + (i + 1)));
        }
        assertThat(found()).isEmpty();

        begin(write(size - 1, "r0"));

        assertThat(found()).hasSize(1);
        assertThat(found().get(0).participants()).hasSize(size);
        assertThat(locks.monitor().deadlocks()).hasSize(1);
    }

    private static CompletableFuture<LockHandle> begin(LockRequest request) {
        return request.acquireAsync();
    }

    @Test
    void anOwnerThatWaitsMayCloseACircleByTakingMore() {
        locks.close();
        locks = InterlockManager.builder().fairnessBound(LONG).build();
        write(2, "a").acquire();
        read(3, "b").acquire();
        begin(write(1, "a"));
        begin(write(2, "b"));
        assertThat(found()).isEmpty();

        read(1, "b").acquire();

        assertThat(found()).hasSize(1);
        assertThat(found().get(0).participants()).hasSize(2);
    }

    @Test
    void deadlocksAreNumberedWithoutGaps() {
        write(1, "a").acquire();
        write(2, "b").acquire();
        begin(write(1, "b"));
        begin(write(2, "a"));
        write(3, "c").acquire();
        // by this the circle of before is found again
        begin(write(1, "c"));
        write(4, "d").acquire();
        write(5, "e").acquire();
        begin(write(4, "e"));

        begin(write(5, "d"));

        assertThat(found()).extracting(DeadlockReport::id).containsExactly(1L, 2L);
    }

    @Test
    void theReportSaysWhoHoldsAndAwaitsWhat() {
        write(1, "a").acquire();
        read(2, "b").acquire();
        begin(write(1, "b"));
        begin(read(2, "a"));

        DeadlockReport report = found().get(0);

        assertThat(report.victim()).isNull();
        assertThat(report.participants())
                .extracting(DeadlockParticipant::owner)
                .containsExactlyInAnyOrder(owner(1), owner(2));
        assertThat(report.describe())
                .contains("'owner-1' holds {a=WRITE} and waits to WRITE 'b', held in READ mode by 'owner-2'")
                .contains("'owner-2' holds {b=READ} and waits to READ 'a', held in WRITE mode by 'owner-1'");
    }

    @Test
    void aDeadlockStandsUntilSomebodyLeaves() {
        LockHandle held = write(1, "a").acquire();
        write(2, "b").acquire();
        begin(write(1, "b"));
        begin(write(2, "a"));

        held.close();

        assertThat(locks.monitor().deadlocks()).isEmpty();
        assertThat(found()).hasSize(1);
    }

    @Test
    void aReaderBehindAWriterWaitsForThatWriterToo() {
        read(1, "a").acquire();
        write(2, "b").acquire();
        begin(write(2, "a"));
        read(3, "c").acquire();
        begin(write(1, "c"));

        // owner 3 could share "a" with owner 1, but waits behind owner 2, who waits for owner 1, who waits for owner 3
        CompletableFuture<LockHandle> closing = begin(read(3, "a"));

        assertThat(closing).isNotDone();
        assertThat(found()).hasSize(1);
        assertThat(found().get(0).participants())
                .extracting(DeadlockParticipant::owner)
                .containsExactlyInAnyOrder(owner(1), owner(2), owner(3));
    }

    @Test
    void readersThatShareAreInNobodysWay() {
        read(1, "a").acquire();
        read(2, "a").acquire();
        read(1, "b").acquire();
        read(2, "b").acquire();
        begin(write(3, "a"));
        begin(write(4, "b"));

        assertThat(found()).isEmpty();
    }

    @Test
    void whoIsLetInAheadByPriorityMayCloseACircleThatOthersAreNoPartOf() {
        write(9, "a").acquire();
        write(2, "b").acquire();
        begin(write(1, "a").priority(1));
        begin(write(9, "b"));
        assertThat(found()).isEmpty();

        begin(write(2, "a").priority(10));

        assertThat(found()).hasSize(1);
        assertThat(found().get(0).participants())
                .extracting(DeadlockParticipant::owner)
                .containsExactlyInAnyOrder(owner(2), owner(9));
    }

    /** Once the reader is done, the writer goes on with its thread, then the one behind it, then the other thread. */
    @Test
    void whoeverWaitsAheadIsOutOfTheWayWhateverElseItsOwnerWaitsFor() {
        LockHandle works = read(1, "a").acquire();
        LockHandle b = write(2, "b").acquire();
        CompletableFuture<LockHandle> ahead = begin(write(3, "a"));
        CompletableFuture<LockHandle> behind = begin(read(2, "a"));
        CompletableFuture<LockHandle> elsewhere = begin(write(3, "b"));

        assertThat(found()).isEmpty();
        works.close();
        ahead.join().close();
        behind.join().close();
        b.close();
        elsewhere.join().close();
    }

    /** More ways lead from it than anybody follows to their ends. */
    @Test
    void aCircleIsReportedHoweverManyWaysThereAre() {
        int layers = 4;
        int each = 25;
        int last = layers * each;
        write(last, "end").acquire();
        for (int i = 0; i < last; i++) {
            read(i, "layer-" + i / each).acquire();
        }
        for (int i = last - 1; i >= 0; i--) {
            int next = i / each + 1;
            begin(write(i, next < layers ? "layer-" + next : "end"));
        }
        assertThat(found()).isEmpty();

        begin(write(last, "layer-0"));

        assertThat(found()).isNotEmpty();
        assertThat(found().get(0).participants()).hasSize(layers + 1);
    }

    @Test
    void anOwnerThatComesInAgainIsNoDeadlock() {
        write(1, "a").acquire();
        write(1, "a").acquire();
        begin(write(2, "a"));

        assertThat(found()).isEmpty();
    }

    @Test
    void theLowestPriorityIsGivenUpAndTheOthersFinish() {
        locks.close();
        locks = manager(DeadlockPolicy.BREAK);
        LockHandle a = write(1, "a").acquire();
        LockHandle b = write(2, "b").acquire();
        LockHandle c = write(3, "c").acquire();
        CompletableFuture<LockHandle> one = begin(write(1, "b").priority(6));
        CompletableFuture<LockHandle> two = begin(write(2, "c").priority(2));
        CompletableFuture<LockHandle> three = begin(write(3, "a").priority(8));

        assertThat(isVictim(two)).isTrue();
        assertThat(found().get(0).victim()).isEqualTo(owner(2));
        assertThat(locks.monitor().status("c").orElseThrow().waiters()).isEmpty();
        b.close();
        one.join().close();
        a.close();
        three.join().close();
        c.close();
        assertThat(locks.monitor().statuses()).isEmpty();
    }

    @Test
    void amongEqualsTheYoungestIsGivenUp() {
        locks.close();
        locks = manager(DeadlockPolicy.BREAK);
        write(1, "a").acquire();
        write(2, "b").acquire();
        CompletableFuture<LockHandle> older = begin(write(1, "b"));
        CompletableFuture<LockHandle> youngest = begin(write(2, "a"));

        assertThat(isVictim(youngest)).isTrue();
        assertThat(older).isNotDone();
    }

    @Test
    void everyCircleThatARequestClosesIsBroken() {
        locks.close();
        locks = manager(DeadlockPolicy.BREAK);
        read(1, "a").acquire();
        read(2, "a").acquire();
        write(3, "b").acquire();
        CompletableFuture<LockHandle> one = begin(read(1, "b").priority(1));
        CompletableFuture<LockHandle> two = begin(read(2, "b").priority(1));

        CompletableFuture<LockHandle> both = begin(write(3, "a").priority(9));

        assertThat(isVictim(one) && isVictim(two)).isTrue();
        assertThat(both).isNotDone();
        assertThat(found()).hasSize(2);
    }

    @Test
    void whoLooksAwayReportsNothing() {
        locks.close();
        locks = manager(DeadlockPolicy.OFF);
        write(1, "a").acquire();
        write(2, "b").acquire();
        begin(write(1, "b"));
        begin(write(2, "a"));

        assertThat(found()).isEmpty();
    }

    @Test
    void threadsAreBrokenUpToo() throws Exception {
        locks.close();
        locks = manager(DeadlockPolicy.BREAK);
        List<CompletableFuture<Boolean>> ends = new ArrayList<>();
        CyclicBarrier both = new CyclicBarrier(2);
        for (String[] order : new String[][] {{"a", "b"}, {"b", "a"}}) {
            CompletableFuture<Boolean> end = new CompletableFuture<>();
            ends.add(end);
            new Thread(() -> end.complete(takeBoth(order, both)), "taker-" + order[0]).start();
        }

        boolean one = ends.get(0).get(30, TimeUnit.SECONDS);
        boolean other = ends.get(1).get(30, TimeUnit.SECONDS);

        assertThat(one).isNotEqualTo(other);
        assertThat(found()).hasSize(1);
        assertThat(found().get(0).participants())
                .extracting(DeadlockParticipant::thread)
                .containsExactlyInAnyOrder("taker-a", "taker-b");
    }

    private boolean takeBoth(String[] order, CyclicBarrier both) {
        try (LockHandle first = locks.write(order[0]).timeout(LONG).acquire()) {
            both.await();
            try (LockHandle second = locks.write(order[1]).timeout(LONG).acquire()) {
                return true;
            }
        } catch (DeadlockException victim) {
            return false;
        } catch (Exception unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    @Test
    @DisplayName("way 17: nobody is suspected who takes locks in order, over 20,000 random schedules")
    void orderedSchedulesAreNeverSuspected() {
        for (int seed = 0; seed < 20_000; seed++) {
            new Schedule(new Random(seed)).run(true);
        }
        assertThat(found()).isEmpty();
    }

    @Test
    @DisplayName("way 17: each circle costs one victim, and after it everyone else finishes")
    void randomSchedulesEndWithoutInnocentVictims() {
        locks.close();
        locks = manager(DeadlockPolicy.BREAK);
        for (int seed = 0; seed < 5_000; seed++) {
            new Schedule(new Random(seed)).run(false);
        }
        assertThat(found()).isNotEmpty().allSatisfy(report -> {
            assertThat(report.victim()).isNotNull();
            assertThat(report.participants()).hasSizeGreaterThan(1);
            assertThat(report.participants()).anyMatch(each -> !each.holds().isEmpty());
        });
    }

    /** A few owners that take and give back random locks, each one step at a time. */
    private final class Schedule {

        private static final int OWNERS = 4;
        private static final int RESOURCES = 4;

        private final Random random;
        private final List<List<LockHandle>> holds = new ArrayList<>();
        private final List<CompletableFuture<LockHandle>> waits = new ArrayList<>();
        private final int[] highest = new int[OWNERS];

        Schedule(Random random) {
            this.random = random;
            for (int i = 0; i < OWNERS; i++) {
                holds.add(new ArrayList<>());
                waits.add(null);
                highest[i] = -1;
            }
        }

        void run(boolean inOrder) {
            for (int step = 0; step < 16; step++) {
                step(random.nextInt(OWNERS), inOrder);
            }
            finish();
        }

        private void step(int owner, boolean inOrder) {
            settle(owner);
            if (waits.get(owner) != null) {
                return;
            }
            int from = inOrder ? highest[owner] + 1 : 0;
            if (from >= RESOURCES || random.nextInt(4) == 0) {
                release(owner);
            } else {
                take(owner, from + random.nextInt(RESOURCES - from));
            }
        }

        private void take(int owner, int resource) {
            highest[owner] = resource;
            String name = "s" + resource;
            waits.set(owner, begin(random.nextBoolean() ? read(owner, name) : write(owner, name)));
            settle(owner);
        }

        private void settle(int owner) {
            CompletableFuture<LockHandle> wait = waits.get(owner);
            if (wait != null && wait.isDone()) {
                waits.set(owner, null);
                if (wait.isCompletedExceptionally()) {
                    release(owner);
                } else {
                    holds.get(owner).add(wait.join());
                }
            }
        }

        private void release(int owner) {
            highest[owner] = -1;
            holds.get(owner).forEach(LockHandle::close);
            holds.get(owner).clear();
        }

        private void finish() {
            for (int round = 0; round <= OWNERS; round++) {
                for (int owner = 0; owner < OWNERS; owner++) {
                    settle(owner);
                    if (waits.get(owner) == null) {
                        release(owner);
                    }
                }
            }
            assertThat(locks.monitor().count().holds()).isZero();
            assertThat(locks.monitor().count().waiters()).isZero();
        }
    }
}
