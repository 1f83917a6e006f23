package dev.interlock.spring.aop;

import dev.interlock.LockException;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** Does around a method what its annotations say. */
final class LockInterceptor implements MethodInterceptor {

    private final LockAnnotations annotations;
    /** Only when it is first called, because proxies are made before most beans are. */
    private final Supplier<InterceptedMethods> source;

    private volatile @Nullable InterceptedMethods methods;

    LockInterceptor(LockAnnotations annotations, Supplier<InterceptedMethods> source) {
        this.annotations = annotations;
        this.source = source;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object target = invocation.getThis();
        if (target == null) {
            throw new LockException(invocation.getMethod() + " has " + annotations
                    + ", but there is no object behind its proxy to call it" + " on; " + annotations.byHand());
        }
        InterceptedMethod method = methods().find(invocation.getMethod(), target.getClass());
        return method == null ? invocation.proceed() : method.call(invocation, target);
    }

    private InterceptedMethods methods() {
        InterceptedMethods known = methods;
        if (known == null) {
            known = source.get();
            methods = known;
        }
        return known;
    }
}
