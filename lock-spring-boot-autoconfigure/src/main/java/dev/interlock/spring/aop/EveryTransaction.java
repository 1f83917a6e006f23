package dev.interlock.spring.aop;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionExecutionListener;

/** Listens to the transactions of every manager there is. */
abstract class EveryTransaction
        implements TransactionExecutionListener, BeanPostProcessor, BeanFactoryAware, SmartInitializingSingleton {

    private @Nullable BeanFactory beans;

    @Override
    public void setBeanFactory(BeanFactory factory) {
        beans = factory;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof ConfigurableTransactionManager manager) {
            listenTo(manager);
        }
        return bean;
    }

    private void listenTo(ConfigurableTransactionManager manager) {
        if (!manager.getTransactionExecutionListeners().contains(this)) {
            manager.addListener(this);
        }
    }

    /** Those that were made too early to be seen, or elsewhere. */
    @Override
    public void afterSingletonsInstantiated() {
        if (beans instanceof ListableBeanFactory all) {
            BeanFactoryUtils.beansOfTypeIncludingAncestors(all, PlatformTransactionManager.class, false, false)
                    .forEach(this::listenIfPossible);
        }
    }

    private void listenIfPossible(String name, PlatformTransactionManager manager) {
        if (manager instanceof ConfigurableTransactionManager configurable) {
            listenTo(configurable);
        } else if (!Mocks.isMock(manager)) {
            deaf(name, manager);
        }
    }

    /** This one takes no listeners. */
    void deaf(String name, PlatformTransactionManager manager) {}
}
