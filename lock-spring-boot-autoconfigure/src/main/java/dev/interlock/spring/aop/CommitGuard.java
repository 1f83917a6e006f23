package dev.interlock.spring.aop;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/**
 * Lets no transaction commit under a lock that was lost meanwhile: the {@link dev.interlock.LockLostException} rolls it back, and
 * the caller gets it. It goes by the annotated methods around the transaction, in the thread that commits.
 */
final class CommitGuard
        implements TransactionExecutionListener, BeanPostProcessor, BeanFactoryAware, SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(CommitGuard.class);

    private @Nullable BeanFactory beans;

    @Override
    public void setBeanFactory(BeanFactory factory) {
        beans = factory;
    }

    @Override
    public void beforeCommit(TransactionExecution transaction) {
        HeldLocks held = HeldLocks.current();
        if (held != null) {
            held.ensureAllHeld();
        }
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof ConfigurableTransactionManager manager) {
            guard(manager);
        }
        return bean;
    }

    private void guard(ConfigurableTransactionManager manager) {
        if (!manager.getTransactionExecutionListeners().contains(this)) {
            manager.addListener(this);
        }
    }

    /** Those that were made too early to be seen, or elsewhere. */
    @Override
    public void afterSingletonsInstantiated() {
        if (beans instanceof ListableBeanFactory all) {
            BeanFactoryUtils.beansOfTypeIncludingAncestors(all, PlatformTransactionManager.class, false, false)
                    .forEach(this::guardOrWarn);
        }
    }

    private void guardOrWarn(String name, PlatformTransactionManager manager) {
        if (manager instanceof ConfigurableTransactionManager configurable) {
            guard(configurable);
        } else if (!Mocks.isMock(manager)) {
            log.warn(
                    "Transactions of '{}' ({}) commit even if a lock around them was lost: it takes no listeners. Check by hand with"
                            + " LockHandle.ensureHeld(), or set interlock.transaction.guard to false if that is meant.",
                    name,
                    manager.getClass().getName());
        }
    }
}
