package dev.interlock.spring.aop;

import dev.interlock.LockException;
import dev.interlock.LockManager;
import dev.interlock.OptimisticConflictException;
import dev.interlock.annotation.OnConflict;
import dev.interlock.optimistic.OptimisticLocks;
import dev.interlock.optimistic.OptimisticRequest;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.ClassUtils;

/** Reads what {@code @Optimistic} on a method says, and makes of it all that its calls will need. */
final class OptimisticMethodReader {

    private static final Logger log = LoggerFactory.getLogger(OptimisticMethodReader.class);

    private final LockManager locks;
    private final OptimisticSpecReader specs;
    private final SpelKeys keys;
    private final OptimisticStyles styles;
    private final TransactionTerms transactions;

    OptimisticMethodReader(
            LockManager locks,
            OptimisticSpecReader specs,
            SpelKeys keys,
            OptimisticStyles styles,
            TransactionTerms transactions) {
        this.locks = locks;
        this.specs = specs;
        this.keys = keys;
        this.styles = styles;
        this.transactions = transactions;
    }

    /**
     * The method, if it is to be tried again.
     *
     * @throws LockConfigurationException if what its annotation says cannot be done
     */
    Optional<OptimisticMethod> read(Method method, Class<?> targetClass) {
        List<MergedAnnotation<?>> annotations = LockAnnotations.OPTIMISTIC.on(method, targetClass);
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
        private final ResolvableType result;

        Reading(Method method, Class<?> targetClass) {
            this.method = method;
            this.targetClass = targetClass;
            this.name = LockedMethod.nameOf(method, targetClass);
            this.result = ResolvableType.forMethodReturnType(method, targetClass);
        }

        OptimisticMethod read(List<MergedAnnotation<?>> annotations) {
            if (annotations.size() > 1) {
                throw new LockConfigurationException(
                        name + " has @Optimistic more than once, but an operation is on one resource",
                        "Leave one of them, for what all of it is part of.");
            }
            OptimisticSpec spec = specs.read(annotations.get(0), name);
            OptimisticStyle style = styles.of(method, result.toClass(), name);
            Object source = annotations.get(0).getSource();
            return new OptimisticMethod(
                    name,
                    spec,
                    stamps(spec),
                    key(spec, source instanceof Method annotated ? annotated : method),
                    remedy(spec),
                    style,
                    commits());
        }

        /** Where its stamps are, and a look whether an operation can be had there. */
        private OptimisticLocks stamps(OptimisticSpec spec) {
            try {
                OptimisticLocks stamps = spec.stamps(locks);
                OptimisticRequest unused = spec.request(stamps, spec.name());
                return stamps;
            } catch (LockException | IllegalArgumentException e) {
                throw new LockConfigurationException(
                        name + " cannot have its operation on '" + spec.name() + "': " + e.getMessage(),
                        spec.distributed()
                                ? "Set interlock.distributed.backend to a backend that keeps stamps and reaches your other"
                                        + " processes, or to memory if there are none; or change the annotation."
                                : "Change the annotation, or the setting, as the message says.",
                        e);
            }
        }

        private @Nullable MethodKey key(OptimisticSpec spec, Method annotated) {
            if (!spec.hasKey()) {
                return null;
            }
            KeyExpression expression = keys.read(spec.key(), annotated, method, name);
            if (expression instanceof KeyExpression.Argument argument) {
                checkOne(spec, method.getParameterTypes()[argument.index()]);
            }
            return new MethodKey(expression, spec.key(), name);
        }

        private void checkOne(OptimisticSpec spec, Class<?> key) {
            if (key.isArray()
                    || Iterable.class == key
                    || Collection.class.isAssignableFrom(key)
                    || Map.class.isAssignableFrom(key)) {
                throw new LockConfigurationException(
                        "The key '" + spec.key() + "' of " + name + " is a " + key.getSimpleName()
                                + ", but an operation is on one resource",
                        "Name what all of it is part of, or take a @WriteLock, which may be on several.");
            }
        }

        private Remedy remedy(OptimisticSpec spec) {
            boolean skip = spec.onConflict() == OnConflict.SKIP;
            if (skip && !spec.fallback().isBlank()) {
                throw new LockConfigurationException(
                        name + " has more than one thing to do after the last conflict: [" + spec.fallback()
                                + ", SKIP]",
                        "Leave the fallback, or onConflict = SKIP.");
            }
            if (skip) {
                return new Remedy.Skip(OptimisticConflictException.class, CallStyles.empty(result, name));
            }
            return spec.fallback().isBlank() || Modifier.isAbstract(targetClass.getModifiers())
                    ? Remedy.THROW
                    : FallbackFinder.OPTIMISTIC.find(spec.fallback(), method, targetClass, name);
        }

        private void warnOfWhatIsNotHeeded(boolean commits) {
            if (commits && CompletionStage.class.isAssignableFrom(result.toClass())) {
                log.warn(
                        "{} answers with a {}, and its transaction is over when it returns: what is written in other threads"
                                + " is not part of it, and does not heed the stamp of its resource. Put @Optimistic and"
                                + " @Transactional on a method that does the work in one thread, and call that one there.",
                        name,
                        result.toClass().getSimpleName());
            }
            if (transactions.onlyReads(method, targetClass)) {
                log.warn(
                        "{} has a transaction that is read-only, though the method does not say so itself: its commit does not"
                                + " heed the stamp of its resource. Put @Transactional on the method, or if it only reads,"
                                + " @Transactional(readOnly = true).",
                        name);
            }
        }

        /** Whether it has a transaction whose commit heeds the stamp; if that could be and is not, it is said. */
        private boolean commits() {
            boolean commits = transactions.commits(method, targetClass);
            if (commits && OptimisticStyles.isReactive(result.toClass())) {
                log.warn(
                        "{} answers with a {}, and the commit of a reactive transaction does not heed the stamp of its resource:"
                                + " only conflicts that are thrown count. Give what it changes a version of its own.",
                        name,
                        result.toClass().getSimpleName());
                return false;
            }
            warnOfWhatIsNotHeeded(commits);
            return commits;
        }
    }
}
