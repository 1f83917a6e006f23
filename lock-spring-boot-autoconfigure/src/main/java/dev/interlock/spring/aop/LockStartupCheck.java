package dev.interlock.spring.aop;

import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
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
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.util.ClassUtils;

/** Reads every locked method when the application starts, so that a mistake ends the start and not a call in the night. */
final class LockStartupCheck implements SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(LockStartupCheck.class);

    private final ConfigurableListableBeanFactory beans;
    private final Supplier<LockedMethods> methods;

    LockStartupCheck(ConfigurableListableBeanFactory beans, Supplier<LockedMethods> methods) {
        this.beans = beans;
        this.methods = methods;
    }

    @Override
    public void afterSingletonsInstantiated() {
        for (String name : beans.getBeanDefinitionNames()) {
            Class<?> type = typeOf(name);
            if (type != null && LockAnnotations.mayBeOn(type)) {
                check(name, ClassUtils.getUserClass(type));
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

    private void check(String name, Class<?> type) {
        Set<Method> locked = MethodIntrospector.selectMethods(
                type, (Method method) -> !LockAnnotations.on(method, type).isEmpty());
        Object bean = instance(name);
        for (Method each : locked) {
            checkReachable(each, type, bean);
            methods.get().find(each, type);
        }
        if (bean != null && !locked.isEmpty()) {
            checkProxy(name, bean, locked, type);
        }
    }

    /** Only what is there already: nothing is created for the sake of a look. */
    private @Nullable Object instance(String name) {
        return beans.containsSingleton(name) && !beans.isFactoryBean(name) ? beans.getSingleton(name) : null;
    }

    private static void checkReachable(Method method, Class<?> type, @Nullable Object bean) {
        int modifiers = method.getModifiers();
        boolean byInterface = bean != null && AopUtils.isJdkDynamicProxy(bean);
        String what = Modifier.isPrivate(modifiers)
                ? "private"
                : Modifier.isStatic(modifiers)
                        ? "static"
                        : Modifier.isFinal(modifiers) && !byInterface ? "final" : null;
        if (what != null) {
            throw new LockConfigurationException(
                    LockedMethod.nameOf(method, type) + " has lock annotations, but is " + what
                            + ": calls of it do not pass through the proxy that would take the locks",
                    "Make the method neither private nor static nor final, or put the annotation on the method that calls it,"
                            + " or take the lock by hand with LockManager.");
        }
    }

    private static void checkProxy(String name, Object bean, Set<Method> locked, Class<?> type) {
        List<Advisor> advisors = advisorsAround(bean);
        if (advisors.stream().noneMatch(LockAdvisor.class::isInstance)) {
            log.warn(
                    "Bean '{}' of {} has lock annotations but no proxy that takes the locks, so its methods run WITHOUT locks. It was"
                            + " probably created too early, by a BeanPostProcessor that depends on it; let that depend on an"
                            + " ObjectProvider of it instead.",
                    name,
                    type.getName());
            return;
        }
        AdvisorOrder order = new AdvisorOrder(advisors);
        locked.forEach(method -> order.check(method, type));
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
