package dev.interlock.spring.aop;

import dev.interlock.LockException;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** Takes the locks around a method. */
final class LockInterceptor implements MethodInterceptor {

    /** Only when it is first called, because proxies are made before most beans are. */
    private final Supplier<LockedMethods> source;

    private volatile @Nullable LockedMethods methods;

    LockInterceptor(Supplier<LockedMethods> source) {
        this.source = source;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object target = invocation.getThis();
        if (target == null) {
            throw new LockException(
                    invocation.getMethod() + " has lock annotations, but there is no object behind its proxy to"
                            + " call it on; take the lock by hand with LockManager");
        }
        LockedMethod method = methods().find(invocation.getMethod(), target.getClass());
        return method == null ? invocation.proceed() : method.call(invocation, target);
    }

    private LockedMethods methods() {
        LockedMethods known = methods;
        if (known == null) {
            known = source.get();
            methods = known;
        }
        return known;
    }
}
