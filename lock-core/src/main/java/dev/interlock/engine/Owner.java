package dev.interlock.engine;

import dev.interlock.LockOwner;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the engine knows of an owner while it holds or waits: how much it has taken, and what it waits for. Within a
 * manager there is one such object for each owner, so owners are compared by identity.
 */
abstract sealed class Owner permits ThreadOwner, SharedOwner, Nobody {

    private static final Waiter[] NOTHING = {};
    private static final VarHandle WAITS;
    private static final VarHandle NUMBER;

    static {
        try {
            WAITS = MethodHandles.lookup().findVarHandle(Owner.class, "waits", Waiter[].class);
            NUMBER = MethodHandles.lookup().findVarHandle(Owner.class, "number", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("FieldMayBeFinal")
    private volatile Waiter[] waits = NOTHING;

    @SuppressWarnings("unused") // through NUMBER
    private volatile int number;

    /** Who it is to the outside. */
    abstract LockOwner identity();

    /** Holds, and requests under way. */
    abstract int taken();

    /** Whether a request under way is certainly all that it has taken. */
    abstract boolean holdsNothingElse();

    /** Takes one thing more. */
    abstract void enter();

    /** A hold has ended, or a request has come to nothing. */
    abstract void leave();

    /**
     * Notes what has been granted.
     *
     * @param taken as much as has been taken
     */
    abstract void took(Hold hold, int taken);

    /** A hold has ended, so that it has taken one thing less; strikes out what was noted of it, where others remain. */
    abstract void letGo(Hold hold);

    /** Strikes out what was noted of a hold that has ended somewhere else. */
    abstract void forget(long mark);

    /** How many notes there are, those that are out of date and {@link Mark#NONE} included. */
    abstract int marks();

    /** A note; the first is at 0. */
    abstract long mark(int index);

    /** Whether holds of this owner must note by which thread they were acquired. */
    abstract boolean anyThread();

    Waiter[] waits() {
        return waits;
    }

    boolean isWaiting() {
        return waits != NOTHING;
    }

    /** Tells it from all other owners, whatever their names; given when it is first asked for. */
    int number(AtomicInteger latest) {
        if (number == 0) {
            NUMBER.compareAndSet(this, 0, latest.incrementAndGet());
        }
        return number;
    }

    /** Answers how many waits there are now. */
    int beginWait(Waiter waiter) {
        for (; ; ) {
            Waiter[] before = waits;
            Waiter[] after = new Waiter[before.length + 1];
            System.arraycopy(before, 0, after, 0, before.length);
            after[before.length] = waiter;
            if (WAITS.compareAndSet(this, before, after)) {
                return after.length;
            }
        }
    }

    /** Answers how many waits remain. */
    int endWait(Waiter waiter) {
        for (; ; ) {
            Waiter[] before = waits;
            Waiter[] after = without(before, waiter);
            if (WAITS.compareAndSet(this, before, after)) {
                return after.length;
            }
        }
    }

    private static Waiter[] without(Waiter[] waits, Waiter gone) {
        Waiter[] rest = Arrays.stream(waits).filter(each -> each != gone).toArray(Waiter[]::new);
        return rest.length == 0 ? NOTHING : rest;
    }

    @Override
    public String toString() {
        return identity().name();
    }
}
