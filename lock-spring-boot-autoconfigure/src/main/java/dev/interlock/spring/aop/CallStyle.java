package dev.interlock.spring.aop;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** How a call waits for its locks, and until when it holds them: that follows from what the method answers with. */
interface CallStyle {

    @Nullable Object call(LockedMethod method, MethodInvocation invocation, Object target) throws Throwable;
}
