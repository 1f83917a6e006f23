package dev.interlock.spring.aop;

import dev.interlock.LockException;
import java.lang.reflect.Method;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Sees to it that each try has a transaction of its own. */
final class OwnTransactions implements TransactionTerms {

    private final ObjectProvider<TransactionAttributeSource> attributes;

    OwnTransactions(ObjectProvider<TransactionAttributeSource> attributes) {
        this.attributes = attributes;
    }

    @Override
    public boolean commits(Method method, Class<?> type) {
        TransactionAttribute attribute = attribute(method, type);
        return attribute != null && !attribute.isReadOnly() && begins(attribute);
    }

    @Override
    public boolean onlyReads(Method method, Class<?> type) {
        TransactionAttribute attribute = attribute(method, type);
        return attribute != null
                && attribute.isReadOnly()
                && begins(attribute)
                && !AnnotatedElementUtils.hasAnnotation(method, Transactional.class);
    }

    private static boolean begins(TransactionAttribute attribute) {
        return switch (attribute.getPropagationBehavior()) {
            case TransactionDefinition.PROPAGATION_REQUIRED,
                    TransactionDefinition.PROPAGATION_REQUIRES_NEW,
                    TransactionDefinition.PROPAGATION_NESTED -> true;
            default -> false;
        };
    }

    @Override
    public void checkCall(OptimisticMethod method, MethodInvocation invocation) {
        if (TransactionSynchronizationManager.isActualTransactionActive() && !standsAside(invocation)) {
            throw new LockException(method + " is called inside the open transaction '"
                    + TransactionSynchronizationManager.getCurrentTransactionName()
                    + "', and would be a part of it: after a conflict that can only be rolled back, and what it has read"
                    + " may be old. Call the method outside of transactions, or put @Optimistic on the method that begins"
                    + " the transaction, or give this one a transaction of its own with Propagation.REQUIRES_NEW");
        }
    }

    /** Whether the method suspends the open transaction. */
    private boolean standsAside(MethodInvocation invocation) {
        Object target = invocation.getThis();
        TransactionAttribute attribute = attribute(invocation.getMethod(), target == null ? null : target.getClass());
        return attribute != null && suspends(attribute.getPropagationBehavior());
    }

    static boolean suspends(int propagation) {
        return propagation == TransactionDefinition.PROPAGATION_REQUIRES_NEW
                || propagation == TransactionDefinition.PROPAGATION_NOT_SUPPORTED;
    }

    private @Nullable TransactionAttribute attribute(Method method, @Nullable Class<?> type) {
        for (TransactionAttributeSource each : attributes) {
            TransactionAttribute attribute = each.getTransactionAttribute(method, type);
            if (attribute != null) {
                return attribute;
            }
        }
        return null;
    }
}
