package dev.interlock.engine;

import dev.interlock.engine.NodeReport.Awaited;
import dev.interlock.engine.NodeReport.Held;
import dev.interlock.monitor.ClusterDeadlock;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockWaiter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the reports of this node for one store. One at a time: whoever makes one holds the lock of heartbeats. */
final class NodePublisher {

    private static final Logger log = LoggerFactory.getLogger(NodePublisher.class);

    /** More than anybody reads; the record of a session stays small. */
    private static final int MOST = 500;
    /** So many that may be part of a circle are told in any case. */
    private static final int MOST_TANGLED = 5000;
    /** So many deadlocks are told of, and for so long after they were found. */
    private static final int MOST_DEADLOCKS = 10;

    private static final Duration TOLD_FOR = Duration.ofMinutes(1);

    private final Leases leases;
    private long number;
    private long heard;
    private boolean cut;
    /** When holds and waits that were reported began, in store time: said once, and for ever, for its estimate wavers. */
    private Map<String, Instant> begun = Map.of();

    NodePublisher(Leases leases) {
        this.leases = leases;
    }

    /** A report, and its text. */
    record Publication(NodeReport report, String text) {}

    /** What is said now, if anything can be. */
    @Nullable Publication next(String session) {
        Instant now = leases.storeTimeRoughly();
        if (now == null) {
            return null;
        }
        try {
            Making making = new Making(now);
            NodeReport report = making.report(session);
            begun = making.times;
            sayWhetherCut(making.cut);
            return new Publication(report, NodeReportText.write(report));
        } catch (RuntimeException failure) {
            // an owner whose name cannot be told, for one
            log.debug("what is held here could not be told to other nodes", failure);
            return null;
        }
    }

    private void sayWhetherCut(boolean now) {
        if (now && !cut) {
            log.warn(
                    "so many wait on node '{}' who hold something too that not all can be told to others: a deadlock through"
                            + " several nodes may stay unseen",
                    leases.engine.settings.node());
        }
        cut = now;
    }

    /** The store has this report. */
    void heard(NodeReport report) {
        heard = Math.max(heard, report.number());
    }

    /** The identity by which a wait is known to other nodes. */
    static String id(Waiter waiter) {
        return waiter.number + "@" + waiter.arrived;
    }

    private static String id(Hold hold) {
        return hold.token() + "@" + hold.acquiredNanos();
    }

    /** One report on its way. */
    private final class Making {

        private final Instant now;
        private final long nanos = leases.engine.clock.now();
        private final long least = leases.settings.publishAfter();
        private final Map<String, Instant> times = new HashMap<>();
        /** Those that may be part of a circle come before those that are only to be seen. */
        private final List<Held> holds = new ArrayList<>();

        private final List<Held> otherHolds = new ArrayList<>();
        private final List<Awaited> waits = new ArrayList<>();
        private final List<Awaited> otherWaits = new ArrayList<>();
        private boolean cut;

        Making(Instant now) {
            this.now = now;
        }

        /** Only those with waits are numbered, so that nothing new is written where nothing is. */
        NodeReport report(String session) {
            leases.engine.locks().forEach(this::add);
            if (!waits.isEmpty() || !otherWaits.isEmpty()) {
                number++;
            }
            return new NodeReport(
                    session,
                    leases.engine.settings.node(),
                    number,
                    heard,
                    leases.engine.settings.deadlockPolicy(),
                    both(holds, otherHolds),
                    both(waits, otherWaits),
                    deadlocks());
        }

        private static <T> List<T> both(List<T> first, List<T> then) {
            first.addAll(then.subList(0, Math.max(0, Math.min(then.size(), MOST - first.size()))));
            return first;
        }

        /** Whether there is room for one more; nothing is described in vain. */
        private boolean isRoomIn(List<?> list, int most) {
            if (list.size() >= most) {
                cut |= most == MOST_TANGLED;
                return false;
            }
            return true;
        }

        private List<ClusterDeadlock> deadlocks() {
            Instant from = leases.engine.clock.instant().minus(TOLD_FOR);
            List<ClusterDeadlock> told = leases.engine.deadlocks.found().stream()
                    .filter(each ->
                            each.standing() || each.report().detectedAt().isAfter(from))
                    .toList();
            return told.subList(Math.max(0, told.size() - MOST_DEADLOCKS), told.size());
        }

        private void add(LocalLock lock) {
            boolean everywhere = lock.keeper != null && lock.keeper.isOf(leases);
            if (lock.queueLength() > 0) {
                int position = 0;
                for (Waiter each : lock.waiting()) {
                    add(each, ++position, everywhere);
                }
            }
            if (lock.hasHolders()) {
                lock.holds().forEach(each -> add(each, everywhere));
            }
        }

        private void add(Waiter waiter, int position, boolean everywhere) {
            if (nanos - waiter.arrived >= least) {
                boolean holdsToo = waiter.owner.taken() > 1;
                List<Awaited> list = holdsToo ? waits : otherWaits;
                if (isRoomIn(list, holdsToo ? MOST_TANGLED : MOST)) {
                    list.add(awaited(waiter, position, everywhere));
                }
            }
        }

        private void add(Hold hold, boolean everywhere) {
            boolean owned = hold.isOwned();
            if (owned && hasWaited(hold.owner)) {
                if (isRoomIn(holds, MOST_TANGLED)) {
                    holds.add(held(hold, everywhere));
                }
            } else if (everywhere && nanos - hold.acquiredNanos() >= least && isRoomIn(otherHolds, MOST)) {
                otherHolds.add(held(hold, true));
            }
        }

        private boolean hasWaited(Owner owner) {
            for (Waiter each : owner.waits()) {
                if (nanos - each.arrived >= least) {
                    return true;
                }
            }
            return false;
        }

        private Instant since(String lock, String id, Duration ago) {
            String key = lock + " " + id;
            Instant known = begun.get(key);
            Instant since = known == null ? now.minus(ago) : known;
            times.put(key, since);
            return since;
        }

        private Held held(Hold hold, boolean everywhere) {
            LockHolder holder = leases.engine.describe.holder(hold);
            Instant expires = holder.leaseExpiresAt();
            Instant since = since(hold.lock.name, id(hold), holder.heldFor());
            Instant until = expires == null ? null : since.plus(Duration.between(holder.acquiredAt(), expires));
            return new Held(Describe.at(holder, since, until), hold.lock.name, everywhere, id(hold));
        }

        private Awaited awaited(Waiter waiter, int position, boolean everywhere) {
            LockWaiter shown = leases.engine.describe.waiter(waiter, position);
            String lock = waiter.queue.lock.name;
            Instant since = since(lock, id(waiter), shown.waiting());
            return new Awaited(Describe.at(shown, since), lock, everywhere, id(waiter));
        }
    }
}
