package dev.interlock.spring.integration;

import dev.interlock.engine.InterlockManager;
import dev.interlock.spring.autoconfigure.InterlockProperties;
import dev.interlock.spring.autoconfigure.LockBackend;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.integration.support.locks.LockRegistry;

/** The application's {@link LockRegistry}, for exclusive locks. */
final class RegistryLockBackend implements LockBackend {

    private final InterlockProperties properties;
    private final ListableBeanFactory beans;
    private final ObjectProvider<LockRegistry<?>> registries;

    RegistryLockBackend(
            InterlockProperties properties, ListableBeanFactory beans, ObjectProvider<LockRegistry<?>> registries) {
        this.properties = properties;
        this.beans = beans;
        this.registries = registries;
    }

    @Override
    public String kind() {
        return RegistryStore.KIND;
    }

    @Override
    public void openFor(Use use, InterlockManager.Builder builder) {
        RegistryStore store = open();
        if (use == Use.ALL) {
            builder.store(store);
        } else {
            builder.distributedStore(store);
        }
    }

    private RegistryStore open() {
        LockRegistry<?> registry = registries.getIfUnique();
        if (registry == null) {
            throw names().isEmpty() ? none() : several();
        }
        if (registry instanceof InterlockLockRegistry) {
            throw new LockConfigurationException(
                    "the backend 'registry' takes its locks from the application's LockRegistry, and that takes them from"
                            + " Interlock",
                    "Choose another backend, or another LockRegistry.");
        }
        return new RegistryStore(registry, nameOf(registry), properties.lease().duration());
    }

    private static LockConfigurationException none() {
        return new LockConfigurationException(
                "the backend 'registry' is asked for, and there is no LockRegistry bean",
                "Add one, such as a JdbcLockRegistry with its DefaultLockRepository, or choose another backend.");
    }

    private LockConfigurationException several() {
        return new LockConfigurationException(
                "the backend 'registry' is asked for, and there are several LockRegistry beans: " + names(),
                "Make one of them @Primary.");
    }

    private String nameOf(LockRegistry<?> registry) {
        return Arrays.stream(beans.getBeanNamesForType(LockRegistry.class))
                .filter(name -> beans.getBean(name) == registry)
                .findFirst()
                .orElse("lockRegistry");
    }

    private String names() {
        return Arrays.stream(beans.getBeanNamesForType(LockRegistry.class))
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
