package dev.interlock.event;

import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.deadlock.OrderViolation;
import dev.interlock.optimistic.Operation;
import dev.interlock.optimistic.Rejection;
import java.time.Duration;
import java.time.Instant;

/** Something that happened to a lock. */
public sealed interface LockEvent {

    /** To which resource. */
    String resource();

    /** In which mode. */
    LockMode mode();

    /** The owner concerned. */
    LockOwner owner();

    /** When. */
    Instant at();

    /** A hold was granted, after this wait. */
    record Acquired(String resource, LockMode mode, LockOwner owner, Instant at, long fencingToken, Duration waited)
            implements LockEvent {}

    /** A hold was given back, after this time. */
    record Released(String resource, LockMode mode, LockOwner owner, Instant at, long fencingToken, Duration held)
            implements LockEvent {}

    /** An exclusive hold became a shared one; {@code mode} is the new mode. */
    record Downgraded(String resource, LockMode mode, LockOwner owner, Instant at, long fencingToken)
            implements LockEvent {}

    /** A request has to wait, in a queue that is now this long. */
    record Contended(String resource, LockMode mode, LockOwner owner, Instant at, int queueLength)
            implements LockEvent {}

    /** A request's deadline passed. */
    record TimedOut(String resource, LockMode mode, LockOwner owner, Instant at, Duration waited)
            implements LockEvent {}

    /** A waiting request was interrupted, cancelled, or turned away because the manager closed. */
    record Cancelled(String resource, LockMode mode, LockOwner owner, Instant at, Duration waited)
            implements LockEvent {}

    /** A request was refused because of a limit, because it went against the order of locks, or because a dependency was written. */
    record Refused(String resource, LockMode mode, LockOwner owner, Instant at, String why) implements LockEvent {}

    /** A hold's lease ran out. */
    record Expired(String resource, LockMode mode, LockOwner owner, Instant at, long fencingToken, Duration held)
            implements LockEvent {}

    /** A hold was lost, because this node lost its session with the store that keeps its leases. */
    record Lost(
            String resource, LockMode mode, LockOwner owner, Instant at, long fencingToken, Duration held, String why)
            implements LockEvent {}

    /** A hold was taken away. */
    record ForceReleased(
            String resource,
            LockMode mode,
            LockOwner owner,
            Instant at,
            long fencingToken,
            Duration held,
            String who,
            String why)
            implements LockEvent {}

    /** A holder was told that somebody of higher priority waits. */
    record PreemptionRequested(String resource, LockMode mode, LockOwner owner, Instant at, LockOwner waiter)
            implements LockEvent {}

    /** A request closed a cycle of waiting; owner and resource are those of that request. */
    record DeadlockDetected(String resource, LockMode mode, LockOwner owner, Instant at, DeadlockReport report)
            implements LockEvent {}

    /** A request went against the order in which such locks are taken; it may have been refused. */
    record NearMiss(String resource, LockMode mode, LockOwner owner, Instant at, OrderViolation violation)
            implements LockEvent {}

    /** A request has waited for longer than {@code longWait}; said once for each, with who is in its way in words. */
    record LongWait(String resource, LockMode mode, LockOwner owner, Instant at, Duration waiting, String blockedBy)
            implements LockEvent {}

    /** A hold has lasted for longer than {@code longWait}; said once for each. */
    record LongHold(String resource, LockMode mode, LockOwner owner, Instant at, long fencingToken, Duration held)
            implements LockEvent {}

    /** An operation was begun. */
    record OperationStarted(String resource, LockMode mode, LockOwner owner, Instant at, Operation operation)
            implements LockEvent {}

    /** Somebody else was faster than an operation, or is more important; {@code why} says who. */
    record OperationConflict(
            String resource, LockMode mode, LockOwner owner, Instant at, Operation operation, String why)
            implements LockEvent {}

    /** An operation is going to be tried again, after this time. */
    record OperationRetried(
            String resource, LockMode mode, LockOwner owner, Instant at, Operation operation, Duration after)
            implements LockEvent {}

    /** An operation came to its end without its change: turned away, out of retries, out of time, interrupted, or cancelled. */
    record OperationRejected(
            String resource,
            LockMode mode,
            LockOwner owner,
            Instant at,
            Operation operation,
            Rejection rejection,
            String why)
            implements LockEvent {}

    /** An operation came to its end: it made its change, or failed with an exception. */
    record OperationCompleted(String resource, LockMode mode, LockOwner owner, Instant at, Operation operation)
            implements LockEvent {}

    /** An operation that should have succeeded at all costs ran out of retries or of time. */
    record OperationAlert(String resource, LockMode mode, LockOwner owner, Instant at, Operation operation, String why)
            implements LockEvent {}
}
