package dev.interlock.store.jdbc;

import dev.interlock.spi.StoreException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The database, as something that can be asked and answers in time, or says why it does not. */
final class Database {

    /** As often may a connection prove to be broken before that is taken for the state of the database. */
    private static final int MOST_LOST = 2;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int MOST_DOUBLINGS = 5;

    final Dialect dialect;
    final Tables tables;
    private final Helpers helpers;
    private final Lines lines;
    private final Faults faults;
    private volatile boolean closed;

    Database(Dialect dialect, Tables tables, Where where, Helpers helpers, Lines lines) {
        this.dialect = dialect;
        this.tables = tables;
        this.helpers = helpers;
        this.lines = lines;
        this.faults = new Faults(dialect, tables.prefix, where);
    }

    /** Something done on a line. It may be done again after a fault, and must stand that. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T on(Line line) throws SQLException;

        /** Whether so much is sent that a network which takes nothing more would keep the sender: no timeout ends that. */
        default boolean isBulky() {
            return false;
        }

        /** The tables without which it cannot be done. */
        default List<String> needs(Tables tables) {
            return List.of(tables.record, tables.session);
        }
    }

    /** Does the work, as soon as its turn comes. */
    <T extends @Nullable Object> T ask(Supplier<String> what, Duration length, Work<T> work) {
        return ask(false, what, length, work);
    }

    /** Does the work before any other. */
    <T extends @Nullable Object> T askUrgently(Supplier<String> what, Duration length, Work<T> work) {
        return ask(true, what, length, work);
    }

    /** Does the work, again and again where a fault lets it, until patience ends. */
    private <T extends @Nullable Object> T ask(boolean urgent, Supplier<String> what, Duration length, Work<T> work) {
        if (closed) {
            throw faults.closed();
        }
        try (Patience patience = Patience.of(length)) {
            return insist(urgent, what, patience, work);
        }
    }

    private <T extends @Nullable Object> T insist(
            boolean urgent, Supplier<String> what, Patience patience, Work<T> work) {
        int lost = 0;
        int conflicts = 0;
        while (true) {
            Line line = take(urgent, what, patience);
            try {
                return once(line, patience, work);
            } catch (SQLException error) {
                Fault fault = dialect.faultOf(error);
                boolean again = fault == Fault.CONFLICT || (fault.isOfThisConnection() && lost++ < MOST_LOST);
                if (!again || patience.isOver()) {
                    throw faults.of(fault, what.get(), work.needs(tables), patience, error);
                }
                patience.pause(fault == Fault.CONFLICT ? pause(conflicts++) : 0);
            }
        }
    }

    /** Not the same for all, and longer and longer up to some sixty milliseconds. */
    private static long pause(int conflicts) {
        return ThreadLocalRandom.current().nextLong(PAUSE_NANOS << Math.min(conflicts, MOST_DOUBLINGS));
    }

    private Line take(boolean urgent, Supplier<String> what, Patience patience) {
        try {
            return lines.take(urgent, patience).within(patience);
        } catch (TimeoutException over) {
            throw faults.noConnection(what.get(), patience, lines.toString(), over);
        } catch (ExecutionException refused) {
            throw closed ? faults.closed() : faults.refused(what.get(), refused);
        }
    }

    private <T extends @Nullable Object> T once(Line line, Patience patience, Work<T> work) throws SQLException {
        boolean good = false;
        try {
            T done = line.keepsTime() && !work.isBulky() ? work.on(line) : aside(line, patience, work);
            good = true;
            return done;
        } catch (StoreException told) {
            good = true;
            throw told;
        } catch (SQLException error) {
            Fault fault = dialect.faultOf(error);
            good = fault.sparesConnection();
            if (fault.isOfThisConnection()) {
                lines.discardIdle();
            }
            throw error;
        } finally {
            if (good) {
                lines.give(line);
            } else {
                lines.discard(line);
            }
        }
    }

    /** Lets a helper wait for the answer, who may wait for ever. */
    private <T extends @Nullable Object> T aside(Line line, Patience patience, Work<T> work) throws SQLException {
        FutureTask<T> answer = new FutureTask<>(() -> work.on(line));
        helpers.execute(answer);
        try {
            return patience.await(answer);
        } catch (TimeoutException over) {
            throw new SQLNonTransientConnectionException("no answer", "08000", over);
        } catch (ExecutionException failed) {
            throw rethrown(failed);
        }
    }

    private static SQLException rethrown(ExecutionException failed) {
        Throwable cause = failed.getCause();
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof SQLException error ? error : new SQLException(cause);
    }

    /** From now on nothing is asked any more. Answers when all that nobody uses has been given back. */
    CompletableFuture<?> close() {
        closed = true;
        return lines.close();
    }
}
