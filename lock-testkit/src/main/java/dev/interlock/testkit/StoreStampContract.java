package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.ScannableStore;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.StampRecord;
import dev.interlock.spi.StampStore;
import dev.interlock.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A store that keeps version stamps replaces one only if it still is what it was taken for, and forgets none. */
abstract class StoreStampContract extends StoreContract {

    private static final String RESOURCE = KEY.resource();
    private static final int STORES = 3;
    private static final int THREADS = 2;
    private static final int TIMES = 20;
    private static final int MARKS = 5;

    private StampStore stamps;
    private StampStore others;

    StoreStampContract(LockStoreContract storage) {
        super(storage);
    }

    @BeforeEach
    void storeKeepsStamps() {
        assumeTrue(store instanceof StampStore, "a store that keeps stamps");
        stamps = (StampStore) store;
        others = (StampStore) other;
    }

    private static StampRecord stamp(long version, long nanos, @Nullable String changing) {
        return new StampRecord(version, nanos, changing);
    }

    private static boolean replace(StampStore in, @Nullable StampRecord expected, StampRecord next) {
        return in.replaceStamp(RESOURCE, expected, next, PATIENCE);
    }

    private static @Nullable StampRecord read(StampStore in) {
        return in.readStamp(RESOURCE, PATIENCE);
    }

    // --- comparing -------------------------------------------------------------------------------------------------

    @Test
    void aResourceHasNoStampUntilItIsGivenOne() {
        assertThat(read(stamps)).isNull();
        assertThat(replace(stamps, stamp(0, 0, null), stamp(1, 1, null))).isFalse();
        assertThat(read(others)).isNull();

        assertThat(replace(stamps, null, stamp(1, 100, null))).isTrue();
        assertThat(read(others)).isEqualTo(stamp(1, 100, null));
    }

    @Test
    void aResourceIsGivenItsFirstStampOnce() {
        assertThat(replace(stamps, null, stamp(1, 100, null))).isTrue();

        assertThat(replace(others, null, stamp(1, 100, null))).isFalse();
        assertThat(replace(others, null, stamp(2, 200, "other"))).isFalse();
        assertThat(read(stamps)).isEqualTo(stamp(1, 100, null));
    }

    @Test
    void aStampThatNobodyChangesIsReplacedOnlyIfEveryPartIsAsExpected() {
        StampRecord current = stamp(5, 100, null);
        List<StampRecord> wrong = Stream.concat(
                        Stream.of(stamp(4, 100, null), stamp(6, 100, null), stamp(5, 99, null), stamp(5, 101, null)),
                        Stream.of("", "-", "null", "NULL", "~", "0").map(each -> stamp(5, 100, each)))
                .toList();

        assertIsReplacedOnlyIfAsExpected(current, wrong);
    }

    @Test
    void aStampThatSomebodyChangesIsReplacedOnlyIfEveryPartIsAsExpected() {
        StampRecord current = stamp(5, 100, "node-1 alice");
        List<StampRecord> wrong = Stream.concat(
                        Stream.of(stamp(4, 100, current.changing()), stamp(5, 101, current.changing())),
                        Stream.of("node-1 bob", "Node-1 alice", "node-1 alice ", " node-1 alice", "node-1", "%", "")
                                .map(each -> stamp(5, 100, each)))
                .toList();

        assertIsReplacedOnlyIfAsExpected(current, wrong);
        assertThat(replace(stamps, stamp(5, 100, null), stamp(9, 900, null))).isFalse();
    }

    private void assertIsReplacedOnlyIfAsExpected(StampRecord current, List<StampRecord> wrong) {
        StampRecord next = stamp(6, 200, "next");
        replace(stamps, null, current);

        assertThat(replace(others, null, next)).isFalse();
        for (StampRecord each : wrong) {
            assertThat(replace(others, each, next)).as(each.toString()).isFalse();
            assertThat(read(stamps)).as(each.toString()).isEqualTo(current);
        }
        assertThat(replace(others, current, next)).isTrue();
        assertThat(read(stamps)).isEqualTo(next);
        assertThat(replace(stamps, current, next)).isFalse();
    }

    @Test
    void eachPartCanBeReplacedByItself() {
        List<StampRecord> steps = List.of(
                stamp(1, 100, null),
                stamp(1, 100, "alice"),
                stamp(1, 100, "bob"),
                stamp(2, 100, "bob"),
                stamp(2, 200, "bob"),
                stamp(2, 200, null),
                stamp(2, 300, null),
                stamp(3, 300, null),
                stamp(1, 100, null));

        assertAreKeptInTurn(steps);
    }

    @Test
    void numbersMayBeAsLargeAsTheyAre() {
        assertAreKeptInTurn(List.of(
                stamp(0, 0, null),
                stamp(Long.MAX_VALUE, 0, null),
                stamp(Long.MAX_VALUE - 1, Long.MAX_VALUE, null),
                stamp(Long.MAX_VALUE, Long.MAX_VALUE, "x"),
                stamp(1L << 53, (1L << 53) + 1, null),
                stamp((1L << 53) + 1, 1L << 53, null)));
    }

    @Test
    void whoChangesItMayBeAnyPlainAscii() {
        String all =
                IntStream.rangeClosed(' ', '~').mapToObj(Character::toString).collect(Collectors.joining());
        List<String> texts = List.of(
                "", " ", "  ", "-", "~", "~%0041", "A", "a", "null", all, "x".repeat(199) + "y", "x".repeat(200));

        assertAreKeptInTurn(texts.stream().map(each -> stamp(1, 1, each)).toList());
    }

    private void assertAreKeptInTurn(List<StampRecord> steps) {
        StampRecord current = null;
        for (StampRecord next : steps) {
            assertThat(replace(stamps, current, next)).as(next.toString()).isTrue();
            assertThat(read(others)).isEqualTo(next);
            current = next;
        }
    }

    // --- names -----------------------------------------------------------------------------------------------------

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.interlock.testkit.StoreTextContract#names")
    void eachNameHasAStampOfItsOwn(String label, List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            assertThat(stamps.readStamp(names.get(i), PATIENCE)).as(label).isNull();
            assertThat(stamps.replaceStamp(names.get(i), null, stamp(i, 1, null), PATIENCE))
                    .as(label)
                    .isTrue();
        }
        for (int i = 0; i < names.size(); i++) {
            assertThat(others.readStamp(names.get(i), PATIENCE)).as(label).isEqualTo(stamp(i, 1, null));
            assertThat(others.replaceStamp(names.get(i), stamp(i, 1, null), stamp(1000 + i, 2, null), PATIENCE))
                    .as(label)
                    .isTrue();
        }
        for (int i = 0; i < names.size(); i++) {
            assertThat(stamps.readStamp(names.get(i), PATIENCE)).as(label).isEqualTo(stamp(1000 + i, 2, null));
        }
    }

    // --- races -----------------------------------------------------------------------------------------------------

    @Test
    void noReplacementIsLost() {
        List<Integer> done = inAllThreads(each -> {
            for (int i = 0; i < TIMES; i++) {
                StampRecord current;
                do {
                    current = read(each);
                } while (!replace(each, current, stamp(current == null ? 1 : current.version() + 1, 7, null)));
            }
            return TIMES;
        });

        assertThat(read(stamps)).isEqualTo(stamp(sum(done), 7, null));
    }

    @Test
    void whoHasPutItsMarkChangesItAlone() {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger names = new AtomicInteger();

        List<Integer> done = inAllThreads(each -> {
            String me = "thread-" + names.incrementAndGet();
            int alone = 0;
            for (int i = 0; i < MARKS; i++) {
                StampRecord marked = mark(each, me);
                alone += inside.incrementAndGet() == 1 ? 1 : 0;
                inside.decrementAndGet();
                alone += replace(each, marked, stamp(marked.version() + 1, 7, null)) ? 1 : 0;
            }
            return alone;
        });

        assertThat(sum(done)).isEqualTo(2 * STORES * THREADS * MARKS);
        assertThat(read(stamps)).isEqualTo(stamp(STORES * THREADS * MARKS, 7, null));
    }

    /** As soon as nobody else's mark is there. */
    private static StampRecord mark(StampStore in, String me) {
        while (true) {
            StampRecord current = read(in);
            StampRecord marked = stamp(current == null ? 0 : current.version(), 7, me);
            if ((current == null || current.changing() == null) && replace(in, current, marked)) {
                return marked;
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void aResourceIsGivenItsFirstStampByOneOfMany() {
        List<Integer> done = inAllThreads(each -> {
            int first = 0;
            for (int i = 0; i < TIMES; i++) {
                first += each.replaceStamp("new:" + i, null, stamp(1, 7, null), PATIENCE) ? 1 : 0;
            }
            return first;
        });

        assertThat(sum(done)).isEqualTo(TIMES);
    }

    private static int sum(List<Integer> counts) {
        return counts.stream().mapToInt(Integer::intValue).sum();
    }

    /** Something that is done with the stamps of a store. */
    private interface Work<T> {
        T with(StampStore store) throws Exception;
    }

    private <T> List<T> inAllThreads(Work<T> work) {
        CyclicBarrier start = new CyclicBarrier(STORES * THREADS);
        List<Contender<T>> started = new ArrayList<>();
        for (int i = 0; i < STORES; i++) {
            StampStore each = (StampStore) open();
            for (int j = 0; j < THREADS; j++) {
                Callable<T> begun = () -> {
                    start.await();
                    return work.with(each);
                };
                started.add(contenders.start("store-" + i + "-thread-" + j, begun));
            }
        }
        return started.stream().map(Contender::result).toList();
    }

    // --- what becomes of them --------------------------------------------------------------------------------------

    @Test
    void aStampHasNothingToDoWithTheRecordOfTheSameResource() {
        StampRecord stamp = stamp(5, 100, "alice");
        replace(stamps, null, stamp);
        assertThat(find(other, KEY)).isNull();

        LockRecord held = put(store, held(KEY, 7));
        assertThat(read(others)).isEqualTo(stamp);

        assertThat(replace(others, stamp, stamp(6, 200, null))).isTrue();
        assertThat(find(store, KEY)).isEqualTo(held);
        assertThat(put(other, idle(KEY, 8)).token()).isEqualTo(8);
        assertThat(read(stamps)).isEqualTo(stamp(6, 200, null));
    }

    @Test
    void aStampStaysWhateverIsSwept() {
        assumeTrue(store instanceof ScannableStore, "a store that sweeps");
        SessionStart session = begin();
        replace(stamps, null, stamp(5, 100, session.id()));
        stamps.replaceStamp("another", null, stamp(1, 1, null), PATIENCE);
        put(store, idle(KEY, 7));
        storage.expire(session);

        Contenders.until("the record is swept", () -> ((ScannableStore) other).sweep(Duration.ZERO, PATIENCE) == 1);

        assertThat(((ScannableStore) other).busy(10, PATIENCE)).isEmpty();
        assertThat(read(others)).isEqualTo(stamp(5, 100, session.id()));
        assertThat(others.readStamp("another", PATIENCE)).isEqualTo(stamp(1, 1, null));
    }

    @Test
    void aStampStaysWhenAllStoresAreClosed() {
        replace(stamps, null, stamp(5, 100, "alice"));
        replace(others, stamp(5, 100, "alice"), stamp(6, 200, null));
        List.of(store, other).forEach(LockStore::close);

        StampStore again = (StampStore) open();

        assertThat(read(again)).isEqualTo(stamp(6, 200, null));
        assertThat(replace(again, stamp(5, 100, "alice"), stamp(7, 300, null))).isFalse();
        assertThat(replace(again, stamp(6, 200, null), stamp(7, 300, null))).isTrue();
    }

    @Test
    void aStoreThatIsClosedKeepsNoStamps() {
        store.close();

        assertThatThrownBy(() -> replace(stamps, null, stamp(1, 1, null)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> read(stamps))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("closed");
        assertThat(read(others)).isNull();
    }

    @Test
    void anInterruptSpoilsNoStamp() {
        StampRecord before = stamp(1, 100, null);
        StampRecord after = stamp(2, 200, null);
        replace(stamps, null, before);

        boolean stillInterrupted = contenders
                .start("interrupted", () -> {
                    Thread.currentThread().interrupt();
                    replaceOrFail(before, after);
                    return Thread.currentThread().isInterrupted();
                })
                .result();

        assertThat(stillInterrupted).isTrue();
        StampRecord found = Objects.requireNonNull(read(stamps));
        assertThat(found).isIn(before, after).isEqualTo(read(others));
        assertThat(replace(stamps, found, stamp(3, 300, null))).isTrue();
    }

    private void replaceOrFail(StampRecord expected, StampRecord next) {
        try {
            assertThat(replace(stamps, expected, next)).isTrue();
        } catch (StoreException interrupted) {
            assertThat(interrupted.isPassing()).isTrue();
        }
    }
}
