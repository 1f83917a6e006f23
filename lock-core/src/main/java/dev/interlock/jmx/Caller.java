package dev.interlock.jmx;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.AccessController;
import java.security.Principal;
import java.util.Optional;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/** Who calls over JMX. */
final class Caller {

    /** Since JDK 18; the way before it fails from JDK 24 on. */
    private static final @Nullable MethodHandle CURRENT = currentSubject();

    private Caller() {}

    private static @Nullable MethodHandle currentSubject() {
        try {
            return MethodHandles.publicLookup()
                    .findStatic(Subject.class, "current", MethodType.methodType(Subject.class));
        } catch (ReflectiveOperationException older) {
            return null;
        }
    }

    /** The name under which the caller has signed in, if it had to. */
    static Optional<String> name() {
        return Optional.ofNullable(subject()).flatMap(subject -> subject.getPrincipals().stream()
                .map(Principal::getName)
                .filter(name -> name != null && !name.isBlank())
                .findFirst());
    }

    @SuppressWarnings("removal")
    private static @Nullable Subject subject() {
        if (CURRENT == null) {
            return Subject.getSubject(AccessController.getContext());
        }
        try {
            return (Subject) CURRENT.invokeExact();
        } catch (Throwable failure) {
            throw new IllegalStateException("it cannot be found out who calls over JMX", failure);
        }
    }
}
