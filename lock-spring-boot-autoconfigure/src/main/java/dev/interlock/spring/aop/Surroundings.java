package dev.interlock.spring.aop;

import dev.interlock.LockManager;
import dev.interlock.LockRequest;
import java.util.List;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * What is around every locked call.
 *
 * @param locks where locks come from
 * @param observations who watches
 * @param mdc the logging context
 * @param transactions what there is to be said about transactions
 */
record Surroundings(LockManager locks, LockObservations observations, LockMdc mdc, TransactionWatch transactions) {

    /** Runs the method in this thread. The episode has been started; stopping it is up to the caller. */
    @Nullable Object run(MethodInvocation invocation, HeldLocks held, List<LockRequest> requests, Episode holding)
            throws Throwable {
        held.enter();
        try {
            String before = mdc.set(requests);
            try {
                try (Episode.Current current = holding.makeCurrent()) {
                    return invocation.proceed();
                }
            } finally {
                mdc.restore(before);
            }
        } finally {
            held.leave();
        }
    }
}
