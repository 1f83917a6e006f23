package dev.interlock.spring.actuate;

import dev.interlock.LockStoreException;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockMonitor;
import dev.interlock.monitor.LockSearch;
import dev.interlock.monitor.LockStatus;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** Who holds, who waits, and the emergency release. */
@Endpoint(id = "locks", defaultAccess = Access.READ_ONLY)
final class LocksEndpoint {

    private static final String NO_REASON = "no reason given";
    private static final int MOST = 100;

    private final LockMonitor monitor;
    private final Backends backends;
    private final LockAudit audit;

    LocksEndpoint(LockMonitor monitor, Backends backends, LockAudit audit) {
        this.monitor = monitor;
        this.backends = backends;
        this.audit = audit;
    }

    /** The first of so many locks, in the order of {@link LockSearch.Result#first}; what is missing, if a store does not answer. */
    record Locks(
            @Nullable String node,
            String backend,
            @Nullable String distributedBackend,
            int total,
            List<LockDescriptor> locks,
            @Nullable String incomplete) {}

    /** One lock; what is missing, if a store does not answer. */
    record One(
            String resource,
            String type,
            String scope,
            List<LockDescriptor.Holder> holders,
            List<LockDescriptor.Waiter> waiters,
            @Nullable String incomplete) {

        static One of(LockStatus status, @Nullable String incomplete) {
            LockDescriptor lock = LockDescriptor.of(status);
            return new One(lock.resource(), lock.type(), lock.scope(), lock.holders(), lock.waiters(), incomplete);
        }
    }

    /** What a forced release did. */
    record Released(String resource, String who, String reason, List<LockDescriptor.Holder> released) {}

    @ReadOperation
    Object locks(
            @Nullable String resource,
            @Nullable String owner,
            @Nullable String type,
            @Nullable String state,
            @Nullable String node,
            @Nullable String text,
            @Nullable Integer limit) {
        if (resource == null) {
            boolean held = isState("held", state);
            boolean contended = isState("contended", state);
            checkState(state, held || contended);
            return all(
                    new LockSearch(type, owner, held, contended, Refusal.checkLimit(limit, MOST)),
                    new LockFilter(text, node));
        }
        if (Stream.of(owner, type, state, node, text, limit).anyMatch(filter -> filter != null)) {
            throw Refusal.badRequest("resource names one lock; leave owner, type, state, node, text and limit out");
        }
        return one(resource);
    }

    private Locks all(LockSearch wanted, LockFilter filter) {
        try {
            return locks(filter.search(wanted, monitor.cluster()::search), null);
        } catch (LockStoreException failure) {
            return locks(filter.search(wanted, monitor::search), missing(failure));
        }
    }

    private Locks locks(LockSearch.Result found, @Nullable String incomplete) {
        return new Locks(
                backends.node(),
                backends.backend(),
                backends.distributedBackend(),
                found.total(),
                found.first().stream().map(LockDescriptor::of).toList(),
                incomplete);
    }

    private One one(String resource) {
        Refusal.checkResource(resource);
        try {
            return monitor.cluster()
                    .status(resource)
                    .map(status -> One.of(status, null))
                    .orElseThrow(() -> Refusal.notFound("nobody holds '" + resource + "' or waits for it"));
        } catch (LockStoreException failure) {
            return monitor.status(resource)
                    .map(status -> One.of(status, missing(failure)))
                    .orElseThrow(() -> Refusal.unavailable(
                            "nobody of this node holds '" + resource + "' or waits for it, and " + said(failure)));
        }
    }

    private static String missing(LockStoreException failure) {
        return "this node only: " + said(failure);
    }

    private static String said(LockStoreException failure) {
        return String.valueOf(failure.getMessage());
    }

    private static boolean isState(String state, @Nullable String asked) {
        return state.equalsIgnoreCase(asked);
    }

    private static void checkState(@Nullable String asked, boolean known) {
        if (asked != null && !known) {
            throw Refusal.badRequest("'" + asked + "' is not a state of locks; use held or contended");
        }
    }

    /** What this node holds can be taken away whether or not the store answers. */
    private boolean isHeld(String resource) {
        return monitor.isLocked(resource)
                || monitor.cluster().status(resource).filter(LockStatus::held).isPresent();
    }

    @DeleteOperation
    Released release(String resource, @Nullable String reason) {
        return release(null, resource, reason);
    }

    Released release(@Nullable String principal, @Nullable String resource, @Nullable String reason) {
        String named = Refusal.checkResource(resource);
        String who = LockAudit.who(principal);
        String why = reason == null || reason.isBlank() ? NO_REASON : reason;
        List<LockHolder> evicted = evicted(named, who, why);
        if (evicted.isEmpty()) {
            throw Refusal.notFound("nobody holds '" + named + "'");
        }
        audit.endpointReleased(evicted, who, why);
        return new Released(
                named,
                who,
                why,
                evicted.stream()
                        .map(each -> LockDescriptor.Holder.of(each, named))
                        .toList());
    }

    private List<LockHolder> evicted(String resource, String who, String why) {
        try {
            return isHeld(resource) ? monitor.forceRelease(resource, who, why) : List.of();
        } catch (LockStoreException failure) {
            throw Refusal.unavailable(said(failure));
        }
    }
}
