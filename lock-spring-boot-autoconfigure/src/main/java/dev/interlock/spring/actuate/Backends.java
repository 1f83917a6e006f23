package dev.interlock.spring.actuate;

import dev.interlock.spring.autoconfigure.LockBackends;
import org.jspecify.annotations.Nullable;

/**
 * What a report says of where the locks live.
 *
 * @param node what this process is called
 * @param backend where plain locks live
 * @param distributedBackend where distributed locks live, where that is known
 */
record Backends(String node, String backend, @Nullable String distributedBackend) {

    static Backends of(String node, @Nullable LockBackends known) {
        return known == null
                ? new Backends(node, LockBackends.CUSTOM, null)
                : new Backends(node, known.backend(), known.distributedBackend());
    }
}
