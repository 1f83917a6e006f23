package dev.interlock.spring.autoconfigure;

import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.LockStore;
import java.util.function.Supplier;

/**
 * Something that reaches other processes and can be named in {@code interlock.backend} and
 * {@code interlock.distributed.backend}. An application that has a store of its own makes it known by a bean of this type:
 *
 * <pre>{@code
 * @Bean
 * LockBackend etcd() {
 *     return LockBackend.of("etcd", () -> new EtcdLockStore(…));
 * }
 * }</pre>
 */
public interface LockBackend {

    /** What a backend is asked for. */
    enum Use {
        /** For all locks. */
        ALL,
        /** For distributed locks, where the others live elsewhere. */
        DISTRIBUTED
    }

    /** The word for it, in lower case. */
    String kind();

    /**
     * Opens its store and hands it to the builder of the manager, which closes it. Called once, and only if the backend is named.
     *
     * @throws LockConfigurationException if it cannot be had, with the way out
     */
    void openFor(Use use, InterlockManager.Builder builder);

    /** A backend with this store, which is made when the backend is asked for. */
    static LockBackend of(String kind, Supplier<? extends LockStore> store) {
        return new StoreBackend(kind, store);
    }
}
