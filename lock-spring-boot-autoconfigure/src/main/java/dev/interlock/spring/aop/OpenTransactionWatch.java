package dev.interlock.spring.aop;

import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockRequest;
import java.util.List;
import org.aopalliance.intercept.MethodInvocation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Says, once for each method, that it is called inside a transaction that was open already, and takes part in it. Its lock then
 * ends before that transaction commits, so that the next holder does not see what this one wrote.
 */
final class OpenTransactionWatch implements TransactionWatch {

    private static final Logger log = LoggerFactory.getLogger(OpenTransactionWatch.class);

    private final ObjectProvider<LockManager> locks;
    private final ObjectProvider<TransactionAttributeSource> attributes;

    OpenTransactionWatch(ObjectProvider<LockManager> locks, ObjectProvider<TransactionAttributeSource> attributes) {
        this.locks = locks;
        this.attributes = attributes;
    }

    @Override
    public void beforeAcquiring(LockedMethod method, MethodInvocation invocation, List<LockRequest> requests) {
        if (TransactionSynchronizationManager.isActualTransactionActive()
                && requests.stream().anyMatch(each -> each.mode() == LockMode.WRITE)
                && !heldAround(requests)
                && !heldByHand(requests)
                && method.warnsNow()
                && !standsAside(invocation)) {
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

    private boolean heldByHand(List<LockRequest> requests) {
        String thread = Thread.currentThread().getName();
        LockManager manager = locks.getIfUnique();
        return manager != null
                && requests.stream().allMatch(each -> manager.monitor().holders(each.resource()).stream()
                        .anyMatch(holder -> thread.equals(holder.thread())));
    }

    /** Whether the method suspends the open transaction, so that nothing it writes waits for that one's commit. */
    private boolean standsAside(MethodInvocation invocation) {
        Object target = invocation.getThis();
        return attributes.stream()
                .map(source -> source.getTransactionAttribute(
                        invocation.getMethod(), target == null ? null : target.getClass()))
                .anyMatch(
                        attribute -> attribute != null && OwnTransactions.suspends(attribute.getPropagationBehavior()));
    }
}
