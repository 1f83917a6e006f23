package dev.interlock.store.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A few connections on loan from the user's pool. One that was used lately is at hand at once. Where there is none, a helper borrows
 * one, however long that takes, while the caller waits no longer than its patience; what comes too late is for the next caller. Who waits
 * is served in turn, but whatever is urgent comes first, and may have one connection more than all the rest. What nobody has used for a
 * while goes back to the pool.
 */
final class Lines {

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Line> idle = new ArrayDeque<>();
    private final Deque<Ticket> waiting = new ArrayDeque<>();
    private final Loans asked = new Loans();
    private final Helpers helpers;
    private final Source source;
    private final int mostUnhurried;
    private final Duration longestIdle;
    private final BooleanSupplier keepOne;
    private int inUse;
    private int unhurried;
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
     * @param mostUnhurried how many may be in use for what is not urgent
     * @param longestIdle how long they stay at hand without being used
     * @param keepOne whether one of them is to stay at hand though nobody uses it
     */
    Lines(Helpers helpers, Source source, int mostUnhurried, Duration longestIdle, BooleanSupplier keepOne) {
        this.helpers = helpers;
        this.source = source;
        this.mostUnhurried = mostUnhurried;
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
    Line take(boolean urgent, Patience patience) throws TimeoutException, ExecutionException {
        Ticket ticket = new Ticket(urgent, new CompletableFuture<>());
        Line free = freeOrQueue(ticket);
        return free != null ? free : await(ticket, patience);
    }

    /** What a caller waits with. */
    private record Ticket(boolean urgent, CompletableFuture<Line> line) {}

    private @Nullable Line freeOrQueue(Ticket ticket) throws ExecutionException {
        lock.lock();
        try {
            if (closed) {
                throw new ExecutionException(new IllegalStateException("closed"));
            }
            Line line = mayHaveOne(ticket) ? idle.poll() : null;
            if (line == null) {
                queue(ticket);
                askIfWanted();
            } else {
                use(line, ticket);
            }
            return line;
        } finally {
            lock.unlock();
        }
    }

    private boolean mayHaveOne(Ticket ticket) {
        return ticket.urgent || unhurried < mostUnhurried;
    }

    private void queue(Ticket ticket) {
        if (ticket.urgent) {
            waiting.addFirst(ticket);
        } else {
            waiting.addLast(ticket);
        }
    }

    private void use(Line line, Ticket ticket) {
        inUse++;
        unhurried += ticket.urgent ? 0 : 1;
        line.urgent = ticket.urgent;
    }

    private void doneWith(Line line) {
        inUse--;
        unhurried -= line.urgent ? 0 : 1;
    }

    private Line await(Ticket ticket, Patience patience) throws TimeoutException, ExecutionException {
        while (true) {
            try {
                return patience.await(ticket.line, Loans.OVERDUE);
            } catch (TimeoutException late) {
                if (!patience.isOver()) {
                    askAgain();
                } else if (ticket.line.cancel(false)) {
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

    private void forget(Ticket ticket) {
        lock.lock();
        try {
            waiting.remove(ticket);
        } finally {
            lock.unlock();
        }
    }

    // --- loans -----------------------------------------------------------------------------------------------------

    private void borrow(Loans.Loan loan) {
        try {
            arrived(loan, source.open());
        } catch (SQLException | RuntimeException | Error refused) {
            refused(loan, refused);
        }
    }

    private void askIfWanted() {
        asked.writeOffOverdue();
        Ticket first = waiting.peek();
        if (first != null && asked.size() < waiting.size() && roomFor(first)) {
            Loans.Loan loan = asked.add();
            helpers.execute(() -> borrow(loan));
        }
    }

    private boolean roomFor(Ticket ticket) {
        int lent = inUse + idle.size() + asked.size();
        return ticket.urgent
                ? lent <= mostUnhurried
                : unhurried + asked.size() < mostUnhurried && lent <= mostUnhurried;
    }

    private void arrived(Loans.Loan loan, Line line) {
        boolean wanted;
        lock.lock();
        try {
            asked.settle(loan);
            wanted = passOn(line);
        } finally {
            lock.unlock();
        }
        if (!wanted) {
            line.giveBack();
        }
    }

    private void refused(Loans.Loan loan, Throwable cause) {
        for (Ticket each : withoutHope(loan)) {
            each.line.completeExceptionally(cause);
        }
    }

    /** Who else but this loan could have served them? Those who use a line now may give it back yet. */
    private List<Ticket> withoutHope(Loans.Loan loan) {
        lock.lock();
        try {
            asked.settle(loan);
            if (inUse + asked.size() > 0) {
                return List.of();
            }
            List<Ticket> all = new ArrayList<>(waiting);
            waiting.clear();
            return all;
        } finally {
            lock.unlock();
        }
    }

    // --- giving back -----------------------------------------------------------------------------------------------

    /** The line is good; somebody else may have it. */
    void give(Line line) {
        boolean wanted;
        lock.lock();
        try {
            doneWith(line);
            wanted = passOn(line);
        } finally {
            lock.unlock();
        }
        if (!wanted) {
            helpers.execute(line::giveBack);
        }
    }

    private boolean passOn(Line line) {
        for (Ticket next = waiting.peek(); next != null && mayHaveOne(next); next = waiting.peek()) {
            waiting.remove();
            use(line, next);
            if (next.line.complete(line)) {
                return true;
            }
            doneWith(line);
        }
        return !closed && inUse + idle.size() <= mostUnhurried && keep(line);
    }

    private boolean keep(Line line) {
        line.idleSince = System.nanoTime();
        idle.push(line);
        tick();
        return true;
    }

    /** The line is not to be used again. */
    void discard(Line line) {
        lock.lock();
        try {
            doneWith(line);
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
        List<Ticket> hopeless;
        lock.lock();
        try {
            closed = true;
            hopeless = new ArrayList<>(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        hopeless.forEach(each -> each.line.completeExceptionally(new IllegalStateException("closed")));
        return CompletableFuture.allOf(takeIdle(0, 0).stream()
                .map(each -> CompletableFuture.runAsync(each::giveBack, helpers))
                .toArray(CompletableFuture<?>[]::new));
    }
}
