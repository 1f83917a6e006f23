package dev.interlock.spring.aop;

import dev.interlock.LockRequest;
import java.util.List;
import org.aopalliance.intercept.MethodInvocation;

/** Looks at the transaction that a locked call comes from. */
interface TransactionWatch {

    /** Where there are no transactions. */
    TransactionWatch NONE = (method, invocation, requests) -> {};

    /** The locks are about to be asked for. */
    void beforeAcquiring(LockedMethod method, MethodInvocation invocation, List<LockRequest> requests);
}
