package dev.interlock.spring.autoconfigure;

import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.LockStore;
import java.util.Objects;
import java.util.function.Supplier;

/** A backend that is a store and nothing else. */
record StoreBackend(String kind, Supplier<? extends LockStore> store) implements LockBackend {

    StoreBackend {
        Objects.requireNonNull(kind, "the kind is null");
        Objects.requireNonNull(store, "the store is null");
    }

    @Override
    public void openFor(Use use, InterlockManager.Builder builder) {
        if (use == Use.ALL) {
            builder.store(store.get());
        } else {
            builder.distributedStore(store.get());
        }
    }
}
