package dev.interlock.spring.aop;

import dev.interlock.LockRequest;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** A method with locks: everything about it that is the same in each call. */
final class LockedMethod implements InterceptedMethod {

    private final String name;
    private final List<LockedKey> keys;
    private final Remedy remedy;
    private final CallStyle style;
    private final Labels labels;
    /** What every call asks for, if that does not depend on its arguments. */
    private final @Nullable List<LockRequest> always;

    private final AtomicBoolean warned = new AtomicBoolean();

    LockedMethod(String name, List<LockedKey> keys, Remedy remedy, CallStyle style, Labels labels) {
        this.name = name;
        this.keys = keys;
        this.remedy = remedy;
        this.style = style;
        this.labels = labels;
        this.always = keys.stream().allMatch(key -> key.key() == null)
                ? keys.stream().map(LockedKey::template).toList()
                : null;
    }

    @Override
    public @Nullable Object call(MethodInvocation invocation, Object target) throws Throwable {
        return style.call(this, invocation, target);
    }

    /** What this call asks for. */
    List<LockRequest> requests(Object target, @Nullable Object[] arguments) {
        if (always != null) {
            return always;
        }
        if (keys.size() == 1) {
            return keys.get(0).requests(target, arguments);
        }
        List<LockRequest> requests = new ArrayList<>();
        for (LockedKey each : keys) {
            requests.addAll(each.requests(target, arguments));
        }
        return requests;
    }

    Remedy remedy() {
        return remedy;
    }

    Labels labels() {
        return labels;
    }

    /** True once: what is said about the method is said the first time only. */
    boolean warnsNow() {
        return !warned.get() && warned.compareAndSet(false, true);
    }

    /** How people call it. */
    static String nameOf(Method method, Class<?> targetClass) {
        List<String> parameters = new ArrayList<>();
        for (Class<?> each : method.getParameterTypes()) {
            parameters.add(each.getSimpleName());
        }
        return targetClass.getSimpleName() + "." + method.getName() + "(" + String.join(", ", parameters) + ")";
    }

    @Override
    public String toString() {
        return name;
    }
}
