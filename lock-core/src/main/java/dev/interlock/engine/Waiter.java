package dev.interlock.engine;

import dev.interlock.deadlock.DeadlockReport;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request in a queue. Everything but {@link #state} is guarded by the mutex of its {@link WaitQueue}. */
abstract sealed class Waiter permits SyncWaiter, AsyncWaiter {

    /** Where a waiter stands. It leaves {@code WAITING} once, under the mutex. */
    enum State {
        WAITING,
        GRANTED,
        /** Its deadline passed, it was interrupted or cancelled: whoever removed it knows which. */
        WITHDRAWN,
        /** Its owner has come to read the resource by another request, so that this one would be an upgrade. */
        UPGRADE,
        /** The victim of a deadlock. */
        VICTIM,
        /** The manager closed. */
        CLOSED
    }

    final WaitQueue queue;
    final Owner owner;
    final Options options;
    final int priority;
    final long arrived;
    /** Smaller goes first: the time of arrival, moved back by what the priority is worth. */
    long rank;
    /** Where the request was made and by whom, for whoever holds later. */
    final @Nullable Details details;

    @Nullable Waiter ahead;

    @Nullable Waiter behind;

    long number;
    /** Whether its priority brought it before others when it joined. */
    boolean wentAhead;
    /** Whether it stands in the queue's lists. */
    boolean listed;

    private volatile State state = State.WAITING;
    private @Nullable Hold hold;
    private @Nullable DeadlockReport report;

    Waiter(WaitQueue queue, Owner owner, Options options, @Nullable Details details, long now) {
        LockType type = queue.lock.type;
        this.queue = queue;
        this.owner = owner;
        this.options = options;
        this.details = details;
        this.priority = options.priority(type);
        this.arrived = now;
        this.rank = now - priority * type.engine.settings.ageing();
    }

    /** Passes on that the state has left {@code WAITING}; called without the mutex. */
    abstract void tell();

    State state() {
        return state;
    }

    boolean isWaiting() {
        return state == State.WAITING;
    }

    void granted(Hold granted) {
        hold = granted;
    }

    void chosenAsVictim(DeadlockReport deadlock) {
        report = deadlock;
    }

    void settle(State newState) {
        state = newState;
    }

    /** The hold, once granted. */
    Hold hold() {
        return Objects.requireNonNull(hold);
    }

    /** The deadlock it was chosen for. */
    DeadlockReport report() {
        return Objects.requireNonNull(report);
    }

    /** The thread that waits, if one does. */
    abstract @Nullable Thread thread();

    boolean conflictsWith(Waiter other) {
        return owner != other.owner && (options.write || other.options.write);
    }

    boolean conflictsWith(Hold other) {
        return other.isOwned() && owner != other.owner && (options.write || other.isWrite());
    }
}
