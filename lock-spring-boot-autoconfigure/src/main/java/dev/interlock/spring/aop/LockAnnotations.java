package dev.interlock.spring.aop;

import dev.interlock.annotation.DistributedLock;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
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
 * Finds lock annotations: on the method, else on what it overrides or implements, else, for public methods, on the class, else on
 * what that extends or implements. The nearest place that has any is the one that counts.
 */
final class LockAnnotations {

    private static final Set<Class<? extends Annotation>> TYPES =
            Set.of(ReadLock.class, WriteLock.class, DistributedLock.class);

    private LockAnnotations() {}

    /** Whether this class is worth a look. */
    static boolean mayBeOn(Class<?> type) {
        return AnnotationUtils.isCandidateClass(type, TYPES);
    }

    /** The annotations that hold for this method when it is called on that class; none if it is not to be locked. */
    static List<MergedAnnotation<?>> on(Method method, Class<?> targetClass) {
        Method specific = AopUtils.getMostSpecificMethod(method, ClassUtils.getUserClass(targetClass));
        List<MergedAnnotation<?>> own = nearest(specific);
        return own.isEmpty() && inheritsFromClass(specific) ? nearest(ClassUtils.getUserClass(targetClass)) : own;
    }

    /** The methods of a class that are to be locked. */
    static Set<Method> methodsOf(Class<?> type) {
        return MethodIntrospector.selectMethods(
                type, (Method method) -> !on(method, type).isEmpty());
    }

    /** The annotations in the nearest place around this element, its own first. */
    static List<MergedAnnotation<?>> nearest(AnnotatedElement element) {
        List<MergedAnnotation<?>> found = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).stream()
                .filter(annotation -> TYPES.contains(annotation.getType()))
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
}
