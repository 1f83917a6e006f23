package dev.interlock.spring.aop;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/**
 * Lets no transaction commit under a lock that was lost meanwhile: the {@link dev.interlock.LockLostException} rolls it back, and
 * the caller gets it. It goes by the annotated methods around the transaction, in the thread that commits.
 */
final class CommitGuard implements TransactionExecutionListener, BeanPostProcessor {

    @Override
    public void beforeCommit(TransactionExecution transaction) {
        HeldLocks held = HeldLocks.current();
        if (held != null) {
            held.ensureAllHeld();
        }
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof ConfigurableTransactionManager manager
                && !manager.getTransactionExecutionListeners().contains(this)) {
            manager.addListener(this);
        }
        return bean;
    }
}
