package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.spi.Change;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.ScannableStore;
import dev.interlock.spi.Step;
import dev.interlock.spi.Updated;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Nothing is lost, whoever replaces a record at the same time. */
abstract class StoreRaceContract extends StoreContract {

    private static final int STORES = 3;
    private static final int THREADS = 2;
    private static final int TIMES = 40;

    StoreRaceContract(LockStoreContract storage) {
        super(storage);
    }

    @Test
    void noReplacementIsLostWithoutGuesses() {
        List<List<Long>> seen = inAllThreads(each -> increments(each, false));

        assertThat(seen.stream().flatMap(List::stream))
                .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, STORES * THREADS * TIMES)
                        .boxed()
                        .toList());
    }

    @Test
    void noReplacementIsLostWithGuessesThatAreMostlyStale() {
        List<List<Long>> seen = inAllThreads(each -> increments(each, true));

        assertThat(seen.stream().flatMap(List::stream))
                .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, STORES * THREADS * TIMES)
                        .boxed()
                        .toList());
    }

    private static List<Long> increments(LockStore in, boolean guessing) {
        List<Long> seen = new ArrayList<>();
        LockRecord last = null;
        for (int i = 0; i < TIMES; i++) {
            Updated<Long> updated = in.update(KEY, guessing ? guess(last) : null, INCREMENT, PATIENCE);
            seen.add(updated.result());
            last = updated.record();
        }
        return seen;
    }

    @Test
    void noRecordIsMadeTwice() {
        List<RecordKey> keys =
                IntStream.range(0, 20).mapToObj(i -> new RecordKey("new:" + i)).toList();

        inAllThreads(each -> {
            for (RecordKey key : keys) {
                each.update(key, guess(null), incrementOf(key), PATIENCE);
            }
            return List.<Long>of();
        });

        assertThat(store.read(keys, PATIENCE)).hasSize(keys.size()).allSatisfy(record -> assertThat(record.token())
                .isEqualTo(STORES * THREADS));
    }

    private static Step<Long> incrementOf(RecordKey key) {
        return (current, view) -> {
            long token = current == null ? 1 : current.token() + 1;
            return Change.to(idle(key, token), token);
        };
    }

    @Test
    void noReplacementIsLostThoughIdleRecordsAreSweptAllTheTime() {
        assumeTrue(store instanceof ScannableStore, "a store that sweeps");
        AtomicBoolean done = new AtomicBoolean();
        Contender<Integer> sweeping = contenders.start("sweeping", () -> sweepUntil(done));

        List<List<Long>> versions = inAllThreads(StoreRaceContract::versions);

        done.set(true);
        assertThat(sweeping.result()).isNotNegative();
        assertThat(versions.stream().flatMap(List::stream)).doesNotHaveDuplicates();
    }

    private int sweepUntil(AtomicBoolean done) {
        int swept = 0;
        while (!done.get()) {
            swept += ((ScannableStore) store).sweep(Duration.ZERO, PATIENCE);
        }
        return swept;
    }

    private static List<Long> versions(LockStore in) {
        List<Long> seen = new ArrayList<>();
        LockRecord last = null;
        for (int i = 0; i < TIMES; i++) {
            last = stored(in.update(KEY, guess(last), INCREMENT, PATIENCE));
            seen.add(last.version());
        }
        return seen;
    }

    /** Something that is done with a store. */
    private interface Work<T> {
        T with(LockStore store) throws Exception;
    }

    /** Lets several threads of several stores do this, all at once. */
    private <T> List<T> inAllThreads(Work<T> work) {
        CyclicBarrier start = new CyclicBarrier(STORES * THREADS);
        List<Contender<T>> started = new ArrayList<>();
        for (int i = 0; i < STORES; i++) {
            LockStore each = open();
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
}
