package dev.interlock.engine;

import dev.interlock.FairnessPolicy;
import dev.interlock.deadlock.DeadlockReport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for a lock, and who is next.
 *
 * <p><b>Order.</b> Waiters go by rank: their time of arrival, less what their priority is worth. All age alike, so the order
 * of two waiters never changes while they wait, and one of low priority can be overtaken only by those that arrive within
 * {@code (difference in priority) × ageing} after it. Within a priority the order of arrival is the order of rank, so there
 * is a list for each priority in use; joining, leaving and finding the first take constant time.
 *
 * <p><b>Granting.</b> Always under the mutex, always from the front, and only here: by the releaser, by the first waiter
 * when it wakes, and by whoever leaves the queue. The mutex is held for a few dozen instructions; nobody's code runs inside.
 *
 * <p><b>The gate.</b> While it is open a newcomer may take the lock ahead of the waiters, and a release only wakes the first
 * of them, who tries for itself. Once it is closed, newcomers line up and each release hands the lock over. Under
 * {@link FairnessPolicy#STRICT} it closes as soon as anybody waits. Under {@link FairnessPolicy#BOUNDED} the first waiter closes
 * it when it is awake, cannot have the lock, and somebody has waited longer than the bound; it opens again when that waiter has
 * got the lock, for the next one sleeps, and the lock would only lie idle until it wakes. But when somebody has waited
 * {@value #PATIENCE} times the bound it stays closed, and wakes one waiter after the other, until nobody has.
 */
final class WaitQueue {

    private static final int PRIORITIES = 10;
    /** So many bounds may the oldest waiter wait before the gate stays closed from one waiter to the next. */
    private static final int PATIENCE = 8;

    final LocalLock lock;
    private final Engine engine;
    private final ReentrantLock mutex = new ReentrantLock();
    private final @Nullable Waiter[] firsts = new Waiter[PRIORITIES + 1];
    private final @Nullable Waiter[] lasts = new Waiter[PRIORITIES + 1];
    private long joined;
    private int writers;
    /** Those whose word has not been passed on yet, linked by {@link Waiter#behind}: that is done outside the mutex. */
    private @Nullable Waiter untold;

    private @Nullable Waiter lastUntold;
    /** Who is to wake although nothing has come of its waiting yet. */
    private @Nullable SyncWaiter sleeper;

    private volatile int size;
    private volatile @Nullable Waiter head;

    WaitQueue(LocalLock lock) {
        this.lock = lock;
        this.engine = lock.type.engine;
    }

    int size() {
        return size;
    }

    @Nullable Waiter first() {
        return head;
    }

    boolean isHead(Waiter waiter) {
        return head == waiter;
    }

    // --- coming and going ------------------------------------------------------------------------------------------

    /** What came of joining. */
    enum Joined {
        /** It waits now, or something has already come of it. */
        YES,
        /** The queue is full. */
        FULL,
        /** The lock has been forgotten; there is a new one by its name. */
        RETIRED
    }

    Joined join(Waiter waiter) {
        mutex.lock();
        try {
            if (size >= engine.settings.maxQueue()) {
                return Joined.FULL;
            }
            engine.waitBegan(waiter);
            append(waiter);
            waiter.wentAhead = !isLast(waiter);
            grantFirsts();
            if (waiter.isWaiting() && lock.isRetired()) {
                remove(waiter);
                engine.waitEnded(waiter);
                return Joined.RETIRED;
            }
            if (waiter.isWaiting() && engine.isClosed()) {
                remove(waiter);
                settle(waiter, Waiter.State.CLOSED);
            }
            return Joined.YES;
        } catch (Throwable failure) {
            remove(waiter);
            engine.waitEnded(waiter);
            throw failure;
        } finally {
            unlock();
        }
    }

    /** Takes the waiter out, if it still waits; whoever its leaving lets through is granted. */
    boolean withdraw(Waiter waiter) {
        return leave(waiter, Waiter.State.WITHDRAWN, null);
    }

    /** The same for the victim of a deadlock, which is reported only if it still waits. */
    boolean giveUp(Waiter waiter, Supplier<DeadlockReport> report) {
        return leave(waiter, Waiter.State.VICTIM, report);
    }

    private boolean leave(Waiter waiter, Waiter.State state, @Nullable Supplier<DeadlockReport> report) {
        mutex.lock();
        try {
            if (!waiter.isWaiting()) {
                return false;
            }
            if (report != null) {
                waiter.chosenAsVictim(report.get());
            }
            remove(waiter);
            settle(waiter, state);
            grantFirsts();
            return true;
        } finally {
            unlock();
        }
    }

    /** Turns everybody away. */
    void close() {
        mutex.lock();
        try {
            for (Waiter each : all()) {
                remove(each);
                settle(each, Waiter.State.CLOSED);
            }
            grantFirsts();
        } finally {
            unlock();
        }
    }

    private void settle(Waiter waiter, Waiter.State state) {
        waiter.settle(state);
        if (untold == null || lastUntold == null) {
            untold = waiter;
        } else {
            lastUntold.behind = waiter;
        }
        lastUntold = waiter;
    }

    private void unlock() {
        Waiter settled = untold;
        SyncWaiter asleep = sleeper;
        untold = null;
        lastUntold = null;
        sleeper = null;
        mutex.unlock();
        if (asleep != null) {
            asleep.unpark();
        }
        while (settled != null) {
            Waiter next = settled.behind;
            settled.tell();
            settled = next;
        }
    }

    // --- granting --------------------------------------------------------------------------------------------------

    void grant() {
        mutex.lock();
        try {
            grantFirsts();
        } finally {
            unlock();
        }
    }

    private void grantFirsts() {
        Waiter first = head;
        while (first != null && (granted(first) || (!postSentry(first) && granted(first)))) {
            first = head;
        }
        if (first == null) {
            lock.onRelease(null);
            lock.closeGate(false);
        }
    }

    private boolean granted(Waiter first) {
        if (!lock.isFreeFor(first)) {
            return false;
        }
        long now = engine.clock.now();
        Hold hold = lock.push(first.owner, first.options, first.details, now, engine.timesAll());
        if (hold == null) {
            return false;
        }
        grantedTo(first, hold);
        return true;
    }

    private void grantedTo(Waiter waiter, Hold hold) {
        remove(waiter);
        waiter.granted(hold);
        settle(waiter, Waiter.State.GRANTED);
    }

    /**
     * Settles what an owner that holds now still waits for here, for it would wait for itself: it comes in again, or is refused
     * the upgrade.
     */
    void settleOthersOf(Owner owner) {
        mutex.lock();
        try {
            for (Waiter each : owner.waits()) {
                if (each.queue == this && each.isWaiting()) {
                    reenter(each);
                }
            }
            grantFirsts();
        } finally {
            unlock();
        }
    }

    private void reenter(Waiter waiter) {
        try {
            Hold hold =
                    lock.reenter(waiter.owner, waiter.options, waiter.details, engine.clock.now(), engine.timesAll());
            if (hold != null) {
                grantedTo(waiter, hold);
            }
        } catch (UpgradeRefused refused) {
            remove(waiter);
            settle(waiter, Waiter.State.UPGRADE);
        }
    }

    /**
     * Says what the next release and the next newcomer are to do, and then looks at the lock once more, because a release may
     * have come in between. Answers whether there is nothing more to do until then.
     */
    private boolean postSentry(Waiter first) {
        boolean asleep = first instanceof SyncWaiter thread && !thread.isCurrent();
        boolean closed = isStrict() || mustClose(asleep);
        if (closed && asleep && !isStrict()) {
            // so that it is awake by the time the lock is handed to it
            sleeper = (SyncWaiter) first;
        }
        lock.closeGate(closed);
        lock.onRelease(closed || !(first instanceof SyncWaiter) ? LocalLock.GRANT : first);
        return !lock.isFreeFor(first);
    }

    boolean isStrict() {
        return engine.settings.fairness() == FairnessPolicy.STRICT;
    }

    private boolean mustClose(boolean firstIsAsleep) {
        long age = engine.clock.now() - oldest();
        long bound = engine.settings.bargeBound();
        return firstIsAsleep ? lock.isGateClosed() && age / PATIENCE > bound : age > bound;
    }

    /** Whether this waiter has waited longer than the bound, as far as that can be told cheaply. */
    boolean isLate(Waiter waiter) {
        long pulse = engine.clock.pulse();
        return (pulse == 0 ? engine.clock.now() : pulse) - waiter.arrived > engine.settings.bargeBound();
    }

    // --- the lists -------------------------------------------------------------------------------------------------

    private void append(Waiter waiter) {
        int lane = waiter.priority;
        Waiter last = lasts[lane];
        waiter.number = joined++;
        waiter.listed = true;
        waiter.ahead = last;
        if (last == null) {
            firsts[lane] = waiter;
        } else {
            last.behind = waiter;
            // it may have read the clock earlier, and come here later
            waiter.rank += Math.max(0, last.rank - waiter.rank);
        }
        lasts[lane] = waiter;
        changed(waiter, 1);
    }

    private void remove(Waiter waiter) {
        if (!waiter.listed) {
            return;
        }
        waiter.listed = false;
        int lane = waiter.priority;
        Waiter ahead = waiter.ahead;
        Waiter behind = waiter.behind;
        if (ahead == null) {
            firsts[lane] = behind;
        } else {
            ahead.behind = behind;
        }
        if (behind == null) {
            lasts[lane] = ahead;
        } else {
            behind.ahead = ahead;
        }
        waiter.ahead = null;
        waiter.behind = null;
        changed(waiter, -1);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the mutex only
    private void changed(Waiter waiter, int by) {
        size += by;
        if (waiter.options.write) {
            writers += by;
        }
        Waiter best = null;
        if (size > 0) {
            for (Waiter first : firsts) {
                if (first != null && (best == null || goesBefore(first, best))) {
                    best = first;
                }
            }
        }
        head = best;
    }

    private static boolean goesBefore(Waiter one, Waiter other) {
        long difference = one.rank - other.rank;
        return difference < 0 || (difference == 0 && one.number < other.number);
    }

    private boolean isLast(Waiter waiter) {
        for (Waiter last : lasts) {
            if (last != null && last != waiter && goesBefore(waiter, last)) {
                return false;
            }
        }
        return true;
    }

    private long oldest() {
        long oldest = Long.MAX_VALUE;
        boolean found = false;
        for (Waiter first : firsts) {
            if (first != null && (!found || first.arrived - oldest < 0)) {
                oldest = first.arrived;
                found = true;
            }
        }
        return oldest;
    }

    /** Who waits, in the order in which they will be granted; sorted outside the mutex. */
    List<Waiter> inOrder() {
        List<Waiter> waiters;
        mutex.lock();
        try {
            waiters = all();
        } finally {
            unlock();
        }
        waiters.sort((one, other) -> goesBefore(one, other) ? -1 : goesBefore(other, one) ? 1 : 0);
        return waiters;
    }

    private List<Waiter> all() {
        List<Waiter> waiters = new ArrayList<>(size);
        for (Waiter first : firsts) {
            for (Waiter each = first; each != null; each = each.behind) {
                waiters.add(each);
            }
        }
        return waiters;
    }

    // --- for deadlock detection ------------------------------------------------------------------------------------

    /**
     * The waiters ahead of this one that keep it waiting beyond those who hold. For one that writes these are all that
     * matter only if an owner can wait twice; for one that reads, the first writer ahead stands for all of them.
     */
    List<Waiter> aheadOf(Waiter waiter, boolean everyone) {
        mutex.lock();
        try {
            if (!waiter.isWaiting() || (!everyone && (waiter.options.write || writers == 0))) {
                return List.of();
            }
            List<Waiter> found = new ArrayList<>();
            for (Waiter first : firsts) {
                for (Waiter each = first; each != null && goesBefore(each, waiter); each = each.behind) {
                    if (each.conflictsWith(waiter)) {
                        found.add(each);
                        if (!everyone) {
                            return found;
                        }
                    }
                }
            }
            return found;
        } finally {
            unlock();
        }
    }
}
