package dev.interlock.engine;

import dev.interlock.LockHandle;
import dev.interlock.MultiLockHandle;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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
        endAll(handles, Hold::close, failure);
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    /** Gives back what has been taken in vain; what goes wrong is added to this, if anything. */
    static void giveBackAll(List<? extends LockHandle> handles, @Nullable Throwable failure) {
        endAll(handles, Hold::giveBack, failure);
    }

    /** In reverse order, and all of them. */
    private static void endAll(List<? extends LockHandle> handles, Consumer<Hold> end, @Nullable Throwable failure) {
        for (int i = handles.size() - 1; i >= 0; i--) {
            try {
                end.accept((Hold) handles.get(i));
            } catch (Throwable unreleased) {
                if (failure != null) {
                    failure.addSuppressed(unreleased);
                }
            }
        }
    }
}
