package dev.interlock.engine;

import dev.interlock.LockHandle;
import dev.interlock.MultiLockHandle;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Holds taken together. */
final class MultiHold implements MultiLockHandle {

    private final List<LockHandle> handles;
    private final Map<String, String> lockNames;

    /**
     * Holds.
     *
     * @param lockNames the lock of each resource that was asked for; several resources may share one
     */
    MultiHold(List<LockHandle> handles, Map<String, String> lockNames) {
        this.handles = List.copyOf(handles);
        this.lockNames = lockNames;
    }

    @Override
    public List<LockHandle> handles() {
        return handles;
    }

    @Override
    public Optional<LockHandle> handle(String resource) {
        String lockName = lockNames.get(resource);
        return handles.stream()
                .filter(each -> ((Hold) each).lock.name.equals(lockName))
                .findFirst();
    }

    @Override
    public boolean isHeld() {
        return handles.stream().allMatch(LockHandle::isHeld);
    }

    @Override
    public void ensureHeld() {
        handles.forEach(LockHandle::ensureHeld);
    }

    @Override
    public void onLost(Runnable action) {
        Objects.requireNonNull(action, "the action is null");
        AtomicBoolean told = new AtomicBoolean();
        Runnable once = () -> {
            if (told.compareAndSet(false, true)) {
                action.run();
            }
        };
        handles.forEach(each -> each.onLost(once));
    }

    @Override
    public void close() {
        RuntimeException failure = new RuntimeException("some locks could not be released");
        closeAll(handles, failure);
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    /** Closes in reverse order, all of them; what goes wrong is added to this, if anything. */
    static void closeAll(List<? extends LockHandle> handles, @Nullable Throwable failure) {
        for (int i = handles.size() - 1; i >= 0; i--) {
            try {
                handles.get(i).close();
            } catch (Throwable unreleased) {
                if (failure != null) {
                    failure.addSuppressed(unreleased);
                }
            }
        }
    }
}
