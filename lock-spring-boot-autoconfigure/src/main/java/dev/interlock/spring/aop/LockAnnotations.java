package dev.interlock.spring.aop;

import dev.interlock.annotation.DistributedLock;
import dev.interlock.annotation.Optimistic;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the annotations of one family: on the method, else on what it overrides or implements, else, for public methods, on the class, else on
 * what that extends or implements. The nearest place that has any is the one that counts.
 */
final class LockAnnotations {

    /** Those that take locks. */
    static final LockAnnotations LOCKS = new LockAnnotations(
            Set.of(ReadLock.class, WriteLock.class, DistributedLock.class),
            "lock annotations",
            "takes the locks",
            "would run without them",
            "take the lock by hand with LockManager");

    /** That of methods which are tried again after a conflict. */
    static final LockAnnotations OPTIMISTIC = new LockAnnotations(
            Set.of(Optimistic.class),
            "@Optimistic",
            "tries it again",
            "would be tried once only",
            "try it again by hand with OptimisticLocks");

    private static final List<LockAnnotations> ALL = List.of(LOCKS, OPTIMISTIC);

    /** Which of them a class has anywhere: each class is looked through once, however many ask, and most have none. */
    private static final ClassValue<List<LockAnnotations>> PRESENT = new ClassValue<>() {
        @Override
        protected List<LockAnnotations> computeValue(Class<?> type) {
            try {
                return presentOn(type);
            } catch (RuntimeException | LinkageError unknown) {
                return ALL; // whoever needs to know more will look, and say what is wrong
            }
        }
    };

    private final Set<Class<? extends Annotation>> types;
    private final String words;
    private final String deed;
    private final String without;
    private final String byHand;

    private LockAnnotations(
            Set<Class<? extends Annotation>> types, String words, String deed, String without, String byHand) {
        this.types = types;
        this.words = words;
        this.deed = deed;
        this.without = without;
        this.byHand = byHand;
    }

    /** What a proxy does because of them. */
    String deed() {
        return deed;
    }

    /** What would become of a method without that. */
    String without() {
        return without;
    }

    /** What may be done instead. */
    String byHand() {
        return byHand;
    }

    /** Whether this class is worth a look. */
    boolean mayBeOn(Class<?> type) {
        return PRESENT.get(type).contains(this);
    }

    private static List<LockAnnotations> presentOn(Class<?> type) {
        if (!AnnotationUtils.isCandidateClass(type, Optimistic.class)) {
            return List.of();
        }
        Class<?> userClass = ClassUtils.getUserClass(type);
        Set<Class<?>> found = new HashSet<>(typesOn(userClass));
        MethodIntrospector.selectMethods(
                type, (Method method) -> found.addAll(typesOn(AopUtils.getMostSpecificMethod(method, userClass))));
        return ALL.stream()
                .filter(each -> each.types.stream().anyMatch(found::contains))
                .toList();
    }

    private static List<Class<?>> typesOn(AnnotatedElement element) {
        return MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).stream()
                .<Class<?>>map(MergedAnnotation::getType)
                .toList();
    }

    /** The annotations that hold for this method when it is called on that class; none if it has none. */
    List<MergedAnnotation<?>> on(Method method, Class<?> targetClass) {
        Method specific = AopUtils.getMostSpecificMethod(method, ClassUtils.getUserClass(targetClass));
        List<MergedAnnotation<?>> own = nearest(specific);
        return own.isEmpty() && inheritsFromClass(specific) ? nearest(ClassUtils.getUserClass(targetClass)) : own;
    }

    /** The methods of a class that have any. */
    Set<Method> methodsOf(Class<?> type) {
        return MethodIntrospector.selectMethods(
                type, (Method method) -> !on(method, type).isEmpty());
    }

    /** The annotations in the nearest place around this element, its own first. */
    List<MergedAnnotation<?>> nearest(AnnotatedElement element) {
        List<MergedAnnotation<?>> found = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).stream()
                .filter(annotation -> types.contains(annotation.getType()))
                .<MergedAnnotation<?>>map(annotation -> annotation)
                .toList();
        int nearest = found.stream()
                .mapToInt(MergedAnnotation::getAggregateIndex)
                .min()
                .orElse(0);
        return found.stream()
                .filter(each -> each.getAggregateIndex() == nearest)
                .toList();
    }

    private static boolean inheritsFromClass(Method method) {
        return Modifier.isPublic(method.getModifiers())
                && !Modifier.isStatic(method.getModifiers())
                && !ReflectionUtils.isObjectMethod(method)
                && method.getDeclaringClass() != Object.class;
    }

    /** How people call them. */
    @Override
    public String toString() {
        return words;
    }
}
