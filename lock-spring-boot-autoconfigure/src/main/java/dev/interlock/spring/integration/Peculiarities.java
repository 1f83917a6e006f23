package dev.interlock.spring.integration;

import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.integration.support.locks.LockRegistry;
import org.springframework.util.ClassUtils;

/**
 * How registries differ beyond their interface. Some have one lock within the process for many keys, chosen by the low bits of
 * a hash: two such keys can only be held at once by the same thread.
 */
interface Peculiarities {

    /** A number for the key, whose low bits are the same for keys that may share a lock. */
    int spread(String resource);

    /** Frees the resource for other processes where {@code unlock()} did not, because the thread holds a key that shares its lock. */
    default void freeWhatUnlockLeft(String resource) {}

    /** Those of this registry. */
    static Peculiarities of(LockRegistry<?> registry) {
        boolean jdbc = ClassUtils.isPresent(
                "org.springframework.integration.jdbc.lock.JdbcLockRegistry", Peculiarities.class.getClassLoader());
        return jdbc && registry instanceof JdbcLockRegistry known ? new JdbcPeculiarities(known) : String::hashCode;
    }
}
