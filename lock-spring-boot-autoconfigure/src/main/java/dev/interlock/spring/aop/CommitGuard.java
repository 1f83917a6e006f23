package dev.interlock.spring.aop;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionExecution;

/**
 * Lets no transaction commit under a lock that was lost meanwhile: the {@link dev.interlock.LockLostException} rolls it back, and
 * the caller gets it. It goes by the annotated methods around the transaction, in the thread that commits.
 */
final class CommitGuard extends EveryTransaction {

    private static final Logger log = LoggerFactory.getLogger(CommitGuard.class);

    @Override
    public void beforeCommit(TransactionExecution transaction) {
        HeldLocks held = HeldLocks.current();
        if (held != null) {
            held.ensureAllHeld();
        }
    }

    @Override
    void deaf(String name, PlatformTransactionManager manager) {
        log.warn(
                "Transactions of '{}' ({}) commit even if a lock around them was lost: it takes no listeners. Check by hand with"
                        + " LockHandle.ensureHeld(), or set interlock.transaction.guard to false if that is meant.",
                name,
                manager.getClass().getName());
    }
}
