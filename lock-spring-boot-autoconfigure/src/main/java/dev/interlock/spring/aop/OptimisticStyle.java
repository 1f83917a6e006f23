package dev.interlock.spring.aop;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** How a call is repeated: that follows from what its method answers with. */
interface OptimisticStyle {

    @Nullable Object call(OptimisticMethod method, MethodInvocation invocation, Object target) throws Throwable;
}
