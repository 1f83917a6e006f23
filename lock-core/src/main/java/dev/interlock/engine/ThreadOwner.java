package dev.interlock.engine;

import dev.interlock.LockOwner;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A thread as an owner. What the thread does itself is counted without atomics; what others do in its name — a handle
 * closed elsewhere, a lease run out — goes into a second counter. Of what others take in its name only the first hold is
 * noted, and of what they let go nothing: marks are a hint.
 */
final class ThreadOwner extends Owner implements LockOwner {

    /** So many nested holds are noted; the oldest make room. */
    private static final int MOST_NESTED = 64;

    private static final long[] NO_MARKS = {};
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
    /** The hold that was taken while there was no other. */
    private long first;
    /** Those taken on top of it, by the thread itself. */
    private long[] nested = NO_MARKS;

    private int depth;

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

    @Override
    boolean holdsNothingElse() {
        return isCurrent() && taken() <= 1;
    }

    // --- what it holds ---------------------------------------------------------------------------------------------

    @Override
    void took(Hold hold, int taken) {
        if (taken <= 1) {
            first = hold.mark();
            depth = 0;
        } else if (isCurrent()) {
            push(hold.mark());
        }
    }

    private void push(long mark) {
        if (depth == MOST_NESTED) {
            strikeOut(0);
        } else if (depth == nested.length) {
            nested = Arrays.copyOf(nested, Math.max(4, 2 * depth));
        }
        nested[depth++] = mark;
    }

    @Override
    void letGo(Hold hold) {
        if (!isCurrent()) {
            ELSEWHERE.getAndAdd(this, -1);
        } else if (--here > 0) {
            forget(hold.mark());
        }
    }

    @Override
    void forget(long mark) {
        if (!isCurrent()) {
            return;
        }
        int at = depth - 1;
        while (at >= 0 && nested[at] != mark) {
            at--;
        }
        if (at >= 0) {
            strikeOut(at);
        } else if (first == mark) {
            first = Mark.NONE;
        }
    }

    private void strikeOut(int at) {
        depth--;
        System.arraycopy(nested, at + 1, nested, at, depth - at);
    }

    @Override
    int marks() {
        return 1 + depth;
    }

    @Override
    long mark(int index) {
        long[] present = nested;
        if (index == 0) {
            return first;
        }
        return index <= present.length ? present[index - 1] : Mark.NONE;
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
