package dev.interlock.spring.actuate;

import dev.interlock.spring.autoconfigure.LockBackends;
import org.jspecify.annotations.Nullable;

/**
 * Where the locks live, as far as it is known.
 *
 * @param node the name of this process in reports
 * @param backend where plain locks live
 * @param distributedBackend where distributed locks live, if there may be any
 * @param scope how far locks reach
 */
record Backends(
        String node,
        String backend,
        @Nullable String distributedBackend,
        @Nullable String scope) {

    static Backends of(String node, @Nullable LockBackends known) {
        if (known == null) {
            return new Backends(node, LockBackends.CUSTOM, null, null);
        }
        String scope = LockBackends.MEMORY.equals(known.backend()) ? "process" : null;
        return new Backends(node, known.backend(), known.distributedBackend(), scope);
    }
}
