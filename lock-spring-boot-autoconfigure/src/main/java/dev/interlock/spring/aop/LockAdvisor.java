package dev.interlock.spring.aop;

import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ClassFilter;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.util.ClassUtils;

/** Puts an interceptor on every method that has annotations of its family. */
final class LockAdvisor extends AbstractPointcutAdvisor {

    private static final long serialVersionUID = 1L;

    private final transient LockInterceptor interceptor;
    private final transient LockAnnotations annotations;
    private final transient Pointcut pointcut;

    LockAdvisor(LockAnnotations annotations, LockInterceptor interceptor, int order) {
        this.annotations = annotations;
        this.pointcut = new AnnotatedMethods(annotations);
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

    /** Whether it is for these. */
    boolean isFor(LockAnnotations family) {
        return annotations == family;
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

        private final LockAnnotations annotations;

        AnnotatedMethods(LockAnnotations annotations) {
            this.annotations = annotations;
        }

        @Override
        public ClassFilter getClassFilter() {
            return annotations::mayBeOn;
        }

        @Override
        public boolean matches(Method method, Class<?> targetClass) {
            boolean annotated = !annotations.on(method, targetClass).isEmpty();
            if (annotated) {
                checkProxyable(method, targetClass);
            }
            return annotated;
        }

        private void checkProxyable(Method method, Class<?> type) {
            boolean closed = Modifier.isFinal(type.getModifiers())
                    && !Proxy.isProxyClass(type)
                    && ClassUtils.getAllInterfacesForClass(type).length == 0;
            if (closed) {
                throw new LockConfigurationException(
                        LockedMethod.nameOf(method, type)
                                + " has " + annotations
                                + ", but its class is final and has no interface, so there can be no"
                                + " proxy that " + annotations.deed(),
                        "Make the class not final (in Kotlin: open, or use the Spring plugin of its compiler), or give it an"
                                + " interface and set spring.aop.proxy-target-class to false.");
            }
        }
    }
}
