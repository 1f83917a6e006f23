package dev.interlock.testkit.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockRequest;
import dev.interlock.LockStoreException;
import dev.interlock.LockTimeoutException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A few locks, three nodes, and whatever can be asked of them, over a store that stumbles. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NodesStressTest extends NodesOverMemory {

    private static final Duration LENGTH = Duration.ofMillis(Boolean.getBoolean("interlock.soak") ? 30_000 : 1500);
    private static final int NODES = 3;
    private static final int THREADS = 4;
    private static final int ROOMS = 3;
    /** Who waits so long waits in vain. */
    private static final Duration PATIENT = Duration.ofSeconds(20);

    private static final Duration IMPATIENT = Duration.ofMillis(2);

    private final Room[] rooms = new Room[ROOMS];
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final LongAdder held = new LongAdder();
    private volatile boolean stumbling;

    /** Who is in without an end of his own. */
    private static final class Room {
        final AtomicInteger readers = new AtomicInteger();
        final AtomicInteger writers = new AtomicInteger();

        boolean isTakenAgainst(boolean write, int own) {
            return writers.get() > (write ? own : 0) || (write && readers.get() > 0);
        }

        AtomicInteger in(boolean write) {
            return write ? writers : readers;
        }
    }

    /** Two of a hundred updates are refused, and of two more the answer is lost. */
    private Object stumble(Between.Call call) throws Throwable {
        int chance = stumbling ? ThreadLocalRandom.current().nextInt(100) : 100;
        if (chance < 2) {
            throw StoreException.passing("a test refused an update", null);
        }
        Object answer = call.make();
        if (chance < 4) {
            throw StoreException.passing("a test lost an answer", null);
        }
        return answer;
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "true, 1000", "false, 1000"})
    void nobodyMeetsAnotherOrWaitsInVainAndNothingIsLeftBehind(boolean stumbles, int maxResources) throws Exception {
        stumbling = stumbles;
        for (int i = 0; i < ROOMS; i++) {
            rooms[i] = new Room();
        }
        long end = System.nanoTime() + LENGTH.toNanos();
        List<Thread> threads = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(4);
        for (int n = 0; n < NODES; n++) {
            InterlockManager node = node(
                    "node" + n,
                    Between.around(
                            space.connect(),
                            (method, patience, call) -> method.equals("update") ? stumble(call) : call.make()),
                    settings -> settings.maxResources(maxResources));
            for (int t = 0; t < THREADS; t++) {
                SplittableRandom own = random.split();
                threads.add(new Thread(() -> contend(node, own, end), "node" + n + "-" + t));
            }
        }
        threads.forEach(Thread::start);
        for (Thread each : threads) {
            each.join(TimeUnit.SECONDS.toMillis(100));
            assertThat(each.isAlive()).as("%s waits for ever", each).isFalse();
        }

        assertThat(violations).isEmpty();
        assertThat(held.sum()).isPositive();
        stumbling = false;
        space.records().stream().map(LockRecord::key).forEach(key -> untilIdle(key.resource()));
    }

    private void contend(InterlockManager node, SplittableRandom random, long end) {
        while (System.nanoTime() - end < 0) {
            int room = random.nextInt(ROOMS);
            boolean write = random.nextInt(3) == 0;
            boolean passing = random.nextInt(3) == 0;
            boolean patient = random.nextInt(10) > 0;
            LockRequest request = (write ? node.write("room" + room) : node.read("room" + room))
                    .timeout(patient ? PATIENT : IMPATIENT);
            if (passing) {
                request = request.lease(Duration.ofMillis(1 + random.nextInt(60)));
            }
            try {
                acquired(request, random.nextInt(4))
                        .ifPresent(handle -> visit(handle, rooms[room], write, passing, random));
            } catch (CompletionException | LockException failure) {
                judge(failure instanceof CompletionException ? failure.getCause() : failure, patient);
            } catch (RuntimeException odd) {
                violations.add(odd.toString());
            }
        }
    }

    private static Optional<LockHandle> acquired(LockRequest request, int how) {
        return switch (how) {
            case 0 -> request.tryAcquire();
            case 1 -> Optional.of(request.acquireAsync().join());
            default -> Optional.of(request.acquire());
        };
    }

    private void judge(Throwable failure, boolean patient) {
        boolean inVain = failure instanceof LockTimeoutException && patient;
        boolean odd =
                !(failure instanceof LockTimeoutException || (failure instanceof LockStoreException && stumbling));
        if (inVain || odd) {
            violations.add(failure.toString());
        }
    }

    private void visit(LockHandle handle, Room room, boolean write, boolean passing, SplittableRandom random) {
        held.increment();
        if (passing) {
            if (room.isTakenAgainst(write, 0) && handle.isHeld()) {
                violations.add("somebody was in when this came: " + handle);
            }
            stay(random.nextInt(20) == 0 ? 40 : 0);
        } else {
            room.in(write).incrementAndGet();
            if (room.isTakenAgainst(write, 1)) {
                violations.add("met somebody: " + handle);
            }
            stay(random.nextInt(5) == 0 ? 1 : 0);
            if (!handle.isHeld()) {
                violations.add("lost for no reason: " + handle);
            }
            room.in(write).decrementAndGet();
        }
        handle.close();
    }

    private static void stay(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }
}
