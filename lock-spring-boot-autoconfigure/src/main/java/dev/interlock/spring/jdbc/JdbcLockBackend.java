package dev.interlock.spring.jdbc;

import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.StoreException;
import dev.interlock.spring.autoconfigure.InterlockProperties;
import dev.interlock.spring.autoconfigure.LockBackend;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import dev.interlock.store.jdbc.JdbcLockStore;

/** A database of the application. */
final class JdbcLockBackend implements LockBackend {

    static final String KIND = "jdbc";

    private final InterlockProperties properties;
    private final LockDataSources sources;

    JdbcLockBackend(InterlockProperties properties, LockDataSources sources) {
        this.properties = properties;
        this.sources = sources;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void openFor(Use use, InterlockManager.Builder builder) {
        JdbcLockStore store = open();
        if (use == Use.ALL) {
            builder.store(store);
        } else {
            builder.distributedStore(store);
        }
    }

    JdbcLockStore open() {
        try {
            return JdbcLockStore.builder(sources.choose(properties))
                    .tablePrefix(properties.jdbc().tablePrefix())
                    .build();
        } catch (StoreException failure) {
            throw new LockConfigurationException(
                    "the backend 'jdbc' cannot be used: " + failure.getMessage(),
                    "See that the database can be reached, or choose another backend.",
                    failure);
        }
    }
}
