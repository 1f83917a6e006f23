package dev.interlock.engine;

import dev.interlock.LockOwner;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * A thread as an owner. What the thread does itself is counted without atomics; what others do in its name — a handle
 * closed elsewhere, a lease run out — goes into a second counter.
 */
final class ThreadOwner extends Owner implements LockOwner {

    private static final VarHandle ELSEWHERE;

    static {
        try {
            ELSEWHERE = MethodHandles.lookup().findVarHandle(ThreadOwner.class, "elsewhere", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Stands for the {@link Owners}: they themselves would never become garbage while the thread lives. */
    private final Object realm;

    private final long threadId;
    /** Weak, because an idle lock remembers its last owner. */
    private final WeakReference<Thread> thread;

    private final String initialName;
    private int here;

    @SuppressWarnings("unused") // through ELSEWHERE
    private volatile int elsewhere;

    ThreadOwner(Thread thread, Object realm) {
        this.realm = realm;
        this.thread = new WeakReference<>(thread);
        this.threadId = thread.getId();
        this.initialName = nameOf(thread);
    }

    static String nameOf(Thread thread) {
        String name = thread.getName();
        return name.isEmpty() ? "thread-" + thread.getId() : name;
    }

    boolean belongsTo(Owners owners) {
        return realm == owners.token();
    }

    @Override
    void enter() {
        if (isCurrent()) {
            here++;
        } else {
            ELSEWHERE.getAndAdd(this, 1);
        }
    }

    @Override
    void leave() {
        if (isCurrent()) {
            here--;
        } else {
            ELSEWHERE.getAndAdd(this, -1);
        }
    }

    @Override
    int taken() {
        return here + elsewhere;
    }

    /** Whether {@link #taken()} is exact: only the thread itself may rely on it. */
    boolean isCurrent() {
        return Thread.currentThread().getId() == threadId;
    }

    @Override
    boolean anyThread() {
        return false;
    }

    @Override
    LockOwner identity() {
        return this;
    }

    @Override
    public String name() {
        Thread alive = thread.get();
        return alive == null ? initialName : nameOf(alive);
    }

    @Nullable Thread thread() {
        return thread.get();
    }

    @Override
    public String toString() {
        return name();
    }
}
