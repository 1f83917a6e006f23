package dev.interlock.spring.aop;

import dev.interlock.LockRequest;
import java.util.List;

/** Looks at the transaction that a locked call comes from. */
interface TransactionWatch {

    /** Where there are no transactions. */
    TransactionWatch NONE = (method, requests) -> {};

    /** The locks are about to be asked for. */
    void beforeAcquiring(LockedMethod method, List<LockRequest> requests);
}
