package dev.interlock.spring.aop;

import dev.interlock.LockException;
import dev.interlock.LockLostException;
import dev.interlock.optimistic.OperationTry;
import dev.interlock.optimistic.OperationTry.ChangeStep;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * One try of a method. While the method runs, the thread that runs it knows it by {@link #current()}.
 *
 * <p>The first transaction that begins in it is the one whose commit is the change of the resource. One that is begun inside of that
 * is not: it commits for itself, and whoever begins it wants just that.
 */
final class CurrentTry {

    private static final ThreadLocal<@Nullable CurrentTry> CURRENT = new ThreadLocal<>();

    private final OptimisticMethod method;
    private final OperationTry attempt;
    private @Nullable CurrentTry outer;
    private @Nullable MethodInvocation running;
    private @Nullable Object transaction;
    private @Nullable ChangeStep step;
    private @Nullable LockLostException lost;
    private boolean transactional;
    private volatile boolean committed;

    CurrentTry(OptimisticMethod method, OperationTry attempt) {
        this.method = method;
        this.attempt = attempt;
    }

    /** The innermost try that this thread is in. */
    static @Nullable CurrentTry current() {
        return CURRENT.get();
    }

    /** The try that this invocation is of, if the calling thread is just about to run it. */
    static @Nullable CurrentTry of(MethodInvocation invocation) {
        CurrentTry current = CURRENT.get();
        return current != null && current.running == invocation ? current : null;
    }

    /** The calling thread runs the method now. */
    void enter(MethodInvocation invocation) {
        running = invocation;
        outer = CURRENT.get();
        CURRENT.set(this);
    }

    /** The calling thread runs it no longer. */
    void leave() {
        CURRENT.set(outer);
    }

    /** Nothing of the method has been run yet, and time has passed: what it will read is not older than this. */
    void renew() {
        attempt.renew();
    }

    // --- its transaction -------------------------------------------------------------------------------------------

    /** A transaction that writes is about to begin. */
    void ensureCounts() {
        for (CurrentTry each = outer; isAwaiting() && each != null && each.transaction == null; each = each.outer) {
            if (each.isAwaiting()) {
                throw new LockException(
                        method + " begins a transaction that heeds its own stamp only, but is called by " + each.method
                                + ", which has @Optimistic too and no transaction yet: its stamp would go for nothing. Take"
                                + " @Optimistic off one of them; or give the caller a transaction of its own (@Transactional),"
                                + " and this one Propagation.REQUIRES_NEW, if it is to commit for itself");
            }
        }
    }

    /** Whether the next transaction is its own. */
    private boolean isAwaiting() {
        return transaction == null && !committed;
    }

    /** A transaction has begun. */
    void begun(Object begun) {
        if (transaction == null) {
            transaction = begun;
            transactional = true;
        }
    }

    boolean isOf(Object other) {
        return transaction == other;
    }

    /**
     * Its transaction is about to commit what it has written.
     *
     * @throws dev.interlock.OptimisticConflictException if somebody else was faster, or is more important
     */
    void beginCommit() {
        if (committed) {
            throw new LockException(
                    method + " commits a second transaction in one try, after the first has been"
                            + " committed: a conflict now would do that one twice. Give the method a transaction around both"
                            + " (@Transactional), or make an operation of each; if the second only reads, say so (readOnly = true)");
        }
        step = attempt.begin();
    }

    /** It has been committed: from now on others may begin. */
    void committed() {
        committed = true;
        endStep();
    }

    /** It is over, committed or not. */
    void over(boolean successfully) {
        committed |= successfully && step != null;
        endStep();
        step = null;
        transaction = null;
    }

    void endStep() {
        if (step != null) {
            try {
                step.close();
            } catch (LockLostException e) {
                lost = e;
            }
        }
    }

    // --- what became of it -----------------------------------------------------------------------------------------

    /** Whether what it changed has been committed, so that nothing of it may be done again. */
    boolean isCommitted() {
        return committed;
    }

    boolean isTransactional() {
        return transactional;
    }

    /** Refuses to call a change good that others may have made at the same time. */
    void ensureNotLost() {
        if (lost != null) {
            throw lost;
        }
    }
}
