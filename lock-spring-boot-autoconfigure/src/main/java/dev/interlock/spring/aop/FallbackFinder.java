package dev.interlock.spring.aop;

import dev.interlock.LockException;
import dev.interlock.LockTimeoutException;
import dev.interlock.OptimisticConflictException;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

/** Finds the method that a fallback names. */
final class FallbackFinder {

    static final FallbackFinder LOCKS = new FallbackFinder(LockException.class, LockTimeoutException.class);
    static final FallbackFinder OPTIMISTIC =
            new FallbackFinder(OptimisticConflictException.class, OptimisticConflictException.class);

    private final Class<? extends LockException> widest;
    private final Class<? extends LockException> usual;

    /**
     * Finds fallbacks.
     *
     * @param widest what there may be a fallback for
     * @param usual what one is called for that does not say it
     */
    private FallbackFinder(Class<? extends LockException> widest, Class<? extends LockException> usual) {
        this.widest = widest;
        this.usual = usual;
    }

    /** The one that takes the exception, if there is one; else the one that does not. */
    Remedy.Fallback find(String named, Method method, Class<?> targetClass, String where) {
        Class<?>[] parameters = method.getParameterTypes();
        List<Method> candidates = Stream.of(ReflectionUtils.getUniqueDeclaredMethods(targetClass))
                .filter(each -> each.getName().equals(named) && !each.isBridge())
                .toList();
        List<Method> fitting =
                candidates.stream().filter(each -> takes(each, parameters)).toList();
        List<Method> told = fitting.stream()
                .filter(each -> each.getParameterCount() > parameters.length)
                .toList();
        if (told.size() > 1) {
            throw ambiguous(named, told, where);
        }
        return Stream.concat(told.stream(), fitting.stream())
                .findFirst()
                .map(each -> checked(each, method, targetClass, where))
                .orElseThrow(() -> missing(named, candidates, parameters, where));
    }

    private boolean takes(Method candidate, Class<?>[] parameters) {
        Class<?>[] own = candidate.getParameterTypes();
        boolean told = own.length == parameters.length + 1 && isFailure(own[own.length - 1]);
        return (told || own.length == parameters.length)
                && Arrays.equals(own, 0, parameters.length, parameters, 0, parameters.length);
    }

    private boolean isFailure(Class<?> type) {
        return widest.isAssignableFrom(type)
                || (Throwable.class.isAssignableFrom(type) && type.isAssignableFrom(widest));
    }

    private Remedy.Fallback checked(Method fallback, Method method, Class<?> targetClass, String where) {
        ResolvableType wanted = ResolvableType.forMethodReturnType(method, targetClass);
        ResolvableType given = ResolvableType.forMethodReturnType(fallback, targetClass);
        if (method.getReturnType() != void.class && !wanted.isAssignableFrom(given)) {
            throw new LockConfigurationException(
                    "The fallback " + fallback.getName() + " of " + where + " answers with " + given
                            + ", but the method with " + wanted,
                    "Let the fallback answer with " + wanted + ".");
        }
        if (!LockAnnotations.OPTIMISTIC.on(fallback, targetClass).isEmpty()) {
            throw new LockConfigurationException(
                    "The fallback " + fallback.getName() + " of " + where
                            + " has @Optimistic, and would not be tried again: it is called on the object, not on its proxy",
                    "Take the annotation off it.");
        }
        if (!LockAnnotations.LOCKS.on(fallback, targetClass).isEmpty()) {
            throw new LockConfigurationException(
                    "The fallback " + fallback.getName() + " of " + where
                            + " has locks of its own, which would not be taken: it is called on the object, not on its proxy",
                    "Take the annotation off it; or make it private, if it has the one of its class.");
        }
        if (Modifier.isStatic(fallback.getModifiers())) {
            throw new LockConfigurationException(
                    "The fallback " + fallback.getName() + " of " + where + " is static",
                    "Make it a method of the bean.");
        }
        ReflectionUtils.makeAccessible(fallback);
        boolean told = fallback.getParameterCount() > method.getParameterCount();
        Class<?> handles = told ? fallback.getParameterTypes()[fallback.getParameterCount() - 1] : usual;
        return new Remedy.Fallback(fallback, handles, told);
    }

    private static LockConfigurationException ambiguous(String named, List<Method> told, String where) {
        return new LockConfigurationException(
                "There is more than one fallback '" + named + "' of " + where + " that takes the exception: " + told,
                "Leave one of them; it can tell by the type of the exception what to do.");
    }

    private LockConfigurationException missing(
            String named, List<Method> candidates, Class<?>[] parameters, String where) {
        String wanted = Stream.of(parameters).map(Class::getSimpleName).toList().toString();
        return new LockConfigurationException(
                "The fallback '" + named + "' of " + where + " is not there"
                        + (candidates.isEmpty() ? "" : " with these parameters; there is " + candidates),
                "Add a method '" + named + "' to the class, with the parameters " + wanted
                        + ", optionally followed by a "
                        + (usual == widest ? "" : usual.getSimpleName() + " or ") + widest.getSimpleName() + ".");
    }
}
