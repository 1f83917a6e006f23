package dev.interlock.spring.aop;

import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.lang.reflect.Method;
import java.util.List;
import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.util.ClassUtils;

/** Makes sure that a proxy takes its locks, and begins its tries, before it begins a transaction. */
final class AdvisorOrder {

    private static final String TRANSACTIONS = "org.springframework.transaction.interceptor.TransactionInterceptor";

    private static final String WAY_OUT =
            "Give interlock.aop.order a smaller number than the order of @EnableTransactionManagement, or leave both as they"
                    + " are by default.";

    private final List<Advisor> advisors;

    AdvisorOrder(List<Advisor> advisors) {
        this.advisors = advisors;
    }

    void check(LockAnnotations family, Method method, Class<?> type) {
        for (Advisor each : advisors) {
            if (each instanceof LockAdvisor ours && ours.isFor(family)) {
                return;
            }
            if (isTransactional(each, method, type)) {
                throw family == LockAnnotations.LOCKS ? lockedTooLate(method, type) : triedTooLate(method, type);
            }
        }
    }

    private static LockConfigurationException lockedTooLate(Method method, Class<?> type) {
        return new LockConfigurationException(
                LockedMethod.nameOf(method, type)
                        + " would begin its transaction before it takes its locks, and release"
                        + " them before the commit: the next holder would not see what was written",
                WAY_OUT);
    }

    private static LockConfigurationException triedTooLate(Method method, Class<?> type) {
        return new LockConfigurationException(
                LockedMethod.nameOf(method, type) + " would begin its transaction before its first try: all tries would"
                        + " be part of the one transaction, which a conflict spoils",
                WAY_OUT);
    }

    private static boolean isTransactional(Advisor advisor, Method method, Class<?> type) {
        return advisor instanceof PointcutAdvisor pointcut
                && isTransactionInterceptor(advisor.getAdvice().getClass())
                && pointcut.getPointcut().getMethodMatcher().matches(method, type);
    }

    /** By name, because applications without transactions do not have the class. */
    private static boolean isTransactionInterceptor(Class<?> advice) {
        for (Class<?> each = advice; each != null; each = each.getSuperclass()) {
            if (ClassUtils.getUserClass(each).getName().equals(TRANSACTIONS)) {
                return true;
            }
        }
        return false;
    }
}
