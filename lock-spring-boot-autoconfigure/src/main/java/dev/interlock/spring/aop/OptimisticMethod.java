package dev.interlock.spring.aop;

import dev.interlock.ResourceNames;
import dev.interlock.optimistic.OptimisticLocks;
import dev.interlock.optimistic.OptimisticRequest;
import io.micrometer.common.KeyValues;
import java.util.concurrent.atomic.AtomicBoolean;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** A method that is tried again after a conflict: everything about it that is the same in each call. */
final class OptimisticMethod implements InterceptedMethod {

    private final String name;
    private final OptimisticSpec spec;
    private final OptimisticLocks stamps;
    private final @Nullable MethodKey key;
    private final Remedy remedy;
    private final OptimisticStyle style;
    private final boolean commits;
    private final KeyValues tags;
    private final AtomicBoolean warned = new AtomicBoolean();

    /**
     * Such a method.
     *
     * @param key what names the resource; without it that is the same in each call
     * @param remedy what is done when it has been tried to the end
     * @param commits whether it has a transaction of its own, that writes
     */
    OptimisticMethod(
            String name,
            OptimisticSpec spec,
            OptimisticLocks stamps,
            @Nullable MethodKey key,
            Remedy remedy,
            OptimisticStyle style,
            boolean commits) {
        this.name = name;
        this.spec = spec;
        this.stamps = stamps;
        this.key = key;
        this.remedy = remedy;
        this.style = style;
        this.commits = commits;
        this.tags = KeyValues.of(
                "type", ResourceNames.typeOf(spec.name()), "kind", spec.kind(), "method", name, "outcome", "running");
    }

    @Override
    public @Nullable Object call(MethodInvocation invocation, Object target) throws Throwable {
        return style.call(this, invocation, target);
    }

    /** The resource of this call. */
    String resource(Object target, @Nullable Object[] arguments) {
        return key == null ? spec.name() : spec.name() + ":" + key.one(target, arguments);
    }

    OptimisticRequest request(String resource) {
        return spec.request(stamps, resource);
    }

    OptimisticLocks stamps() {
        return stamps;
    }

    Remedy remedy() {
        return remedy;
    }

    boolean commits() {
        return commits;
    }

    /** How traces call it, before they know how it ends. */
    KeyValues tags() {
        return tags;
    }

    /** True once: what is said about the method is said the first time only. */
    boolean warnsNow() {
        return !warned.get() && warned.compareAndSet(false, true);
    }

    @Override
    public String toString() {
        return name;
    }
}
