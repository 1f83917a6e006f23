package dev.interlock.spring.aop;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.aot.BeanRegistrationCode;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.ClassUtils;

/** Says ahead of time what key expressions and fallbacks reach by reflection. */
final class LockHints implements BeanRegistrationAotProcessor {

    private static final List<LockAnnotations> FAMILIES = List.of(LockAnnotations.LOCKS, LockAnnotations.OPTIMISTIC);

    @Override
    public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
        Class<?> type = ClassUtils.getUserClass(bean.getBeanClass());
        List<Annotated> annotated = FAMILIES.stream()
                .filter(family -> family.mayBeOn(type))
                .flatMap(family -> family.methodsOf(type).stream().map(method -> new Annotated(family, method)))
                .toList();
        return annotated.isEmpty() ? null : new Contribution(type, annotated);
    }

    private record Annotated(LockAnnotations family, Method method) {

        FallbackFinder fallbacks() {
            return family == LockAnnotations.LOCKS ? FallbackFinder.LOCKS : FallbackFinder.OPTIMISTIC;
        }
    }

    private record Contribution(Class<?> type, List<Annotated> annotated) implements BeanRegistrationAotContribution {

        @Override
        public void applyTo(GenerationContext context, BeanRegistrationCode code) {
            ReflectionHints hints = context.getRuntimeHints().reflection();
            hints.registerType(SpelKeys.Root.class, MemberCategory.INVOKE_PUBLIC_METHODS);
            for (Annotated each : annotated) {
                for (MergedAnnotation<?> annotation : each.family().on(each.method(), type)) {
                    applyTo(hints, each, annotation);
                }
            }
        }

        private void applyTo(ReflectionHints hints, Annotated each, MergedAnnotation<?> annotation) {
            Method method = each.method();
            if (!annotation.getString("key").isEmpty()) {
                new BindingReflectionHintsRegistrar().registerReflectionHints(hints, method.getGenericParameterTypes());
            }
            String fallback = annotation.getString("fallback");
            if (!fallback.isEmpty() && !fallback.contains("${") && !Modifier.isAbstract(type.getModifiers())) {
                hints.registerMethod(
                        each.fallbacks()
                                .find(fallback, method, type, LockedMethod.nameOf(method, type))
                                .method(),
                        ExecutableMode.INVOKE);
            }
        }
    }
}
