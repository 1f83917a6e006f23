package dev.interlock.spring.actuate;

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

    /** The first of so many locks, in the order of {@link LockSearch.Result#first}. */
    record Locks(
            @Nullable String node,
            String backend,
            @Nullable String distributedBackend,
            int total,
            List<LockDescriptor> locks) {}

    /** What a forced release did. */
    record Released(String resource, String who, String reason, List<LockDescriptor.Holder> released) {}

    @ReadOperation
    Object locks(
            @Nullable String resource,
            @Nullable String owner,
            @Nullable String type,
            @Nullable String state,
            @Nullable Integer limit) {
        if (resource == null) {
            boolean held = isState("held", state);
            boolean contended = isState("contended", state);
            checkState(state, held || contended);
            return all(new LockSearch(type, owner, held, contended, Refusal.checkLimit(limit, MOST)));
        }
        if (Stream.of(owner, type, state, limit).anyMatch(filter -> filter != null)) {
            throw Refusal.badRequest("resource names one lock; leave owner, type, state and limit out");
        }
        return one(resource);
    }

    private Locks all(LockSearch wanted) {
        LockSearch.Result found = monitor.cluster().search(wanted);
        return new Locks(
                backends.node(),
                backends.backend(),
                backends.distributedBackend(),
                found.total(),
                found.first().stream().map(LockDescriptor::of).toList());
    }

    private LockDescriptor one(String resource) {
        return monitor.cluster()
                .status(Refusal.checkResource(resource))
                .map(LockDescriptor::of)
                .orElseThrow(() -> Refusal.notFound("nobody holds '" + resource + "' or waits for it"));
    }

    private static boolean isState(String state, @Nullable String asked) {
        return state.equalsIgnoreCase(asked);
    }

    private static void checkState(@Nullable String asked, boolean known) {
        if (asked != null && !known) {
            throw Refusal.badRequest("'" + asked + "' is not a state of locks; use held or contended");
        }
    }

    private boolean isHeld(String resource) {
        return monitor.cluster().status(resource).filter(LockStatus::held).isPresent();
    }

    @DeleteOperation
    Released release(String resource, @Nullable String reason) {
        return release(null, resource, reason);
    }

    Released release(@Nullable String principal, @Nullable String resource, @Nullable String reason) {
        String named = Refusal.checkResource(resource);
        String who = LockAudit.who(principal);
        String why = reason == null || reason.isBlank() ? NO_REASON : reason;
        List<LockHolder> evicted = isHeld(named) ? monitor.forceRelease(named, who, why) : List.of();
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
}
