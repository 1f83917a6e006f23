package dev.interlock.spring.autoconfigure;

import dev.interlock.engine.InterlockManager;
import dev.interlock.store.file.FileLockStore;

/** Files of this machine. */
final class FileLockBackend implements LockBackend {

    private final InterlockProperties properties;

    FileLockBackend(InterlockProperties properties) {
        this.properties = properties;
    }

    @Override
    public String kind() {
        return LockBackends.FILE;
    }

    /** An application that did not ask for files, and locks none, leaves no trace on the disk. */
    @Override
    public void openFor(Use use, InterlockManager.Builder builder) {
        FileLockStore store = store();
        if (use == Use.ALL) {
            builder.store(store);
        } else {
            builder.distributedStore(properties.distributed().backend() == null ? new UnaskedStore<>(store) : store);
        }
    }

    private FileLockStore store() {
        return properties.file().directory() == null
                ? FileLockStore.inDefaultDirectory()
                : FileLockStore.in(properties.file().directory());
    }
}
