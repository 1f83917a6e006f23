package dev.interlock;

import dev.interlock.entity.ResourceDependencies;
import dev.interlock.monitor.LockMonitor;
import dev.interlock.optimistic.Operations;
import dev.interlock.optimistic.OptimisticLocks;
import java.util.Collection;
import java.util.concurrent.locks.ReadWriteLock;

/**
 * Names resources and locks them. Thread-safe; an application usually has one.
 *
 * <pre>{@code
 * LockManager locks = InterlockManager.builder().build();
 * try (LockHandle held = locks.write("account:42").timeout(Duration.ofSeconds(5)).acquire()) {
 *     // alone with account 42
 * }
 * }</pre>
 *
 * <p>A resource is any non-blank string within the configured length, compared exactly. The part before its first
 * {@code ':'} is its <em>type</em>: settings, statistics and metrics go by type.
 */
public interface LockManager extends AutoCloseable {

    /** A request for a shared hold. */
    LockRequest read(String resource);

    /** A request for a shared hold on {@code type:id}. */
    default LockRequest read(String type, Object id) {
        return read(ResourceNames.of(type, id));
    }

    /** A request for an exclusive hold. */
    LockRequest write(String resource);

    /** A request for an exclusive hold on {@code type:id}. */
    default LockRequest write(String type, Object id) {
        return write(ResourceNames.of(type, id));
    }

    /**
     * A request for an exclusive hold on the backend that reaches other processes. A manager without such a backend
     * refuses, unless it was built with {@code distributedLocally(true)}.
     */
    LockRequest distributed(String resource);

    /** A request for an exclusive hold on {@code type:id} on the backend that reaches other processes. */
    default LockRequest distributed(String type, Object id) {
        return distributed(ResourceNames.of(type, id));
    }

    /** A request for a shared hold on the backend that reaches other processes; refused as {@link #distributed} is. */
    LockRequest distributedRead(String resource);

    /** Several locks, all or nothing: see {@link MultiLock}. */
    MultiLock all(LockRequest... requests);

    /** Several locks, all or nothing: see {@link MultiLock}. */
    MultiLock all(Collection<? extends LockRequest> requests);

    /**
     * The resource as a {@code java.util.concurrent} lock pair. Holds belong to the calling thread; {@code lock()} waits
     * without a time limit and uninterruptibly; conditions are supported on the write lock.
     */
    ReadWriteLock readWriteLock(String resource);

    /** What depends on what: declared here, and looked at by requests that {@linkplain LockRequest#checkDependencies() ask for it}. */
    ResourceDependencies dependencies();

    /** Changes without a lock, by version stamps: see {@link OptimisticLocks}. */
    OptimisticLocks optimistic();

    /** The same on the backend that reaches other processes; refused as {@link #distributed} is. */
    OptimisticLocks distributedOptimistic();

    /** The optimistic operations, on whichever backend; there are none where the backends keep no version stamps. */
    Operations operations();

    /** Who holds, who waits, and what has happened. */
    LockMonitor monitor();

    /** Whether it has been closed, and so gives out no more locks. */
    boolean isClosed();

    /**
     * Ends the manager: new requests are refused, waiters are told, holders get the configured drain time to finish.
     * Handles that are still held afterwards may be closed as usual.
     */
    @Override
    void close();
}
