package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.LockClosedException;
import dev.interlock.LockLostException;
import dev.interlock.LockStoreException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.optimistic.Change;
import dev.interlock.optimistic.OperationResult;
import dev.interlock.optimistic.OperationTry;
import dev.interlock.optimistic.OptimisticLocks;
import dev.interlock.optimistic.OptimisticRequest;
import dev.interlock.optimistic.VersionStamp;
import dev.interlock.spi.SessionInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes without a lock, on several nodes: one after the other, whatever becomes of a node or of its store in the midst of one. */
abstract class ClusterOptimisticContract extends NodesContract {

    private static final String PAGE = "page:7";
    private static final int THREADS = 2;
    private static final int TIMES = 12;
    private static final int RETRIES = 1000;

    ClusterOptimisticContract(ClusterContract cluster) {
        super(cluster);
    }

    private static OptimisticLocks on(TestNode node) {
        return node.locks().optimistic();
    }

    private Contender<VersionStamp> looking(TestNode node) {
        return contenders.start("looking on " + node, () -> on(node).stamp(PAGE));
    }

    /** Waits until somebody on the node has looked, has asked who is alive, and has looked again. */
    private Contender<VersionStamp> awaiting(TestNode node) {
        long before = node.faults().calls(StoreCall.READ_STAMP);
        Contender<VersionStamp> looking = looking(node);
        Contenders.until(
                "node '" + node + "' waits for the change",
                () -> looking.isDone() || node.faults().calls(StoreCall.READ_STAMP) > before + 2);
        assertThat(looking.isDone()).as("somebody on %s saw a stamp", node).isFalse();
        return looking;
    }

    private static VersionStamp changed(TestNode node) {
        VersionStamp before = on(node).stamp(PAGE);
        return on(node).commit(before, () -> {}).orElseThrow();
    }

    private static void assertRefused(TestNode node, VersionStamp from) {
        List<String> made = new ArrayList<>();
        assertThat(on(node).commit(from, () -> made.add("change"))).isEmpty();
        assertThat(made).isEmpty();
    }

    /** A change that lasts until it is told to end. */
    private final class Changer {

        private final CompletableFuture<VersionStamp> next = new CompletableFuture<>();
        private final CountDownLatch enough = new CountDownLatch(1);
        private final Contender<OperationResult<VersionStamp>> thread;

        Changer(TestNode node) {
            thread =
                    contenders.start("changing on " + node, () -> request(node).repeat(this::change, failure -> false));
            next();
        }

        private VersionStamp change(OperationTry attempt) throws InterruptedException {
            try (OperationTry.ChangeStep step = attempt.begin()) {
                next.complete(step.next());
                enough.await();
                return step.next();
            }
        }

        /** What it promises, as a fencing token. */
        VersionStamp next() {
            return Contender.resultOf(next);
        }

        void tellToEnd() {
            enough.countDown();
        }

        VersionStamp end() {
            tellToEnd();
            return thread.result().orElseThrow();
        }

        Throwable endInVain() {
            tellToEnd();
            return thread.failure();
        }
    }

    private static OptimisticRequest request(TestNode node) {
        return on(node).on(PAGE);
    }

    // --- stamps ----------------------------------------------------------------------------------------------------

    @Test
    void allNodesSeeTheSameStampAndOneOfThemChangesIt() {
        VersionStamp first = on(c).stamp(PAGE);
        assertThat(on(a).stamp(PAGE)).isEqualTo(first);

        VersionStamp after = on(b).commit(first, () -> {}).orElseThrow();

        assertThat(List.of(a, b, c)).allMatch(each -> on(each).stamp(PAGE).equals(after));
        assertRefused(a, first);
        assertRefused(c, first);
        assertThat(on(c).commit(after, () -> {})).isPresent();
    }

    @Test
    void stampsOutliveAllManagers() {
        VersionStamp first = changed(a);
        VersionStamp last = changed(b);
        List.of(a, b, c).forEach(each -> each.locks().close());
        storage.close();

        storage = cluster.open();
        TestNode later = node("later", settings -> settings);
        TestNode another = node("another", settings -> settings);

        assertThat(on(later).stamp(PAGE)).isEqualTo(last);
        assertRefused(later, first);
        VersionStamp next = on(another).commit(last, () -> {}).orElseThrow();
        assertThat(last.isBefore(next)).isTrue();
        assertRefused(later, last);
    }

    @Test
    void whileANodeChangesItNobodyOnAnotherSeesTheNewStampOrChangesItToo() {
        VersionStamp old = on(b).stamp(PAGE);
        Changer changer = new Changer(a);

        Contender<VersionStamp> looking = awaiting(b);
        assertRefused(b, old);
        assertRefused(c, old);
        assertRefused(c, changer.next());

        VersionStamp after = changer.end();
        assertThat(after).isEqualTo(changer.next());
        assertThat(looking.result()).isEqualTo(after);
        assertThat(on(c).commit(after, () -> {})).isPresent();
    }

    // --- no update is lost -----------------------------------------------------------------------------------------

    /** Counts without any protection of its own. */
    private static final class Counter {

        private final String resource;
        private volatile long value;

        Counter(String resource) {
            this.resource = resource;
        }

        /** Takes a little time, so that others come in between if they can. */
        long incremented() {
            long before = value;
            LockSupport.parkNanos(1_000);
            return before + 1;
        }

        void set(long next) {
            value = next;
        }
    }

    /** What became of the updates of one counter, as those know who asked for them. */
    private record Counted(Counter counter, AtomicInteger successes, AtomicInteger failures) {

        Counted(String resource) {
            this(new Counter(resource), new AtomicInteger(), new AtomicInteger());
        }

        void countUp(OptimisticLocks locks, boolean byAttempt) {
            try {
                if (byAttempt ? attempted(locks) : committed(locks)) {
                    successes.incrementAndGet();
                }
            } catch (LockStoreException failure) {
                // whoever hears that knows that the change was not made
                failures.incrementAndGet();
            }
        }

        private boolean attempted(OptimisticLocks locks) {
            return locks.on(counter.resource)
                    .retries(RETRIES)
                    .attempt(stamp -> {
                        long next = counter.incremented();
                        return Change.of(() -> counter.set(next));
                    })
                    .isSuccess();
        }

        private boolean committed(OptimisticLocks locks) {
            VersionStamp before = locks.stamp(counter.resource);
            long next = counter.incremented();
            return locks.commit(before, () -> counter.set(next)).isPresent();
        }
    }

    /** Nodes that hardly rest between two tries, so that there is always a contest. */
    private List<TestNode> eagerNodes() {
        return List.of(eager("one"), eager("two"), eager("three"));
    }

    private TestNode eager(String name) {
        return node(name, ClusterOptimisticContract::eager);
    }

    private static InterlockManager.Builder eager(InterlockManager.Builder settings) {
        return settings.optimistic(own -> own.backOff(Duration.ofMillis(1), 2, Duration.ofMillis(8), 0.5));
    }

    private void countUpOnAll(List<Counted> counters, Consumer<TestNode> beforeSome) {
        List<Contender<Boolean>> working = new ArrayList<>();
        for (TestNode each : eagerNodes()) {
            for (int i = 0; i < THREADS; i++) {
                String name = each + "-" + i;
                working.add(contenders.start(name, () -> countUp(each, counters, beforeSome)));
            }
        }
        assertThat(working).allMatch(Contender::result);
    }

    private static boolean countUp(TestNode node, List<Counted> counters, Consumer<TestNode> beforeSome) {
        for (int i = 0; i < TIMES; i++) {
            if (i % 4 == 1) {
                beforeSome.accept(node);
            }
            counters.get(i % counters.size()).countUp(on(node), i % 4 < 2);
        }
        return true;
    }

    @Test
    void noUpdateIsLost() {
        List<Counted> counters = List.of(new Counted("left"), new Counted("right"));

        countUpOnAll(counters, node -> {});

        for (Counted each : counters) {
            assertThat(each.failures).hasValue(0);
            assertThat(each.counter.value).isEqualTo(each.successes.get());
            assertThat(each.successes).hasValueGreaterThanOrEqualTo(3 * THREADS * TIMES / 4);
            assertThat(on(a).stamp(each.counter.resource).version()).isEqualTo(each.counter.value);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED", "REPLY_LOST"})
    void noUpdateIsLostThoughTheStoreStumbles(StoreFault fault) {
        List<Counted> counters = List.of(new Counted("left"), new Counted("right"));

        countUpOnAll(counters, node -> node.faults().next(1, fault, StoreCall.REPLACE_STAMP));

        for (Counted each : counters) {
            int successes = each.successes.get();
            assertThat(each.counter.value)
                    .as("after %s failures", each.failures)
                    .isEqualTo(successes);
            assertThat(successes).isPositive();
            assertThat(on(a).stamp(each.counter.resource).version()).isGreaterThanOrEqualTo(each.counter.value);
        }
    }

    // --- a node that is taken for dead -----------------------------------------------------------------------------

    @Test
    void theChangeOfANodeThatIsTakenForDeadIsGivenUpAndItIsTold() {
        VersionStamp old = changed(a);
        Changer zombie = new Changer(a);
        Contender<VersionStamp> looking = awaiting(b);

        expireSessionOf(a);

        VersionStamp moved = looking.result();
        assertThat(zombie.next().isBefore(moved)).isTrue();
        VersionStamp next = on(c).commit(moved, () -> {}).orElseThrow();
        assertThat(zombie.endInVain()).isInstanceOf(LockLostException.class).hasMessageContaining(PAGE);
        assertThat(on(b).stamp(PAGE)).isEqualTo(next);
        assertRefused(b, old);
        assertRefused(c, zombie.next());
        assertThat(next.isBefore(changed(a))).isTrue();
    }

    @Test
    void aNodeThatDoesNotReachTheStoreKnowsThatItsChangeWasNotAlone() {
        assumeTrue(cluster.endsWithoutBeats(), "a store whose sessions end when they do not beat");
        TestNode stopped = node("stopped", settings -> settings.stores(all -> all.timeToLive(Duration.ofSeconds(1))));
        Changer zombie = new Changer(stopped);
        Contender<VersionStamp> looking = awaiting(b);

        stopped.faults().always(StoreFault.REFUSED);

        assertThat(zombie.next().isBefore(looking.result())).isTrue();
        assertThat(zombie.endInVain()).isInstanceOf(LockLostException.class).hasMessageContaining(PAGE);
    }

    // --- a store that goes away and comes back ---------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(names = {"REFUSED", "REPLY_LOST"})
    void aLookThatFailsOnceIsTakenAgain(StoreFault fault) {
        VersionStamp present = changed(b);
        a.faults().next(1, fault, StoreCall.READ_STAMP);

        assertThat(on(a).stamp(PAGE)).isEqualTo(present);
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED", "REPLY_LOST"})
    void aChangeEndsThoughTheStoreIsGoneAndOthersGoOnWhenItIsBack(StoreFault fault) {
        Changer changer = new Changer(a);
        Contender<VersionStamp> looking = awaiting(b);

        a.faults().always(fault);
        VersionStamp after = changer.end();
        a.faults().heal();

        assertThat(looking.result()).isEqualTo(after);
        assertThat(on(c).commit(after, () -> {})).isPresent();
    }

    @Test
    void aStoreThatIsGoneForAllInTheMidstOfAChangeStopsNobodyForGood() {
        Changer changer = new Changer(a);
        List.of(a, b, c).forEach(each -> each.faults().always(StoreFault.REFUSED));

        VersionStamp after = changer.end();
        assertThatThrownBy(() -> on(b).stamp(PAGE))
                .isInstanceOf(LockStoreException.class)
                .hasMessageContaining(PAGE);
        List.of(a, b, c).forEach(each -> each.faults().heal());

        VersionStamp next = changed(b);
        assertThat(after.isBefore(next)).isTrue();
        assertThat(next.isBefore(changed(a))).isTrue();
    }

    @Test
    void theEndOfAChangeHangsForNoLongerThanTheStore() {
        Changer changer = new Changer(a);
        a.faults().always(StoreFault.HANGING, StoreCall.REPLACE_STAMP);

        changer.tellToEnd();
        Contenders.until("the end of the change hangs", () -> a.faults().hanging() > 0);
        Contender<VersionStamp> looking = awaiting(b);
        a.faults().heal();

        VersionStamp after = changer.end();
        assertThat(looking.result()).isEqualTo(after);
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED", "REPLY_LOST"})
    void aChangeWhoseBeginningFailsIsNotMadeAndStopsNobody(StoreFault fault) {
        VersionStamp old = changed(a);
        List<String> made = new ArrayList<>();
        a.faults().always(fault, StoreCall.REPLACE_STAMP);

        assertThatThrownBy(() -> on(a).commit(old, () -> made.add("change")))
                .isInstanceOf(LockStoreException.class)
                .hasMessageContaining(PAGE);
        a.faults().heal();

        assertThat(made).isEmpty();
        assertThat(old.isBefore(changed(b))).isTrue();
        Contenders.until("whoever it was that began is refused", () -> on(a).commit(old, () -> {})
                .isEmpty());
    }

    @Test
    void whatIsLeftOfAChangeGoesWithTheNodeThatIsClosed() {
        Changer changer = new Changer(a);
        a.faults().always(StoreFault.REFUSED, StoreCall.REPLACE_STAMP);
        VersionStamp after = changer.end();

        a.locks().close();

        assertThat(after.isBefore(changed(b))).isTrue();
    }

    // --- closing ---------------------------------------------------------------------------------------------------

    private void untilGone(TestNode node) {
        Contenders.until(
                "node '" + node + "' has no session",
                () -> storage.sessions(PATIENCE).stream().map(SessionInfo::node).noneMatch(node.name()::equals));
    }

    @Test
    void closingWaitsForAChangeAndLetsNobodyInBetween() {
        TestNode draining = node("draining", settings -> settings.drain(Duration.ofMinutes(5)));
        VersionStamp old = changed(draining);
        Changer changer = new Changer(draining);
        Contender<Boolean> closing = contenders.start("closing", () -> {
            draining.locks().close();
            return true;
        });
        Contenders.until("it is closed", draining.locks()::isClosed);

        Contender<VersionStamp> looking = awaiting(b);
        assertRefused(c, old);
        assertThatThrownBy(() -> on(draining).stamp(PAGE)).isInstanceOf(LockClosedException.class);
        assertThat(closing.isDone()).isFalse();
        VersionStamp after = changer.end();

        assertThat(closing.result()).isTrue();
        assertThat(looking.result()).isEqualTo(after);
        untilGone(draining);
        assertThat(on(c).commit(after, () -> {})).isPresent();
    }

    @Test
    void aChangeThatOutlastsTheDrainTimeIsStillAlone() {
        Changer changer = new Changer(a);

        a.locks().close();

        Contender<VersionStamp> looking = awaiting(b);
        VersionStamp after = changer.end();
        assertThat(looking.result()).isEqualTo(after);
        untilGone(a);
    }
}
