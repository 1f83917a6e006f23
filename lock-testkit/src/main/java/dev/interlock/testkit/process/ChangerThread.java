package dev.interlock.testkit.process;

import dev.interlock.LockLostException;
import dev.interlock.LockStoreException;
import dev.interlock.LockTimeoutException;
import dev.interlock.optimistic.Change;
import dev.interlock.optimistic.OptimisticLocks;
import dev.interlock.optimistic.VersionStamp;
import dev.interlock.testkit.process.ChangeRecord.Outcome;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread that counts without locks: it reads, computes, and writes only if nobody was faster; and writes down what it saw. */
final class ChangerThread implements Runnable {

    private static final long LONGEST_WORK_NANOS = 300_000;

    /** What was computed. */
    private record Draft(int cell, long version, long value, long asked) {}

    /** The cell had been changed by somebody who came later. */
    private static final class RefusedException extends Exception {

        private static final long serialVersionUID = 1;

        RefusedException(Draft late) {
            super(late + " came too late");
        }
    }

    private final Changer process;
    /** Of the first threads, each has a cell for itself, for the others may all be waiting at the same one. */
    private final int place;

    private final OptimisticLocks optimistic;
    private final Journal journal;
    private final SplittableRandom random;
    private long asked;
    private boolean begun;

    ChangerThread(Changer process, int place, Journal journal, SplittableRandom random) {
        this.process = process;
        this.place = place;
        this.optimistic = process.locks.optimistic();
        this.journal = journal;
        this.random = random;
    }

    @Override
    public void run() {
        try (journal) {
            while (!process.done.get()) {
                step(place < ChangeContest.CELLS ? place : random.nextInt(ChangeContest.CELLS));
            }
        } catch (Exception | Error unexpected) {
            journal.violation("'" + Thread.currentThread().getName() + "' failed: " + unexpected);
        }
    }

    private void step(int cell) throws Exception {
        asked = System.nanoTime();
        begun = false;
        try {
            answered(cell, random.nextBoolean() ? attempt(cell) : commit(cell));
        } catch (RefusedException late) {
            refused(late);
        } catch (LockLostException lost) {
            journal.ended(Outcome.LOST);
        } catch (LockStoreException failed) {
            journal.failed();
        } catch (LockTimeoutException inVain) {
            // somebody took long; the contest sees to it that it does not last
        }
    }

    private boolean attempt(int cell) throws Exception {
        return optimistic
                .on(ChangeContest.resource(cell))
                .<@Nullable Void, Exception>attempt(stamp -> {
                    Draft draft = compute(cell, stamp);
                    return Change.of(() -> store(draft));
                })
                .isSuccess();
    }

    private boolean commit(int cell) throws Exception {
        VersionStamp stamp = optimistic.stamp(ChangeContest.resource(cell));
        Draft draft = compute(cell, stamp);
        return optimistic.commit(stamp, () -> store(draft)).isPresent();
    }

    private Draft compute(int cell, VersionStamp stamp) {
        long seen = System.nanoTime();
        journal.looked(cell, stamp.version(), asked, seen);
        Draft draft = new Draft(cell, stamp.version() + 1, process.cells.value(cell) + 1, asked);
        asked = seen;
        work();
        return draft;
    }

    private void store(Draft draft) throws InterruptedException, RefusedException {
        begun = true;
        journal.begun(draft.cell, draft.version, draft.value, draft.asked, System.nanoTime());
        lingerIf(ChangeContest.lingersBeforeWriting(draft.cell), draft);
        boolean accepted = process.cells.write(draft.cell, draft.version, draft.value);
        lingerIf(!ChangeContest.lingersBeforeWriting(draft.cell), draft);
        journal.written(accepted, System.nanoTime());
        if (!accepted) {
            throw new RefusedException(draft);
        }
    }

    private void lingerIf(boolean here, Draft draft) throws InterruptedException {
        if (here) {
            process.lingering.pass(draft.cell, draft.version);
        }
    }

    private void work() {
        LockSupport.parkNanos(random.nextLong(LONGEST_WORK_NANOS));
    }

    // --- what came of it -------------------------------------------------------------------------------------------

    private void answered(int cell, boolean success) {
        if (success != begun) {
            journal.violation("told that a change was" + (success ? "" : " not") + " made, but it was"
                    + (begun ? "" : " not") + ": " + ChangeContest.resource(cell));
        }
        if (success) {
            journal.ended(Outcome.DONE);
            process.changed(cell);
        }
    }

    private void refused(RefusedException late) {
        journal.ended(Outcome.REFUSED);
        if (Arrays.stream(late.getSuppressed()).noneMatch(LockLostException.class::isInstance)) {
            journal.violation("not told that it was taken for dead: " + late.getMessage());
        }
    }
}
