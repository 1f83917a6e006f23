package dev.interlock.spring.autoconfigure;

import dev.interlock.LockException;
import dev.interlock.engine.InterlockManager;
import dev.interlock.spi.StoreException;
import dev.interlock.spring.autoconfigure.LockBackend.Use;
import java.util.List;

/** Gives a manager the stores that its application asks for. */
final class ManagerStores {

    private final List<LockBackend> backends;

    ManagerStores(List<LockBackend> backends) {
        this.backends = backends;
    }

    void openIn(InterlockManager.Builder builder, LockBackends asked) {
        open(asked.backend(), Use.ALL, builder);
        if (!asked.distributedBackend().equals(asked.backend())) {
            open(asked.distributedBackend(), Use.DISTRIBUTED, builder);
        }
    }

    private void open(String kind, Use use, InterlockManager.Builder builder) {
        backends.stream()
                .filter(each -> each.kind().equals(kind))
                .findFirst()
                .ifPresent(backend -> backend.openFor(use, builder));
    }

    /** The manager, if its stores can be used. */
    static InterlockManager built(InterlockManager.Builder builder) {
        try {
            return builder.build();
        } catch (LockException failure) {
            if (failure.getCause() instanceof StoreException) {
                throw new LockConfigurationException(
                        String.valueOf(failure.getMessage()),
                        "Mend what the message names (missing tables are made by the script it names, or with"
                                + " interlock.jdbc.initialize-schema=always), or choose another backend.",
                        failure);
            }
            throw failure;
        }
    }
}
