package dev.interlock.spring.aop;

import dev.interlock.OptimisticConflictException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells which exceptions say that somebody else was faster. By name, for applications need not have the libraries. */
final class Conflicts {

    private static final Set<String> CONFLICTS = Set.of(
            OptimisticConflictException.class.getName(),
            "org.springframework.dao.OptimisticLockingFailureException",
            "jakarta.persistence.OptimisticLockException");

    /** What says only that something failed, and has the reason as its cause. */
    private static final Set<String> WRAPPINGS = Set.of(
            "java.lang.reflect.UndeclaredThrowableException",
            "java.util.concurrent.CompletionException",
            "java.util.concurrent.ExecutionException",
            "org.springframework.transaction.TransactionException",
            "jakarta.transaction.RollbackException",
            "jakarta.persistence.PersistenceException");

    /** After this one nobody knows what was committed. */
    private static final Set<String> UNCERTAIN = Set.of("org.springframework.transaction.HeuristicCompletionException");

    private Conflicts() {}

    static boolean isOne(Throwable failure) {
        for (Throwable each = failure; each != null; each = isAny(each, WRAPPINGS) ? each.getCause() : null) {
            if (isAny(each, UNCERTAIN)) {
                return false;
            }
            if (isAny(each, CONFLICTS)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAny(Throwable failure, Set<String> names) {
        for (@Nullable Class<?> each = failure.getClass(); each != null; each = each.getSuperclass()) {
            if (names.contains(each.getName())) {
                return true;
            }
        }
        return false;
    }
}
