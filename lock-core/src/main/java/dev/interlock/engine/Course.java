package dev.interlock.engine;

import dev.interlock.LockAttempt;
import dev.interlock.LockClosedException;
import dev.interlock.LockInterruptedException;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockTimeoutException;
import dev.interlock.OptimisticConflictException;
import dev.interlock.engine.Contest.Outcome;
import dev.interlock.engine.Contest.Verdict;
import dev.interlock.event.LockEvent;
import dev.interlock.optimistic.Operation;
import dev.interlock.optimistic.OperationResult;
import dev.interlock.optimistic.OperationStatus;
import dev.interlock.optimistic.OperationTry;
import dev.interlock.optimistic.Rejection;
import dev.interlock.optimistic.VersionStamp;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The course of one operation, from its first try to its end, whoever drives it: what each turn of events means for it. */
final class Course {

    private final Engine engine;
    private final OperationBook book;
    final LiveOperation operation;
    private final long deadline;
    private final Predicate<? super Throwable> conflicts;
    private final boolean anyThread;
    private long lookUntil;

    /** Begins an operation. */
    Course(
            Engine engine,
            LiveOperation operation,
            long deadline,
            Predicate<? super Throwable> conflicts,
            boolean anyThread) {
        this.engine = engine;
        this.book = engine.operations;
        this.operation = operation;
        this.deadline = deadline;
        this.conflicts = conflicts;
        this.anyThread = anyThread;
        refuseIfClosed();
        book.enter(operation);
        tellRoutine(LockEvent.OperationStarted.class, LockEvent.OperationStarted::new);
    }

    private void refuseIfClosed() {
        if (engine.isClosed()) {
            throw closed();
        }
    }

    private LockClosedException closed() {
        return new LockClosedException(
                "operation " + operation + " on '" + operation.resource + "' is not tried: the lock manager of node '"
                        + engine.settings.node() + "' is closed",
                attempt(),
                null);
    }

    private LockAttempt attempt() {
        return new LockAttempt(
                operation.resource, LockMode.WRITE, operation.owner, Duration.ofNanos(clock().now() - operation.began));
    }

    private EngineClock clock() {
        return engine.clock;
    }

    // --- a try -----------------------------------------------------------------------------------------------------

    /** Begins a try, when nobody is changing the resource any more. */
    Try nextTry() {
        operation.trying(clock().instant());
        try {
            return new Try(operation.stamps.await(operation.resource, operation.owner, operation, deadlineOfLook()));
        } catch (LockTimeoutException late) {
            throw conflict(String.valueOf(late.getMessage()));
        } catch (LockInterruptedException interrupted) {
            cutOff("interrupted");
            throw interrupted;
        }
    }

    /** The same without waiting: nothing if somebody is changing the resource. */
    @Nullable Try nextTryNow(int looks) {
        operation.trying(clock().instant());
        lookUntil = looks == 0 ? deadlineOfLook() : lookUntil;
        VersionStamp stamp = operation.stamps.look(operation.resource, operation.owner, operation, looks);
        if (stamp == null && lookUntil - clock().now() <= 0) {
            throw conflict("its time was up while somebody else was changing the resource");
        }
        return stamp == null ? null : new Try(stamp);
    }

    /** Whoever names no time for all of it does not wait for ever for a single change of somebody else. */
    private long deadlineOfLook() {
        return deadline == Options.FOR_EVER ? clock().now() + engine.settings.writeTimeout() : deadline;
    }

    /** One try. */
    final class Try implements OperationTry {

        private volatile VersionStamp stamp;
        private volatile @Nullable StampChange change;
        private volatile boolean ended;
        private @Nullable Verdict verdict;

        private Try(VersionStamp stamp) {
            this.stamp = stamp;
            operation.looked();
        }

        @Override
        public Operation operation() {
            return operation.snapshot();
        }

        @Override
        public VersionStamp stamp() {
            return stamp;
        }

        @Override
        public VersionStamp renew() {
            if (ended || change != null) {
                throw new IllegalStateException("the try of '" + operation.resource + "' by operation " + operation.id
                        + " is renewed before its change begins, or not at all");
            }
            VersionStamp now = lookAgain();
            stamp = now == null ? stamp : now;
            return stamp;
        }

        private @Nullable VersionStamp lookAgain() {
            try {
                return anyThread
                        ? operation.stamps.look(operation.resource, operation.owner, operation, 0)
                        : operation.stamps.await(operation.resource, operation.owner, operation, deadlineOfLook());
            } catch (LockTimeoutException late) {
                throw conflict(String.valueOf(late.getMessage()));
            }
        }

        @Override
        public ChangeStep begin() {
            if (ended || change != null) {
                throw new IllegalStateException("the change of '" + operation.resource + "' by operation "
                        + operation.id + " begins once in each try, and before that is over");
            }
            if (isLate()) {
                throw conflict("its time was up before its change could begin");
            }
            verdict = book.contest(operation).ready(operation);
            if (verdict.outcome() != Outcome.GO) {
                throw conflict(inTheWay(verdict));
            }
            StampChange begun = operation.stamps.begin(
                    stamp, operation.owner, operation, anyThread ? null : Thread.currentThread());
            if (begun == null) {
                throw conflict("somebody else changed the resource since " + stamp);
            }
            change = begun;
            if (ended) {
                // by another thread, which did not see the change
                begun.close();
                throw conflict("this try was over before its change had begun");
            }
            return begun;
        }

        private boolean wasTurnedAway() {
            return verdict != null && verdict.outcome() == Outcome.AWAY;
        }

        /** The end of the try: a change that is still under way is ended too. */
        void end() {
            ended = true;
            operation.tried();
            StampChange begun = change;
            if (begun != null) {
                begun.close();
            }
        }
    }

    private static String inTheWay(Verdict verdict) {
        return verdict.outcome() == Outcome.AWAY
                ? "operation " + verdict.by() + " is more important, and under way on the same resource"
                : "operation " + verdict.by() + " goes first";
    }

    private boolean isLate() {
        return deadline != Options.FOR_EVER && deadline - clock().now() <= 0;
    }

    // --- its turns -------------------------------------------------------------------------------------------------

    boolean isConflict(Throwable failure) {
        try {
            return failure instanceof OptimisticConflictException conflict
                    ? !isEndOfAnother(conflict)
                    : conflicts.test(failure);
        } catch (Throwable further) {
            if (further != failure) {
                failure.addSuppressed(further);
            }
            return false;
        }
    }

    /** A part that has been tried again to its end is not tried yet again by trying the whole, or tries would multiply. */
    private boolean isEndOfAnother(OptimisticConflictException conflict) {
        return conflict.operation()
                .filter(each -> each.status().isOver()
                        && each.maxRetries() > 0
                        && !each.id().equals(operation.id))
                .isPresent();
    }

    /** After a conflict: for how long to rest before the next try, or negative if there will be none. */
    long afterConflict(@Nullable Try failed, Throwable conflict) {
        operation.tried();
        book.conflicts.increment();
        String why = String.valueOf(conflict.getMessage());
        tell((resource, mode, owner, at, now) -> new LockEvent.OperationConflict(resource, mode, owner, at, now, why));
        Verdict verdict = failed != null && failed.wasTurnedAway()
                ? failed.verdict
                : book.contest(operation).conflicted(operation);
        if (verdict != null && verdict.outcome() == Outcome.AWAY) {
            return rejected("turned away: " + inTheWay(verdict), Rejection.TURNED_AWAY);
        }
        if (operation.isLastTry()) {
            return rejected("given up after " + tries() + ", the last of which met this: " + why, Rejection.EXHAUSTED);
        }
        long rest = engine.settings.optimistic().backOff().before(operation.retries() + 1, ThreadLocalRandom.current());
        if (deadline != Options.FOR_EVER && deadline - clock().now() <= rest) {
            return rejected(
                    "given up after " + tries() + ", for there is no time for another; the last met this: " + why,
                    Rejection.EXHAUSTED);
        }
        operation.retrying(why);
        book.retried.increment();
        tell((resource, mode, owner, at, now) ->
                new LockEvent.OperationRetried(resource, mode, owner, at, now, Duration.ofNanos(rest)));
        return rest;
    }

    private String tries() {
        return operation.retries() == 0 ? "one try" : operation.retries() + 1 + " tries";
    }

    private long rejected(String why, Rejection rejection) {
        boolean exhausted = rejection == Rejection.EXHAUSTED;
        (exhausted ? book.exhausted : book.rejected).increment();
        reject(why, rejection);
        if (exhausted && operation.kind.alerts()) {
            tell((resource, mode, owner, at, now) -> new LockEvent.OperationAlert(resource, mode, owner, at, now, why));
        }
        return -1;
    }

    private void reject(String why, Rejection rejection) {
        end(OperationStatus.REJECTED, why);
        tell((resource, mode, owner, at, now) ->
                new LockEvent.OperationRejected(resource, mode, owner, at, now, rejection, why));
    }

    <R extends @Nullable Object> OperationResult<R> succeeded(R value) {
        book.succeeded.increment();
        Operation end = end(OperationStatus.SUCCEEDED, null);
        tellRoutine(LockEvent.OperationCompleted.class, LockEvent.OperationCompleted::new);
        return OperationResult.succeeded(end, value);
    }

    /** It ends with this failure, if it has not ended before. */
    void failed(Throwable failure) {
        if (operation.isOver()) {
            return;
        }
        book.failed.increment();
        end(OperationStatus.FAILED, failure.toString());
        tellRoutine(LockEvent.OperationCompleted.class, LockEvent.OperationCompleted::new);
    }

    /** Whoever asked for it wants it no more. */
    void cancelled() {
        cutOff("cancelled");
    }

    private void cutOff(String why) {
        book.failed.increment();
        reject(why, Rejection.CANCELLED);
    }

    /** What there is to say when it was rejected. */
    <R extends @Nullable Object> OperationResult<R> rejection(Throwable conflict) {
        Operation end = operation.snapshot();
        return OperationResult.rejected(
                end,
                new OptimisticConflictException(
                        "operation " + operation + " on '" + operation.resource + "' was " + end.why()
                                + ". Try again later, give it more retries, more time or a kind of higher priority; where"
                                + " conflicts are frequent, take a write lock instead",
                        attempt(),
                        end,
                        conflict));
    }

    private OptimisticConflictException conflict(String why) {
        return new OptimisticConflictException(
                "operation " + operation + " on '" + operation.resource + "' met a conflict: " + why,
                attempt(),
                operation.snapshot(),
                null);
    }

    private Operation end(OperationStatus status, @Nullable String why) {
        operation.over(status, why, clock().instant());
        return book.leave(operation);
    }

    // --- resting ---------------------------------------------------------------------------------------------------

    /** Rests in the calling thread. */
    void rest(long nanos) {
        long until = clock().now() + nanos;
        Thread thread = Thread.currentThread();
        operation.resting(() -> LockSupport.unpark(thread));
        while (until - clock().now() > 0
                && !engine.isClosed()
                && !Thread.currentThread().isInterrupted()) {
            clock().source().parkUntil(this, until);
        }
        operation.resting(null);
        if (Thread.currentThread().isInterrupted()) {
            cutOff("interrupted");
            throw new LockInterruptedException(
                    "operation " + operation + " on '" + operation.resource
                            + "' was interrupted between two tries; nothing has been changed, and the interrupt flag is set",
                    attempt(),
                    null);
        }
        endIfClosed();
    }

    void endIfClosed() {
        if (engine.isClosed()) {
            throw endedByClosing();
        }
    }

    LockClosedException endedByClosing() {
        cutOff("the lock manager was closed");
        return closed();
    }

    // --- telling ---------------------------------------------------------------------------------------------------

    /** Makes an event of what all of them say. */
    private interface Telling {
        LockEvent of(String resource, LockMode mode, LockOwner owner, Instant at, Operation operation);
    }

    /** Beginnings and ends are told to those who want them, and are not kept in the history: the book has them. */
    private void tellRoutine(Class<? extends LockEvent> type, Telling telling) {
        if (engine.events.isWanted(type)) {
            engine.events.pass(event(telling));
        }
    }

    private void tell(Telling telling) {
        if (engine.records()) {
            engine.publish(event(telling));
        }
    }

    private LockEvent event(Telling telling) {
        return telling.of(operation.resource, LockMode.WRITE, operation.owner, clock().instant(), operation.snapshot());
    }
}
