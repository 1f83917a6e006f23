package dev.interlock.spring.aop;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** The names by which an expression knows a method's arguments: their own, and {@code a0} or {@code p0} by place. */
final class MethodParameters {

    private static final ParameterNameDiscoverer DISCOVERER = new DefaultParameterNameDiscoverer();

    /**
     * Those of the method on which the annotation stands, whose author knew them by these names; then those of the method itself
     * and of what it overrides, for generated classes have kept none.
     */
    private final List<String[]> names = new ArrayList<>();

    private final int count;

    MethodParameters(Method annotated, Method method) {
        this.count = method.getParameterCount();
        add(annotated);
        add(method);
        for (Class<?> type : typesAround(method.getDeclaringClass())) {
            Method overridden = ReflectionUtils.findMethod(type, method.getName(), method.getParameterTypes());
            if (overridden != null) {
                add(overridden);
            }
        }
    }

    private void add(Method method) {
        String[] found = DISCOVERER.getParameterNames(method);
        if (found != null) {
            names.add(found);
        }
    }

    private static Set<Class<?>> typesAround(Class<?> type) {
        Set<Class<?>> types = new LinkedHashSet<>(ClassUtils.getAllInterfacesForClassAsSet(type));
        for (Class<?> each = type.getSuperclass(); each != null; each = each.getSuperclass()) {
            types.add(each);
        }
        return types;
    }

    /** The place of the argument, or -1. */
    int indexOf(String variable) {
        for (String[] each : names) {
            int index = Arrays.asList(each).indexOf(variable);
            if (index >= 0) {
                return index;
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
        return !names.isEmpty() || count == 0;
    }

    /** What may be written, for people. */
    String describe() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add("#" + (names.isEmpty() ? "p" + i : names.get(0)[i]));
        }
        return all.isEmpty() ? "it has no parameters" : "its parameters are " + String.join(", ", all);
    }
}
