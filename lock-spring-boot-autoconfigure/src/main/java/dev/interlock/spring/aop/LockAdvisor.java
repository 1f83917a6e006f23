package dev.interlock.spring.aop;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ClassFilter;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;

/** Puts the interceptor on every method that has lock annotations. */
final class LockAdvisor extends AbstractPointcutAdvisor {

    private static final long serialVersionUID = 1L;

    private final transient LockInterceptor interceptor;
    private final transient Pointcut pointcut = new AnnotatedMethods();

    LockAdvisor(LockInterceptor interceptor, int order) {
        this.interceptor = interceptor;
        setOrder(order);
    }

    @Override
    public Pointcut getPointcut() {
        return pointcut;
    }

    @Override
    public LockInterceptor getAdvice() {
        return interceptor;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    private static final class AnnotatedMethods extends StaticMethodMatcherPointcut {

        @Override
        public ClassFilter getClassFilter() {
            return LockAnnotations::mayBeOn;
        }

        @Override
        public boolean matches(Method method, Class<?> targetClass) {
            return !LockAnnotations.on(method, targetClass).isEmpty();
        }
    }
}
