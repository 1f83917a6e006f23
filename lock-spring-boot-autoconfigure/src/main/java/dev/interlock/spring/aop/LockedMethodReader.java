package dev.interlock.spring.aop;

import dev.interlock.LockException;
import dev.interlock.LockManager;
import dev.interlock.LockRequest;
import dev.interlock.LockTimeoutException;
import dev.interlock.annotation.OnTimeout;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.ClassUtils;

/** Reads what the annotations on a method say, and makes of it all that its calls will need. */
final class LockedMethodReader {

    private final LockManager locks;
    private final LockSpecReader specs;
    private final SpelKeys keys;
    private final CallStyles styles;

    LockedMethodReader(LockManager locks, LockSpecReader specs, SpelKeys keys, CallStyles styles) {
        this.locks = locks;
        this.specs = specs;
        this.keys = keys;
        this.styles = styles;
    }

    /**
     * The method with its locks; nothing if it has none.
     *
     * @throws LockConfigurationException if what its annotations say cannot be done
     */
    Optional<LockedMethod> read(Method method, Class<?> targetClass) {
        List<MergedAnnotation<?>> annotations = LockAnnotations.LOCKS.on(method, targetClass);
        if (annotations.isEmpty()) {
            return Optional.empty();
        }
        Class<?> userClass = ClassUtils.getUserClass(targetClass);
        return Optional.of(new Reading(AopUtils.getMostSpecificMethod(method, userClass), userClass).read(annotations));
    }

    private final class Reading {

        private final Method method;
        private final Class<?> targetClass;
        private final String name;

        Reading(Method method, Class<?> targetClass) {
            this.method = method;
            this.targetClass = targetClass;
            this.name = LockedMethod.nameOf(method, targetClass);
        }

        LockedMethod read(List<MergedAnnotation<?>> annotations) {
            if (KotlinDetector.isSuspendingFunction(method)) {
                throw new LockConfigurationException(
                        name
                                + " is a suspending function, whose end cannot be told, so its lock could only end too early",
                        "Take the lock by hand around what it does, or answer with a Mono or Flux.");
            }
            List<LockSpec> read =
                    annotations.stream().map(each -> specs.read(each, name)).toList();
            boolean onlyAsks = read.stream().anyMatch(LockSpec::hasRemedy);
            List<LockedKey> lockedKeys = new ArrayList<>();
            for (int i = 0; i < read.size(); i++) {
                Object source = annotations.get(i).getSource();
                lockedKeys.add(key(read.get(i), source instanceof Method annotated ? annotated : method, onlyAsks));
            }
            List<LockRequest> templates =
                    lockedKeys.stream().map(LockedKey::template).toList();
            return new LockedMethod(
                    name, lockedKeys, remedy(read), styles.of(result().toClass(), name), Labels.of(name, templates));
        }

        /** What it answers with, seen from the class on which it is called. */
        private ResolvableType result() {
            return ResolvableType.forMethodReturnType(method, targetClass);
        }

        private LockedKey key(LockSpec spec, Method annotated, boolean onlyAsks) {
            MethodKey key = spec.hasKey()
                    ? new MethodKey(keys.read(spec.key(), annotated, method, name), spec.key(), name)
                    : null;
            return new LockedKey(template(spec, onlyAsks), spec.name() + ":", key);
        }

        /** Whoever says what to do without the lock only asks for it: a timeout must not cost what the methods around have. */
        private LockRequest template(LockSpec spec, boolean onlyAsks) {
            try {
                LockRequest request = spec.template(locks, name);
                return onlyAsks ? request.releaseHeldOnTimeout(false) : request;
            } catch (LockException | IllegalArgumentException e) {
                throw new LockConfigurationException(
                        name + " cannot have its lock on '" + spec.name() + "': " + e.getMessage(),
                        spec.kind().name().startsWith("DISTRIBUTED")
                                ? "Set interlock.distributed.backend to a backend that reaches your other processes, or to"
                                        + " memory if there are none."
                                : "Change the annotation as the message says.",
                        e);
            }
        }

        private Remedy remedy(List<LockSpec> read) {
            List<String> fallbacks = read.stream()
                    .map(LockSpec::fallback)
                    .filter(each -> !each.isBlank())
                    .distinct()
                    .toList();
            boolean skip = read.stream().anyMatch(each -> each.onTimeout() == OnTimeout.SKIP);
            if (fallbacks.size() > 1 || (skip && !fallbacks.isEmpty())) {
                List<String> all = new ArrayList<>(fallbacks);
                if (skip) {
                    all.add("SKIP");
                }
                throw new LockConfigurationException(
                        name + " has more than one thing to do when its locks cannot be had: " + all,
                        "Leave one fallback, or onTimeout = SKIP.");
            }
            if (skip) {
                return new Remedy.Skip(LockTimeoutException.class, CallStyles.empty(result(), name));
            }
            // nothing is ever called on an object of an abstract type; the fallback may be in the class that it has
            return fallbacks.isEmpty() || Modifier.isAbstract(targetClass.getModifiers())
                    ? Remedy.THROW
                    : FallbackFinder.LOCKS.find(fallbacks.get(0), method, targetClass, name);
        }
    }
}
