package dev.interlock.spring.aop;

import dev.interlock.LockRequest;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Says, once for each method, that it is called inside a transaction that was open already. Its lock then ends before that
 * transaction commits, so that the next holder does not see what this one wrote.
 */
final class OpenTransactionWatch implements TransactionWatch {

    private static final Logger log = LoggerFactory.getLogger(OpenTransactionWatch.class);

    @Override
    public void beforeAcquiring(LockedMethod method, List<LockRequest> requests) {
        if (TransactionSynchronizationManager.isActualTransactionActive()
                && !heldAround(requests)
                && method.warnsNow()) {
            log.warn(
                    "{} takes its lock on '{}' inside the open transaction '{}', and will release it before that commits: the next"
                            + " holder may not see what was written. Put the lock on the method that begins the transaction, or"
                            + " give this one a transaction of its own. (Said once for this method.)",
                    method,
                    Labels.of(requests),
                    TransactionSynchronizationManager.getCurrentTransactionName());
        }
    }

    private static boolean heldAround(List<LockRequest> requests) {
        HeldLocks around = HeldLocks.current();
        return around != null && requests.stream().allMatch(each -> around.anyHolds(each.resource()));
    }
}
