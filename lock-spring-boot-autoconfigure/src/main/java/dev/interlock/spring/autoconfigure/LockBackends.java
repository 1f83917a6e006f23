package dev.interlock.spring.autoconfigure;

import java.util.stream.Stream;

/**
 * Where the locks of the application live. A bean only if the lock manager was made from the properties: of a manager that
 * the application brings nothing is known.
 *
 * @param backend where plain locks live
 * @param distributedBackend where distributed locks live
 */
public record LockBackends(String backend, String distributedBackend) {

    /** The backend that reaches no other process. */
    public static final String MEMORY = "memory";

    /** The backend that reaches the other processes of the machine. */
    public static final String FILE = "file";

    /** What is said of the backend of a manager that the application brings. */
    public static final String CUSTOM = "custom";

    static LockBackends of(InterlockProperties properties) {
        String plain = properties.backend();
        String distributed = properties.distributed().backend();
        if (distributed != null) {
            return new LockBackends(plain, distributed);
        }
        return new LockBackends(plain, plain.equals(MEMORY) ? FILE : plain);
    }

    /** Whether any locks live there. */
    boolean use(String kind) {
        return Stream.of(backend, distributedBackend).anyMatch(kind::equals);
    }

    /** Whether any locks reach other processes. */
    boolean reachOthers() {
        return !backend.equals(MEMORY) || !distributedBackend.equals(MEMORY);
    }

    /** How far a backend of this kind reaches. */
    public static String scopeOf(String kind) {
        return switch (kind) {
            case MEMORY -> "process";
            case FILE -> "machine";
            default -> "cluster";
        };
    }
}
