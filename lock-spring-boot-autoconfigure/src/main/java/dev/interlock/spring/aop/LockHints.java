package dev.interlock.spring.aop;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
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

    @Override
    public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
        Class<?> type = ClassUtils.getUserClass(bean.getBeanClass());
        if (!LockAnnotations.mayBeOn(type)) {
            return null;
        }
        Set<Method> locked = LockAnnotations.methodsOf(type);
        return locked.isEmpty() ? null : new Contribution(type, locked);
    }

    private record Contribution(Class<?> type, Set<Method> locked) implements BeanRegistrationAotContribution {

        @Override
        public void applyTo(GenerationContext context, BeanRegistrationCode code) {
            ReflectionHints hints = context.getRuntimeHints().reflection();
            hints.registerType(SpelKeys.Root.class, MemberCategory.INVOKE_PUBLIC_METHODS);
            for (Method method : locked) {
                for (MergedAnnotation<?> each : LockAnnotations.on(method, type)) {
                    applyTo(hints, method, each);
                }
            }
        }

        private void applyTo(ReflectionHints hints, Method method, MergedAnnotation<?> annotation) {
            if (!annotation.getString("key").isEmpty()) {
                new BindingReflectionHintsRegistrar().registerReflectionHints(hints, method.getGenericParameterTypes());
            }
            String fallback = annotation.getString("fallback");
            if (!fallback.isEmpty() && !fallback.contains("${") && !Modifier.isAbstract(type.getModifiers())) {
                hints.registerMethod(
                        FallbackFinder.find(fallback, method, type, LockedMethod.nameOf(method, type))
                                .method(),
                        ExecutableMode.INVOKE);
            }
        }
    }
}
