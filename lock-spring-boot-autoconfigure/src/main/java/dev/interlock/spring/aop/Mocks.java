package dev.interlock.spring.aop;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** Tells what tests have put in place of a bean. Asked by reflection, for applications do not have the library. */
final class Mocks {

    private static final @Nullable Method DETAILS = method("org.mockito.Mockito", "mockingDetails", Object.class);
    private static final @Nullable Method IS_MOCK = method("org.mockito.MockingDetails", "isMock");

    private Mocks() {}

    static boolean isMock(Object bean) {
        if (DETAILS == null || IS_MOCK == null) {
            return false;
        }
        try {
            Object details = ReflectionUtils.invokeMethod(DETAILS, null, bean);
            return details != null && Boolean.TRUE.equals(ReflectionUtils.invokeMethod(IS_MOCK, details));
        } catch (AssertionError twoMakers) {
            // it asserts which of its makers made the mock, and so has found that one of them did
            return true;
        }
    }

    private static @Nullable Method method(String type, String name, Class<?>... parameters) {
        ClassLoader classes = Mocks.class.getClassLoader();
        return ClassUtils.isPresent(type, classes)
                ? ClassUtils.getMethodIfAvailable(ClassUtils.resolveClassName(type, classes), name, parameters)
                : null;
    }
}
