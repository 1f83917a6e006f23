package dev.interlock.spring.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * Where the locks of the application live. A bean only if the lock manager was made from the properties: of a manager that
 * the application brings nothing is known.
 *
 * @param backend where plain locks live
 * @param distributedBackend where distributed locks live, if there may be any
 */
public record LockBackends(String backend, @Nullable String distributedBackend) {

    /** The backend that reaches no other process. */
    public static final String MEMORY = "memory";

    /** What is said of the backend of a manager that the application brings. */
    public static final String CUSTOM = "custom";

    static LockBackends of(InterlockProperties properties) {
        String distributed = properties.distributed().backend();
        boolean reachesOthers = !MEMORY.equals(properties.backend());
        return new LockBackends(
                properties.backend(), distributed == null && reachesOthers ? properties.backend() : distributed);
    }
}
