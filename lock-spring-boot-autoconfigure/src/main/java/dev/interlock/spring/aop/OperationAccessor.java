package dev.interlock.spring.aop;

import dev.interlock.LockManager;
import dev.interlock.optimistic.OperationContext;
import dev.interlock.optimistic.Operations;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Lets the operation that a thread works for go along where contexts are handed on, from thread to thread or through Reactor: what is
 * begun there is a part of it.
 */
final class OperationAccessor
        implements ThreadLocalAccessor<OperationContext>, SmartInitializingSingleton, DisposableBean {

    private final ObjectProvider<LockManager> locks;
    private volatile @Nullable Operations operations;
    private volatile @Nullable OperationContext none;

    OperationAccessor(ObjectProvider<LockManager> locks) {
        this.locks = locks;
    }

    @Override
    public void afterSingletonsInstantiated() {
        LockManager manager = locks.getIfUnique();
        Operations known = manager == null ? null : manager.operations();
        if (known != null) { // mocks answer with nothing
            operations = known;
            none = known.context();
            ContextRegistry.getInstance().registerThreadLocalAccessor(this);
        }
    }

    /** Each application of a process has its own. */
    @Override
    public Object key() {
        return this;
    }

    @Override
    public @Nullable OperationContext getValue() {
        Operations known = operations;
        return known == null || known.current().isEmpty() ? null : known.context();
    }

    /** Whoever set it before sees to what comes after. */
    @Override
    public void setValue(OperationContext value) {
        OperationContext.Scope unused = value.open();
    }

    @Override
    public void setValue() {
        OperationContext nothing = none;
        if (nothing != null) {
            setValue(nothing);
        }
    }

    @Override
    public void destroy() {
        ContextRegistry.getInstance().removeThreadLocalAccessor(key());
    }
}
