package dev.interlock.testkit.process;

import dev.interlock.LockHandle;
import dev.interlock.LockLostException;
import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.LockStoreException;
import dev.interlock.LockTimeoutException;
import dev.interlock.testkit.history.Wait;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread that takes locks in every way there is, does what they protect, and writes down what it saw. */
final class ContestThread implements Runnable {

    private static final Duration PATIENT = Duration.ofMinutes(1);
    private static final long LONGEST_WORK_NANOS = 300_000;

    private final LockManager locks;
    private final String owner;
    private final Cells cells;
    private final Journal journal;
    private final SplittableRandom random;
    private final AtomicBoolean done;

    ContestThread(
            LockManager locks,
            String owner,
            Cells cells,
            Journal journal,
            SplittableRandom random,
            AtomicBoolean done) {
        this.locks = locks;
        this.owner = owner;
        this.cells = cells;
        this.journal = journal;
        this.random = random;
        this.done = done;
    }

    @Override
    public void run() {
        try (journal) {
            while (!done.get()) {
                step();
            }
        } catch (Exception | Error unexpected) {
            journal.violation("'" + owner + "' failed: " + unexpected);
        }
    }

    private void step() throws InterruptedException {
        int counted = random.nextInt(ProcessContest.COUNTED);
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> count(counted, PATIENT);
            case 4 -> count(counted, Duration.ZERO);
            case 5 -> count(counted, Duration.ofNanos(1 + random.nextLong(20_000_000)));
            case 6, 7, 8 -> look(counted);
            default -> lease();
        }
    }

    // --- what is done under a lock ---------------------------------------------------------------------------------

    private void count(int cell, Duration timeout) throws InterruptedException {
        String resource = ProcessContest.resource(cell);
        LockHandle held = acquired(resource, LockMode.WRITE, locks.write(resource), timeout);
        if (held == null) {
            return;
        }
        CountDownLatch told = tellOfLoss(held);
        long count = cells.count(cell);
        work();
        if (holds(held)) {
            cells.count(cell, count + 1);
            boolean accepted = cells.accepts(cell, held.fencingToken());
            boolean all = holds(held);
            if (all) {
                journal.counted();
            } else {
                journal.miscounted();
            }
            if (all && !accepted) {
                journal.violation("held " + held + ", but a higher token had been there");
            }
        }
        release(held, told);
    }

    private void look(int cell) throws InterruptedException {
        String resource = ProcessContest.resource(cell);
        LockHandle held = acquired(resource, LockMode.READ, locks.read(resource), PATIENT);
        if (held == null) {
            return;
        }
        CountDownLatch told = tellOfLoss(held);
        long count = cells.count(cell);
        work();
        long after = cells.count(cell);
        if (holds(held) && count != after) {
            journal.violation("read with " + held + ", but it changed from " + count + " to " + after);
        }
        release(held, told);
    }

    /** Holds that end by themselves, sometimes before they are released. */
    private void lease() throws InterruptedException {
        int cell = ProcessContest.COUNTED + random.nextInt(ProcessContest.LEASED);
        String resource = ProcessContest.resource(cell);
        Duration lease = Duration.ofNanos(1 + random.nextLong(20_000_000));
        LockHandle held =
                acquired(resource, LockMode.WRITE, locks.write(resource).lease(lease), PATIENT);
        if (held == null) {
            return;
        }
        CountDownLatch told = tellOfLoss(held);
        LockSupport.parkNanos(random.nextLong(10_000_000));
        boolean accepted = cells.accepts(cell, held.fencingToken());
        if (holds(held) && !accepted) {
            journal.violation("held " + held + ", but a higher token had been there");
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            LockSupport.parkNanos(random.nextLong(10_000_000));
            extend(held);
            holds(held);
        }
        release(held, told);
    }

    private void extend(LockHandle held) {
        if (random.nextBoolean()) {
            long asked = System.nanoTime();
            try {
                held.extend(Duration.ofNanos(1 + random.nextLong(20_000_000)));
                journal.claimed(asked, true);
            } catch (LockLostException lost) {
                journal.claimed(asked, false);
            } catch (LockStoreException failed) {
                // whether it was extended is not known; what it says when it is asked counts
            }
        }
    }

    private void work() {
        LockSupport.parkNanos(random.nextLong(LONGEST_WORK_NANOS));
    }

    // --- asking, holding, releasing --------------------------------------------------------------------------------

    private @Nullable LockHandle acquired(String resource, LockMode mode, LockRequest request, Duration timeout) {
        journal.asked(resource, mode, owner, timeout.toNanos(), System.nanoTime());
        LockRequest mine = request.owner(LockOwner.named(owner)).timeout(timeout);
        try {
            Optional<LockHandle> held = timeout.isZero() ? mine.tryAcquire() : Optional.of(mine.acquire());
            if (held.isPresent()) {
                journal.granted(held.get().fencingToken(), System.nanoTime());
                return held.get();
            }
            journal.refused(Wait.Outcome.TIMED_OUT, System.nanoTime());
        } catch (LockTimeoutException inVain) {
            journal.refused(Wait.Outcome.TIMED_OUT, System.nanoTime());
        } catch (LockStoreException failed) {
            journal.refused(Wait.Outcome.FAILED, System.nanoTime());
        }
        return null;
    }

    private static CountDownLatch tellOfLoss(LockHandle held) {
        CountDownLatch told = new CountDownLatch(1);
        held.onLost(told::countDown);
        return told;
    }

    private boolean holds(LockHandle held) {
        long asked = System.nanoTime();
        boolean answer = held.isHeld();
        journal.claimed(asked, answer);
        return answer;
    }

    private void release(LockHandle held, CountDownLatch told) throws InterruptedException {
        long asked = System.nanoTime();
        boolean still = held.isHeld();
        journal.released(asked, still);
        if (!still && !told.await(PATIENT.toSeconds(), TimeUnit.SECONDS)) {
            journal.violation("nobody was told of the loss of " + held);
        }
        held.close();
        if (held.isHeld()) {
            journal.violation("held after its release: " + held);
        }
    }
}
