package dev.interlock.spring.aop;

import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.util.ClassUtils;

/** Reads every annotated method when the application starts, so that a mistake ends the start and not a call in the night. */
final class LockStartupCheck implements SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(LockStartupCheck.class);

    private final ConfigurableListableBeanFactory beans;
    private final Map<LockAnnotations, Supplier<InterceptedMethods>> methods;
    private @Nullable AdvisorOrder usual;

    LockStartupCheck(
            ConfigurableListableBeanFactory beans, Map<LockAnnotations, Supplier<InterceptedMethods>> methods) {
        this.beans = beans;
        this.methods = methods;
    }

    @Override
    public void afterSingletonsInstantiated() {
        for (String name : beans.getBeanDefinitionNames()) {
            Class<?> type = typeOf(name);
            if (type != null) {
                methods.forEach((family, known) -> check(family, known, name, type));
            }
        }
    }

    private @Nullable Class<?> typeOf(String name) {
        try {
            return AutoProxyUtils.determineTargetClass(beans, name);
        } catch (RuntimeException | LinkageError unknown) {
            log.debug(
                    "the type of bean '{}' is not to be had, so it is not checked for lock annotations", name, unknown);
            return null;
        }
    }

    private void check(LockAnnotations family, Supplier<InterceptedMethods> known, String name, Class<?> type) {
        if (family.mayBeOn(type)) {
            checkMethods(family, known, name, ClassUtils.getUserClass(type));
        }
    }

    private void checkMethods(LockAnnotations family, Supplier<InterceptedMethods> known, String name, Class<?> type) {
        Set<Method> annotated = annotatedMethods(family, name, type);
        if (annotated.isEmpty()) {
            return;
        }
        Object bean = instance(name);
        AdvisorOrder order = bean instanceof Advised ? new AdvisorOrder(advisorsAround(bean)) : usualOrder();
        for (Method each : annotated) {
            if (isReachable(family, each, type, bean)) {
                known.get().find(each, type);
                order.check(family, each, type);
            }
        }
        if (bean != null && !Mocks.isMock(bean)) {
            checkProxy(family, name, bean, type);
        }
    }

    private static Set<Method> annotatedMethods(LockAnnotations family, String name, Class<?> type) {
        try {
            return family.methodsOf(type);
        } catch (RuntimeException | LinkageError unknown) {
            log.debug(
                    "the methods of bean '{}' are not to be had, so they are not checked for lock annotations",
                    name,
                    unknown);
            return Set.of();
        }
    }

    /** That of proxies which have not been made yet. */
    private AdvisorOrder usualOrder() {
        AdvisorOrder known = usual;
        if (known == null) {
            List<Advisor> advisors =
                    new ArrayList<>(BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, Advisor.class)
                            .values());
            AnnotationAwareOrderComparator.sort(advisors);
            known = new AdvisorOrder(advisors);
            usual = known;
        }
        return known;
    }

    /** Only what is there already: nothing is created for the sake of a look. */
    private @Nullable Object instance(String name) {
        return beans.containsSingleton(name) && !beans.isFactoryBean(name) ? beans.getSingleton(name) : null;
    }

    /** Whether calls pass through a proxy; if the method was meant and they do not, the start ends. */
    private static boolean isReachable(LockAnnotations family, Method method, Class<?> type, @Nullable Object bean) {
        String hindrance = hindrance(method.getModifiers(), bean != null && AopUtils.isJdkDynamicProxy(bean));
        if (hindrance == null) {
            return true;
        }
        if (method.getDeclaringClass() != type && family.nearest(method).isEmpty()) {
            log.debug("{} is {}, so what its class says is not for it", LockedMethod.nameOf(method, type), hindrance);
            return false;
        }
        throw new LockConfigurationException(
                LockedMethod.nameOf(method, type) + " has " + family + ", but is " + hindrance
                        + ": calls of it do not pass through the proxy that " + family.deed(),
                "Make the method neither private nor static nor final, or put the annotation on the method that calls it,"
                        + " or " + family.byHand() + ".");
    }

    private static @Nullable String hindrance(int modifiers, boolean byInterface) {
        if (Modifier.isPrivate(modifiers)) {
            return "private";
        }
        if (Modifier.isStatic(modifiers)) {
            return "static";
        }
        return Modifier.isFinal(modifiers) && !byInterface ? "final" : null;
    }

    private static void checkProxy(LockAnnotations family, String name, Object bean, Class<?> type) {
        if (advisorsAround(bean).stream().noneMatch(each -> each instanceof LockAdvisor ours && ours.isFor(family))) {
            throw new LockConfigurationException(
                    "Bean '" + name + "' of " + type.getName()
                            + " has " + family + " but no proxy that " + family.deed() + ", so its methods "
                            + family.without(),
                    "Spring makes no proxies of aspects, nor of what is created too early, by a BeanPostProcessor that depends on"
                            + " it: let that depend on an ObjectProvider of it instead. Or move the methods to a bean of their"
                            + " own, or " + family.byHand() + ".");
        }
    }

    /** From the outside in, where proxies are around proxies. */
    private static List<Advisor> advisorsAround(Object bean) {
        List<Advisor> advisors = new ArrayList<>();
        for (Object each = bean; each instanceof Advised proxy; each = AopProxyUtils.getSingletonTarget(each)) {
            advisors.addAll(List.of(proxy.getAdvisors()));
        }
        return advisors;
    }
}
