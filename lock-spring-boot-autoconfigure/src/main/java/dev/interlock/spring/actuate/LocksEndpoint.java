package dev.interlock.spring.actuate;

import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockMonitor;
import dev.interlock.monitor.LockStatus;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
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

    private final LockMonitor monitor;
    private final Backends backends;
    private final LockAudit audit;

    LocksEndpoint(LockMonitor monitor, Backends backends, LockAudit audit) {
        this.monitor = monitor;
        this.backends = backends;
        this.audit = audit;
    }

    /** All locks, or what is known of them. */
    record Locks(
            @Nullable String node, String backend, @Nullable String distributedBackend, List<LockDescriptor> locks) {}

    /** What a forced release did. */
    record Released(String resource, String who, String reason, List<LockDescriptor.Holder> released) {}

    @ReadOperation
    Object locks(@Nullable String resource, @Nullable String owner, @Nullable String type, @Nullable String state) {
        if (resource == null) {
            return all(owner, type, state);
        }
        if (Stream.of(owner, type, state).anyMatch(filter -> filter != null)) {
            throw Refusal.badRequest("resource names one lock; leave owner, type and state out");
        }
        return one(resource);
    }

    private Locks all(@Nullable String owner, @Nullable String type, @Nullable String state) {
        Predicate<LockStatus> wanted = ownedBy(owner).and(ofType(type)).and(in(state));
        List<LockDescriptor> found =
                monitor.statuses().stream().filter(wanted).map(this::describe).toList();
        return new Locks(backends.node(), backends.backend(), backends.distributedBackend(), found);
    }

    private LockDescriptor one(String resource) {
        return monitor.status(Refusal.checkResource(resource))
                .map(this::describe)
                .orElseThrow(() -> Refusal.notFound("nobody holds '" + resource + "' or waits for it"));
    }

    private LockDescriptor describe(LockStatus status) {
        return LockDescriptor.of(status, backends.scope());
    }

    private static Predicate<LockStatus> ownedBy(@Nullable String owner) {
        return status -> owner == null
                || status.holders().stream()
                        .anyMatch(each -> each.owner().name().equals(owner))
                || status.waiters().stream()
                        .anyMatch(each -> each.owner().name().equals(owner));
    }

    private static Predicate<LockStatus> ofType(@Nullable String type) {
        return status -> type == null || status.type().equals(type);
    }

    private static Predicate<LockStatus> in(@Nullable String state) {
        return switch (state == null ? "" : state.toLowerCase(Locale.ROOT)) {
            case "held" -> LockStatus::held;
            case "contended" -> LockStatus::contended;
            default -> {
                if (state != null) {
                    throw Refusal.badRequest("'" + state + "' is not a state of locks; use held or contended");
                }
                yield status -> true;
            }
        };
    }

    @DeleteOperation
    Released release(String resource, @Nullable String reason) {
        return release(null, resource, reason);
    }

    Released release(@Nullable String principal, @Nullable String resource, @Nullable String reason) {
        String named = Refusal.checkResource(resource);
        String who = LockAudit.who(principal);
        String why = reason == null || reason.isBlank() ? NO_REASON : reason;
        List<LockHolder> evicted = monitor.isLocked(named) ? monitor.forceRelease(named, who, why) : List.of();
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
