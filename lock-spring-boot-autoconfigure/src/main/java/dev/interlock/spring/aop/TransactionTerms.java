package dev.interlock.spring.aop;

import java.lang.reflect.Method;
import org.aopalliance.intercept.MethodInvocation;

/** What methods that are tried again have to do with transactions. */
interface TransactionTerms {

    /** Where there are no transactions. */
    TransactionTerms NONE = new TransactionTerms() {
        @Override
        public boolean commits(Method method, Class<?> type) {
            return false;
        }

        @Override
        public boolean onlyReads(Method method, Class<?> type) {
            return false;
        }

        @Override
        public void checkCall(OptimisticMethod method, MethodInvocation invocation) {}
    };

    /** Whether the method begins a transaction that writes. */
    boolean commits(Method method, Class<?> type);

    /** Whether the method begins a transaction of which something else than the method says that it only reads. */
    boolean onlyReads(Method method, Class<?> type);

    /** Refuses a call of which no try but the first could succeed. */
    void checkCall(OptimisticMethod method, MethodInvocation invocation);
}
