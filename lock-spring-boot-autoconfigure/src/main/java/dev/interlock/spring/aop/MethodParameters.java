package dev.interlock.spring.aop;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** The names by which an expression knows a method's arguments: their own, and {@code a0} or {@code p0} by place. */
final class MethodParameters {

    private static final ParameterNameDiscoverer DISCOVERER = new DefaultParameterNameDiscoverer();

    private final String @Nullable [] names;
    private final int count;

    MethodParameters(Method method) {
        this.names = namesOf(method);
        this.count = method.getParameterCount();
    }

    /** Those of the method, or of what it overrides: generated classes have kept none. */
    private static String @Nullable [] namesOf(Method method) {
        String[] names = DISCOVERER.getParameterNames(method);
        for (Class<?> type : typesAround(method)) {
            Method overridden = names != null
                    ? null
                    : ReflectionUtils.findMethod(type, method.getName(), method.getParameterTypes());
            names = overridden == null ? names : DISCOVERER.getParameterNames(overridden);
        }
        return names;
    }

    private static Set<Class<?>> typesAround(Method method) {
        Class<?> type = method.getDeclaringClass();
        Set<Class<?>> types = new LinkedHashSet<>(ClassUtils.getAllInterfacesForClassAsSet(type));
        if (type.getSuperclass() != null) {
            types.add(type.getSuperclass());
        }
        return types;
    }

    /** The place of the argument, or -1. */
    int indexOf(String variable) {
        for (int i = 0; names != null && i < names.length; i++) {
            if (variable.equals(names[i])) {
                return i;
            }
        }
        return byPlace(variable);
    }

    private int byPlace(String variable) {
        boolean place = variable.length() > 1 && (variable.charAt(0) == 'a' || variable.charAt(0) == 'p');
        if (!place || !variable.substring(1).chars().allMatch(Character::isDigit) || variable.length() > 4) {
            return -1;
        }
        int index = Integer.parseInt(variable.substring(1));
        return index < count ? index : -1;
    }

    boolean areNamed() {
        return names != null || count == 0;
    }

    /** What may be written, for people. */
    String describe() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add("#" + (names == null ? "p" + i : names[i]));
        }
        return all.isEmpty() ? "it has no parameters" : "its parameters are " + String.join(", ", all);
    }
}
