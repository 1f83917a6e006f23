package dev.interlock.testkit;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.event.LockEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** A node of a cluster in a test: a manager, what goes wrong between it and its store, and what has happened on it. */
record TestNode(String name, LockManager locks, StoreFaults faults, Queue<LockEvent> events) {

    static final Duration LONG = Duration.ofMinutes(10);

    LockRequest write(String resource, String owner) {
        return locks.write(resource).owner(LockOwner.named(owner)).timeout(LONG);
    }

    LockRequest read(String resource, String owner) {
        return locks.read(resource).owner(LockOwner.named(owner)).timeout(LONG);
    }

    /** Somebody on this node. */
    LockRequest write(String resource) {
        return write(resource, name);
    }

    /** Somebody on this node. */
    LockRequest read(String resource) {
        return read(resource, name);
    }

    Optional<LockHandle> tryWrite(String resource) {
        return write(resource, "trying on " + name).tryAcquire();
    }

    Optional<LockHandle> tryRead(String resource) {
        return read(resource, "trying on " + name).tryAcquire();
    }

    /** How many wait for this resource on this node. */
    int queued(String resource) {
        return locks.monitor()
                .status(resource)
                .map(status -> status.waiters().size())
                .orElse(0);
    }

    <E extends LockEvent> List<E> heard(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public String toString() {
        return name;
    }
}
