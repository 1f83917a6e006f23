package dev.interlock.spring.aop;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** A method around which something is done: everything about it that is the same in each call. */
interface InterceptedMethod {

    @Nullable Object call(MethodInvocation invocation, Object target) throws Throwable;
}
