package dev.interlock.store.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A few connections on loan from the user's pool. One that was used lately is at hand at once. Where there is none, a helper borrows
 * one, however long that takes, while the caller waits no longer than its patience; what comes too late is for the next caller. Who waits
 * is served in turn. What nobody has used for a while goes back to the pool.
 */
final class Lines {

    /** A loan that was asked for this long ago keeps no other from being asked for: it may never come. */
    private static final Duration OVERDUE = Duration.ofSeconds(2);
    /** When that has happened many times, the next one is given more time. */
    private static final Duration LONG_OVERDUE = Duration.ofSeconds(30);

    private static final int MANY = 8;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Line> idle = new ArrayDeque<>();
    private final Deque<CompletableFuture<Line>> waiting = new ArrayDeque<>();
    private final Set<Loan> asked = new HashSet<>();
    private final Helpers helpers;
    private final Source source;
    private final int most;
    private final Duration longestIdle;
    private final BooleanSupplier keepOne;
    private int inUse;
    private int overdue;
    private boolean ticking;
    private boolean closed;

    /** Where lines come from. */
    @FunctionalInterface
    interface Source {
        Line open() throws SQLException;
    }

    /**
     * Makes no loan yet.
     *
     * @param longestIdle how long they stay at hand without being used
     * @param keepOne whether one of them is to stay at hand though nobody uses it
     */
    Lines(Helpers helpers, Source source, int most, Duration longestIdle, BooleanSupplier keepOne) {
        this.helpers = helpers;
        this.source = source;
        this.most = most;
        this.longestIdle = longestIdle;
        this.keepOne = keepOne;
    }

    // --- taking ----------------------------------------------------------------------------------------------------

    /**
     * A line for the caller alone.
     *
     * @throws TimeoutException if there is none until patience ends
     * @throws ExecutionException if there is none to be had, with the cause
     */
    Line take(Patience patience) throws TimeoutException, ExecutionException {
        CompletableFuture<Line> ticket = new CompletableFuture<>();
        Line free = freeOrQueue(ticket);
        return free != null ? free : await(ticket, patience);
    }

    private @Nullable Line freeOrQueue(CompletableFuture<Line> ticket) throws ExecutionException {
        lock.lock();
        try {
            if (closed) {
                throw new ExecutionException(new IllegalStateException("closed"));
            }
            Line line = idle.poll();
            if (line == null) {
                waiting.add(ticket);
                askIfWanted();
            } else {
                inUse++;
            }
            return line;
        } finally {
            lock.unlock();
        }
    }

    private Line await(CompletableFuture<Line> ticket, Patience patience) throws TimeoutException, ExecutionException {
        while (true) {
            try {
                return patience.await(ticket, OVERDUE);
            } catch (TimeoutException late) {
                if (!patience.isOver()) {
                    askAgain();
                } else if (ticket.cancel(false)) {
                    forget(ticket);
                    throw late;
                }
            }
        }
    }

    private void askAgain() {
        lock.lock();
        try {
            askIfWanted();
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("CollectionUndefinedEquality") // a ticket is equal to itself alone
    private void forget(CompletableFuture<Line> ticket) {
        lock.lock();
        try {
            waiting.remove(ticket);
        } finally {
            lock.unlock();
        }
    }

    // --- loans -----------------------------------------------------------------------------------------------------

    /** A connection that has been asked for. */
    private final class Loan implements Runnable {

        private final long since = System.nanoTime();

        @Override
        public void run() {
            try {
                arrived(this, source.open());
            } catch (SQLException | RuntimeException | Error refused) {
                refused(this, refused);
            }
        }
    }

    private void askIfWanted() {
        writeOffOverdue();
        if (asked.size() < waiting.size() && inUse + idle.size() + asked.size() < most) {
            Loan loan = new Loan();
            asked.add(loan);
            helpers.execute(loan);
        }
    }

    private void writeOffOverdue() {
        long now = System.nanoTime();
        for (Iterator<Loan> each = asked.iterator(); each.hasNext(); ) {
            Duration allowed = overdue < MANY ? OVERDUE : LONG_OVERDUE;
            if (now - each.next().since > allowed.toNanos()) {
                each.remove();
                overdue++;
            }
        }
    }

    private void arrived(Loan loan, Line line) {
        lock.lock();
        try {
            settle(loan);
            inUse++;
        } finally {
            lock.unlock();
        }
        give(line);
    }

    private void refused(Loan loan, Throwable cause) {
        for (CompletableFuture<Line> each : withoutHope(loan)) {
            each.completeExceptionally(cause);
        }
    }

    /** Who else but this loan could have served them? Those who use a line now may give it back yet. */
    private List<CompletableFuture<Line>> withoutHope(Loan loan) {
        lock.lock();
        try {
            settle(loan);
            if (inUse + asked.size() > 0) {
                return List.of();
            }
            List<CompletableFuture<Line>> all = new ArrayList<>(waiting);
            waiting.clear();
            return all;
        } finally {
            lock.unlock();
        }
    }

    private void settle(Loan loan) {
        if (!asked.remove(loan)) {
            overdue--;
        }
    }

    // --- giving back -----------------------------------------------------------------------------------------------

    /** The line is good; somebody else may have it. */
    void give(Line line) {
        if (!passedOn(line)) {
            helpers.execute(line::giveBack);
        }
    }

    private boolean passedOn(Line line) {
        lock.lock();
        try {
            CompletableFuture<Line> next;
            while ((next = waiting.poll()) != null) {
                if (next.complete(line)) {
                    return true;
                }
            }
            inUse--;
            if (closed || inUse + idle.size() >= most) {
                return false;
            }
            line.idleSince = System.nanoTime();
            idle.push(line);
            tick();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The line is not to be used again. */
    void discard(Line line) {
        lock.lock();
        try {
            inUse--;
            askIfWanted();
        } finally {
            lock.unlock();
        }
        helpers.execute(line::discard);
    }

    /** What broke one line may have broken all. */
    void discardIdle() {
        for (Line each : takeIdle(0, 0)) {
            helpers.execute(each::discard);
        }
    }

    // --- idle lines ------------------------------------------------------------------------------------------------

    private void tick() {
        if (!ticking) {
            ticking = true;
            helpers.later(longestIdle, this::giveBackIdle);
        }
    }

    private void giveBackIdle() {
        for (Line each : takeIdle(longestIdle.toNanos(), keepOne.getAsBoolean() ? 1 : 0)) {
            helpers.execute(each::giveBack);
        }
        lock.lock();
        try {
            ticking = false;
            if (!idle.isEmpty()) {
                tick();
            }
        } finally {
            lock.unlock();
        }
    }

    private List<Line> takeIdle(long forNanos, int keep) {
        lock.lock();
        try {
            long now = System.nanoTime();
            List<Line> taken = new ArrayList<>();
            while (idle.size() > keep && now - idle.getLast().idleSince >= forNanos) {
                taken.add(idle.removeLast());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** How it stands, for messages. */
    @Override
    public String toString() {
        lock.lock();
        try {
            return inUse + " in use, " + asked.size() + " asked for, " + waiting.size() + " callers waiting";
        } finally {
            lock.unlock();
        }
    }

    /** Gives back what nobody uses, and does not wait for it; what is in use goes back when its user is done. */
    CompletableFuture<?> close() {
        List<CompletableFuture<Line>> hopeless;
        lock.lock();
        try {
            closed = true;
            hopeless = new ArrayList<>(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        hopeless.forEach(each -> each.completeExceptionally(new IllegalStateException("closed")));
        return CompletableFuture.allOf(takeIdle(0, 0).stream()
                .map(each -> CompletableFuture.runAsync(each::giveBack, helpers))
                .toArray(CompletableFuture<?>[]::new));
    }
}
