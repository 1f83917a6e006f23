package dev.interlock.spring.aop;

import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Makes the stamp of a resource a part of the commit, where a method that is tried again has a transaction: it commits only if the
 * resource is still what it was when the try began, and nobody else's commit comes in between.
 */
final class StampCommits extends EveryTransaction {

    @Override
    public void beforeBegin(TransactionExecution transaction) {
        CurrentTry current = CurrentTry.current();
        if (current != null && !transaction.isReadOnly()) {
            current.ensureCounts();
        }
    }

    @Override
    public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
        CurrentTry current = CurrentTry.current();
        if (current != null && failure == null) {
            current.begun(transaction);
        }
    }

    /** The last moment before the commit: whatever else is done at its end has been done, and has been rolled back if it must be. */
    @Override
    public void beforeCommit(TransactionExecution transaction) {
        CurrentTry current = CurrentTry.current();
        if (current != null && current.isOf(transaction) && !transaction.isReadOnly()) {
            current.beginCommit();
            if (TransactionSynchronizationManager.isSynchronizationActive()) {
                TransactionSynchronizationManager.registerSynchronization(new Ending(current));
            }
        }
    }

    @Override
    public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
        over(transaction, failure == null);
    }

    @Override
    public void afterRollback(TransactionExecution transaction, @Nullable Throwable failure) {
        over(transaction, false);
    }

    private static void over(TransactionExecution transaction, boolean successfully) {
        CurrentTry current = CurrentTry.current();
        if (current != null && current.isOf(transaction)) {
            current.over(successfully);
        }
    }

    /** Ends the change before those who listen for the end of the transaction do what may take long. */
    private record Ending(CurrentTry current) implements TransactionSynchronization {

        @Override
        public int getOrder() {
            return Ordered.HIGHEST_PRECEDENCE;
        }

        @Override
        public void afterCommit() {
            current.committed();
        }

        @Override
        public void afterCompletion(int status) {
            current.endStep();
        }
    }
}
