package dev.interlock.spring.actuate;

import dev.interlock.LockStoreException;
import dev.interlock.monitor.LockCounts;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockMonitor;
import dev.interlock.monitor.LockSearch;
import dev.interlock.monitor.LockStatus;
import java.util.ArrayList;
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
    private static final int MOST_PEOPLE = 100;

    private final LockMonitor monitor;
    private final Backends backends;
    private final LockAudit audit;

    LocksEndpoint(LockMonitor monitor, Backends backends, LockAudit audit) {
        this.monitor = monitor;
        this.backends = backends;
        this.audit = audit;
    }

    /**
     * The first of so many locks, in the order of {@link LockSearch.Result#first}.
     *
     * @param total how many locks were found
     * @param held how many hold them
     * @param waiting how many wait for them
     * @param contentions how often somebody had to wait on this node since the start
     * @param timeouts how often somebody gave up waiting
     * @param incomplete what is missing, if a store does not answer
     */
    record Locks(
            @Nullable String node,
            String backend,
            @Nullable String distributedBackend,
            int total,
            int held,
            int waiting,
            long contentions,
            long timeouts,
            List<LockDescriptor> locks,
            @Nullable String incomplete) {}

    /** One lock; those of the same name that reach further, or less far; what is missing, if a store does not answer. */
    record One(
            String resource,
            String type,
            String scope,
            List<LockDescriptor.Holder> holders,
            List<LockDescriptor.Waiter> waiters,
            int moreWaiters,
            List<LockDescriptor> others,
            @Nullable String incomplete) {

        /** All holders are named, for whoever wants to take it from them. */
        static One of(List<LockStatus> statuses, int waiters, @Nullable String incomplete) {
            List<LockDescriptor> all = statuses.stream()
                    .map(each -> LockDescriptor.of(each, Integer.MAX_VALUE, waiters))
                    .toList();
            LockDescriptor lock = all.get(0);
            return new One(
                    lock.resource(),
                    lock.type(),
                    lock.scope(),
                    lock.holders(),
                    lock.waiters(),
                    lock.moreWaiters(),
                    all.subList(1, all.size()),
                    incomplete);
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
            @Nullable Integer limit,
            @Nullable Integer people) {
        int shown = Refusal.checkLimit("people", people, MOST_PEOPLE);
        if (resource == null) {
            boolean held = isState("held", state);
            boolean contended = isState("contended", state);
            checkState(state, held || contended);
            return all(
                    new LockSearch(type, owner, held, contended, Refusal.checkLimit("limit", limit, MOST)),
                    new LockFilter(text, node),
                    shown);
        }
        if (Stream.of(owner, type, state, node, text, limit).anyMatch(filter -> filter != null)) {
            throw Refusal.badRequest("resource names one lock; leave owner, type, state, node, text and limit out");
        }
        return one(Refusal.checkResource(resource), shown);
    }

    private Locks all(LockSearch wanted, LockFilter filter, int people) {
        try {
            return locks(filter.search(wanted, monitor.cluster().recent()::search), people, null);
        } catch (LockStoreException failure) {
            return locks(filter.search(wanted, monitor::search), people, Refusal.missing(failure));
        }
    }

    private Locks locks(LockSearch.Result found, int people, @Nullable String incomplete) {
        LockCounts counts = monitor.count();
        return new Locks(
                backends.node(),
                backends.backend(),
                backends.distributedBackend(),
                found.total(),
                found.holders(),
                found.waiters(),
                counts.contentions(),
                counts.timeouts(),
                found.first().stream()
                        .map(each -> LockDescriptor.of(each, people, people))
                        .toList(),
                incomplete);
    }

    private One one(String resource, int people) {
        try {
            List<LockStatus> found = monitor.cluster().statuses(resource);
            if (found.isEmpty()) {
                throw Refusal.notFound("nobody holds '" + resource + "' or waits for it");
            }
            return One.of(found, people, null);
        } catch (LockStoreException failure) {
            List<LockStatus> here = monitor.statuses(resource);
            if (here.isEmpty()) {
                throw Refusal.unavailable(
                        "nobody of this node holds '" + resource + "' or waits for it, and " + failure.getMessage());
            }
            return One.of(here, people, Refusal.missing(failure));
        }
    }

    private static boolean isState(String state, @Nullable String asked) {
        return state.equalsIgnoreCase(asked);
    }

    private static void checkState(@Nullable String asked, boolean known) {
        if (asked != null && !known) {
            throw Refusal.badRequest("'" + asked + "' is not a state of locks; use held or contended");
        }
    }

    // --- force -----------------------------------------------------------------------------------------------------

    @DeleteOperation
    Released release(String resource, @Nullable String reason, @Nullable String token, @Nullable String owner) {
        return releaseFor(null, resource, reason, SeenHolders.of(token, owner));
    }

    Released releaseFor(
            @Nullable String principal, @Nullable String resource, @Nullable String reason, SeenHolders seen) {
        String named = Refusal.checkResource(resource);
        String who = LockAudit.who(principal);
        String why = reason == null || reason.isBlank() ? NO_REASON : reason;
        List<LockHolder> evicted = evicted(named, seen, who, why);
        if (evicted.isEmpty()) {
            throw Refusal.notFound("nobody holds '" + named + "'");
        }
        audit.endpointReleased(evicted, who, why);
        return new Released(named, who, why, described(evicted, named));
    }

    private List<LockHolder> evicted(String resource, SeenHolders seen, String who, String why) {
        List<LockHolder> here = monitor.holders(resource);
        try {
            List<LockHolder> present = holders(resource, here);
            seen.check(resource, present);
            return present.isEmpty() ? present : monitor.forceRelease(resource, seen::include, who, why);
        } catch (LockStoreException failure) {
            List<LockHolder> taken = here.stream().filter(seen::include).toList();
            audit.endpointReleased(taken, who, why);
            throw Refusal.unavailable(String.valueOf(failure.getMessage()), described(taken, resource));
        }
    }

    private static List<LockDescriptor.Holder> described(List<LockHolder> holders, String resource) {
        return holders.stream()
                .map(each -> LockDescriptor.Holder.of(each, resource))
                .toList();
    }

    /** What this node holds can be taken away whether or not the store answers. */
    private List<LockHolder> holders(String resource, List<LockHolder> here) {
        List<LockHolder> all = new ArrayList<>(here);
        try {
            monitor.cluster().statuses(resource).stream()
                    .flatMap(status -> status.holders().stream())
                    .filter(each -> !each.node().equals(monitor.node()))
                    .forEach(all::add);
        } catch (LockStoreException failure) {
            if (here.isEmpty()) {
                throw failure;
            }
        }
        return all;
    }
}
