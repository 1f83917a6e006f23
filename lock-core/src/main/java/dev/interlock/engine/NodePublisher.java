package dev.interlock.engine;

import dev.interlock.engine.NodeReport.Awaited;
import dev.interlock.engine.NodeReport.Held;
import dev.interlock.monitor.ClusterDeadlock;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockWaiter;
import dev.interlock.spi.RecordText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the reports of this node for one store. One at a time: whoever makes one holds the lock of heartbeats. */
final class NodePublisher {

    private static final Logger log = LoggerFactory.getLogger(NodePublisher.class);

    /** More than anybody reads; the record of a session stays small. */
    private static final int MOST = 500;
    /** So many deadlocks are told of, and for so long after they were found. */
    private static final int MOST_DEADLOCKS = 10;

    private static final Duration TOLD_FOR = Duration.ofMinutes(1);

    private final Leases leases;
    /**
     * When those who wait began, as it was said first. The time of the store is known a little differently each time, and nodes must
     * agree for good about who came later.
     */
    private IdentityHashMap<Waiter, Instant> began = new IdentityHashMap<>();

    private long number;
    private long heard;

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
            number++;
            Making making = new Making(now);
            NodeReport report = making.report(session);
            began = making.waiting;
            return new Publication(report, NodeReportText.write(report));
        } catch (RuntimeException failure) {
            // an owner whose name cannot be told, for one
            log.debug("what is held here could not be told to other nodes", failure);
            return null;
        }
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
        private final IdentityHashMap<Owner, Integer> owners = new IdentityHashMap<>();
        /** Those that may be part of a circle come before those that are only to be seen. */
        private final List<Held> holds = new ArrayList<>();

        private final List<Held> otherHolds = new ArrayList<>();
        private final List<Awaited> waits = new ArrayList<>();
        private final List<Awaited> otherWaits = new ArrayList<>();
        private final IdentityHashMap<Waiter, Instant> waiting = new IdentityHashMap<>();

        Making(Instant now) {
            this.now = now;
        }

        NodeReport report(String session) {
            leases.engine.locks().forEach(this::add);
            return new NodeReport(
                    session,
                    leases.engine.settings.node(),
                    number,
                    heard,
                    leases.engine.settings.deadlockPolicy(),
                    atMost(MOST, holds, otherHolds),
                    atMost(MOST, waits, otherWaits),
                    deadlocks());
        }

        private static <T> List<T> atMost(int most, List<T> first, List<T> then) {
            first.addAll(then.subList(0, Math.max(0, Math.min(then.size(), most - first.size()))));
            return first.subList(0, Math.min(most, first.size()));
        }

        private List<ClusterDeadlock> deadlocks() {
            List<ClusterDeadlock> told = leases.engine.deadlocks.found();
            Instant from = leases.engine.clock.instant().minus(TOLD_FOR);
            return told.stream()
                    .filter(each ->
                            each.standing() || each.report().detectedAt().isAfter(from))
                    .skip(Math.max(0, told.size() - MOST_DEADLOCKS))
                    .toList();
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
                (waiter.owner.taken() > 1 ? waits : otherWaits).add(awaited(waiter, position, everywhere));
            }
        }

        private void add(Hold hold, boolean everywhere) {
            boolean owned = hold.isOwned();
            if (owned && hasWaited(hold.owner)) {
                holds.add(held(hold, number(hold.owner), everywhere));
            } else if (everywhere && nanos - hold.acquiredNanos() >= least) {
                otherHolds.add(held(hold, owned ? number(hold.owner) : 0, true));
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

        private int number(Owner owner) {
            return owners.computeIfAbsent(owner, made -> owners.size() + 1);
        }

        private Held held(Hold hold, int owner, boolean everywhere) {
            LockHolder holder = leases.engine.describe.holder(hold);
            Instant expires = holder.leaseExpiresAt();
            Instant since = now.minus(holder.heldFor());
            Instant until = expires == null ? null : since.plus(Duration.between(holder.acquiredAt(), expires));
            return new Held(Describe.at(holder, since, until), hold.lock.name, everywhere, owner, id(hold));
        }

        private Awaited awaited(Waiter waiter, int position, boolean everywhere) {
            LockWaiter shown = leases.engine.describe.waiter(waiter, position);
            Instant since = began.getOrDefault(waiter, now.minus(shown.waiting()));
            waiting.put(waiter, since);
            long rank = RecordText.micros(since) - TimeUnit.NANOSECONDS.toMicros(waiter.arrived - waiter.rank);
            return new Awaited(
                    Describe.at(shown, since),
                    waiter.queue.lock.name,
                    everywhere,
                    number(waiter.owner),
                    id(waiter),
                    rank);
        }
    }
}
