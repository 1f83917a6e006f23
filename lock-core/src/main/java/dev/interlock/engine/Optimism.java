package dev.interlock.engine;

import dev.interlock.LockClosedException;
import dev.interlock.LockLimitException;
import dev.interlock.LockOwner;
import dev.interlock.LockedAction;
import dev.interlock.optimistic.Operations;
import dev.interlock.optimistic.OptimisticLocks;
import dev.interlock.optimistic.OptimisticRequest;
import dev.interlock.optimistic.VersionStamp;
import java.util.Objects;
import java.util.Optional;

/** Optimistic changes on one backend of a manager. */
final class Optimism implements OptimisticLocks {

    private final Engine engine;
    private final Stamps stamps;

    Optimism(Engine engine, Stamps stamps) {
        this.engine = engine;
        this.stamps = stamps;
    }

    @Override
    public VersionStamp stamp(String resource) {
        check(engine, resource);
        return stamps.await(
                resource, owner(), engine.operations.ofThread(), engine.clock.now() + engine.settings.readTimeout());
    }

    private LockOwner owner() {
        return engine.owners.current().identity();
    }

    @Override
    public <E extends Exception> Optional<VersionStamp> commit(VersionStamp stamp, LockedAction<E> change) throws E {
        Objects.requireNonNull(stamp, "the stamp is null");
        Objects.requireNonNull(change, "the change is null");
        check(engine, stamp.resource());
        LiveOperation within = engine.operations.ofThread();
        OptimisticCall.refuseOverwritten("a commit", stamps, stamp.resource(), within);
        StampChange step = stamps.begin(stamp, owner(), within, Thread.currentThread());
        if (step == null) {
            return Optional.empty();
        }
        try (step) {
            change.run();
        }
        return Optional.of(step.next());
    }

    @Override
    public OptimisticRequest on(String resource) {
        return OptimisticCall.on(engine, stamps, check(engine, resource));
    }

    private static String check(Engine engine, String resource) {
        Objects.requireNonNull(resource, "the resource is null");
        Checks.name(resource);
        int most = engine.settings.maxResourceLength();
        if (resource.length() > most) {
            throw new LockLimitException(
                    "a resource name of " + resource.length() + " characters is too long: '"
                            + resource.substring(0, Math.min(40, most)) + "…'; the limit is " + most
                            + ", set by maxResourceLength",
                    null,
                    null);
        }
        if (engine.isClosed()) {
            throw new LockClosedException(
                    "'" + resource + "' cannot be changed: the lock manager of node '" + engine.settings.node()
                            + "' is closed",
                    null,
                    null);
        }
        return resource;
    }

    @Override
    public Operations operations() {
        return engine.operations;
    }
}
