package dev.interlock.engine;

import dev.interlock.LockOwner;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/** An owner that the application names; any thread may act for it. Forgotten when it holds and wants nothing. */
final class SharedOwner extends Owner {

    /** So many nested holds are noted; the oldest make room. */
    private static final int MOST_NESTED = 64;

    private static final long[] NO_MARKS = {};
    private static final VarHandle NESTED;

    static {
        try {
            NESTED = MethodHandles.lookup().findVarHandle(SharedOwner.class, "nested", long[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Owners realm;
    private final LockOwner identity;
    /** Written only while the realm's map has this owner's bin locked. */
    private volatile int taken;
    /** The hold that was taken while there was no other; racy, for marks are a hint. */
    private long first;
    /** Those taken on top of it. */
    private volatile long[] nested = NO_MARKS;

    SharedOwner(LockOwner identity, Owners realm) {
        this.identity = identity;
        this.realm = realm;
    }

    SharedOwner change(int by) {
        int before = taken;
        taken = before + by;
        return this;
    }

    @Override
    void enter() {
        realm.enter(identity);
    }

    @Override
    void leave() {
        realm.leave(this);
    }

    @Override
    int taken() {
        return taken;
    }

    @Override
    boolean holdsNothingElse() {
        return taken <= 1;
    }

    @Override
    void took(Hold hold, int takenNow) {
        long mark = hold.mark();
        if (takenNow <= 1) {
            first = mark;
            if (nested != NO_MARKS) {
                nested = NO_MARKS;
            }
            return;
        }
        for (; ; ) {
            long[] before = nested;
            int from = before.length == MOST_NESTED ? 1 : 0;
            long[] after = Arrays.copyOfRange(before, from, before.length + 1);
            after[after.length - 1] = mark;
            if (NESTED.compareAndSet(this, before, after)) {
                return;
            }
        }
    }

    @Override
    void letGo(Hold hold) {
        if (taken > 1) {
            forget(hold.mark());
        }
        leave();
    }

    @Override
    void forget(long mark) {
        for (; ; ) {
            long[] before = nested;
            int at = before.length - 1;
            while (at >= 0 && before[at] != mark) {
                at--;
            }
            if (at < 0) {
                first = first == mark ? Mark.NONE : first;
                return;
            }
            long[] after = new long[before.length - 1];
            System.arraycopy(before, 0, after, 0, at);
            System.arraycopy(before, at + 1, after, at, after.length - at);
            if (NESTED.compareAndSet(this, before, after)) {
                return;
            }
        }
    }

    @Override
    int marks() {
        return 1 + nested.length;
    }

    @Override
    long mark(int index) {
        long[] present = nested;
        if (index == 0) {
            return first;
        }
        return index <= present.length ? present[index - 1] : Mark.NONE;
    }

    @Override
    boolean anyThread() {
        return true;
    }

    @Override
    LockOwner identity() {
        return identity;
    }
}
