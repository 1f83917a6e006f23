package dev.interlock.engine;

import dev.interlock.DeadlockPolicy;
import dev.interlock.LockMode;
import dev.interlock.deadlock.DeadlockParticipant;
import dev.interlock.engine.NodeReport.Held;
import dev.interlock.engine.WaitsOfNodes.Edge;
import dev.interlock.engine.WaitsOfNodes.Wait;
import dev.interlock.monitor.LockWaiter;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.StoreException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds circles of waiting that run through several nodes, by what these report with their heartbeats.
 *
 * <p>Whoever has waited for a moment for what others share makes its node look at the reports of all. A circle in them is a suspicion
 * only, for reports are made at different times. It is believed when it is found again in reports that were all made after it had been
 * found: holds and waits never come back once they have ended, so all of them were there at once in between. A report is known
 * to be made later if it says that the store had got one which it had not got then.
 *
 * <p>All nodes of the circle find it. The one whose wait is to be given up speaks: it alone knows for certain whether that still waits.
 * While a circle is only suspected, its nodes report more often.
 */
final class ClusterDeadlocks {

    private static final Logger log = LoggerFactory.getLogger(ClusterDeadlocks.class);

    /** By how much heartbeats are quickened while there is a suspicion, and for how many of them. */
    private static final int QUICKER = 4;

    private static final int QUICK_BEATS = 12;

    private final Leases leases;
    private final Engine engine;
    private final AtomicBoolean looking = new AtomicBoolean();
    private long hurriedAt;
    /** By what it is made of; replaced by whoever looks. */
    private volatile Map<Set<String>, Suspicion> suspicions = new HashMap<>();

    ClusterDeadlocks(Leases leases) {
        this.leases = leases;
        this.engine = leases.engine;
        this.hurriedAt = leases.now() - leases.settings.heartbeat();
    }

    /** A circle that was seen, and which reports told of it first. */
    private static final class Suspicion {

        /** Nothing at first: while the reports were read for the first time, some may have been made that were not read. */
        private Map<String, Long> reports = Map.of();

        private int quickBeats = QUICK_BEATS;
        private boolean believed;
        private boolean told;

        void seenAgain(List<Edge> circle) {
            if (reports.isEmpty()) {
                reports = nodesOf(circle)
                        .collect(Collectors.toMap(NodeReport::session, NodeReport::number, (one, same) -> one));
            } else {
                believed |= nodesOf(circle)
                        .allMatch(each -> each.heard() > reports.getOrDefault(each.session(), Long.MAX_VALUE));
            }
        }

        private static Stream<NodeReport> nodesOf(List<Edge> circle) {
            return circle.stream().flatMap(edge -> Stream.of(edge.from().by(), edge.obstacleBy()));
        }
    }

    /** The store has this report of this node. */
    void reported(NodeReport report) {
        if (engine.settings.deadlockPolicy() != DeadlockPolicy.OFF && report.awaitsOthers()) {
            leases.aside(this::look);
        }
    }

    private void look() {
        if (looking.compareAndSet(false, true)) {
            try {
                lookInTurn();
            } catch (StoreException failure) {
                log.debug("what other nodes wait for cannot be seen", failure);
            } finally {
                looking.set(false);
            }
        }
    }

    private void lookInTurn() {
        NodeSession own = leases.sessionIfAny();
        List<NodeReport> nodes = leases.reports().stream()
                .filter(each -> !each.waits().isEmpty())
                .toList();
        Map<Set<String>, Suspicion> found = new HashMap<>();
        if (own != null && nodes.size() > 1) {
            WaitsOfNodes waits = new WaitsOfNodes(nodes);
            for (List<Edge> circle : waits.circlesOf(own.id)) {
                found.computeIfAbsent(idsOf(circle), ids -> lookedAt(suspicions.get(ids), circle, waits, own));
            }
        }
        suspicions = found;
        hurryIfSuspicious();
    }

    private static Set<String> idsOf(List<Edge> circle) {
        return circle.stream().map(Edge::id).collect(Collectors.toUnmodifiableSet());
    }

    private Suspicion lookedAt(@Nullable Suspicion known, List<Edge> circle, WaitsOfNodes waits, NodeSession own) {
        if (known == null) {
            return new Suspicion();
        }
        known.seenAgain(circle);
        if (known.believed && !known.told) {
            known.told = speaker(circle)
                    .filter(wait -> wait.by().session().equals(own.id))
                    .map(wait -> speak(wait, circle, waits))
                    .orElse(false);
        }
        return known;
    }

    private void hurryIfSuspicious() {
        boolean suspicious = suspicions.values().stream().anyMatch(each -> !each.believed && each.quickBeats-- > 0);
        long pause = leases.settings.heartbeat() / QUICKER;
        if (suspicious && leases.now() - hurriedAt >= pause) {
            hurriedAt = leases.now();
            leases.later(pause, leases::beatNow);
        }
    }

    /**
     * The wait that is to be given up, or reported: of those whose nodes break deadlocks, or else of those whose nodes report them,
     * the one of the lowest priority, and of these the youngest. All nodes agree about it.
     */
    private static Optional<Wait> speaker(List<Edge> circle) {
        return Stream.of(DeadlockPolicy.BREAK, DeadlockPolicy.REPORT)
                .flatMap(policy -> circle.stream()
                        .map(Edge::from)
                        .filter(wait -> wait.by().policy() == policy)
                        .min(Comparator.comparingInt((Wait wait) -> shown(wait).priority())
                                .thenComparing(wait -> shown(wait).since(), Comparator.reverseOrder())
                                .thenComparing(Wait::id))
                        .stream())
                .findFirst();
    }

    private static LockWaiter shown(Wait wait) {
        return wait.awaited().waiter();
    }

    // --- speaking --------------------------------------------------------------------------------------------------

    /** Answers whether that need not be done again. */
    private boolean speak(Wait speaker, List<Edge> circle, WaitsOfNodes waits) {
        Waiter waiter = waiterOf(speaker);
        if (waiter == null || !circle.stream().allMatch(this::isAhead)) {
            return false;
        }
        Set<String> made = circle.stream().map(edge -> edge.from().id()).collect(Collectors.toUnmodifiableSet());
        Set<String> ids = idsOf(circle);
        engine.deadlocks.foundAcrossNodes(
                waiter,
                made,
                () -> suspicions.containsKey(ids),
                circle.stream().map(edge -> participant(edge, waits)).toList());
        return true;
    }

    /** Whether the record says too that a writer of another node comes before this reader. */
    private boolean isAhead(Edge edge) {
        String reader = edge.from().by().session();
        if (edge.hold() != null || reader.equals(edge.obstacleBy().session())) {
            return true;
        }
        LockRecord record = leases.read(new RecordKey(edge.from().awaited().lock()));
        return record != null
                && record.claims().stream()
                        .takeWhile(claim -> !claim.session().equals(reader))
                        .anyMatch(claim -> claim.mode() == LockMode.WRITE);
    }

    private @Nullable Waiter waiterOf(Wait wait) {
        return engine.locks()
                .filter(lock -> lock.name.equals(wait.awaited().lock()))
                .flatMap(lock -> lock.waiting().stream())
                .filter(each -> NodePublisher.id(each).equals(wait.awaited().id()))
                .findFirst()
                .orElse(null);
    }

    private DeadlockParticipant participant(Edge edge, WaitsOfNodes waits) {
        LockWaiter waiter = shown(edge.from());
        Waiter own = waiter.node().equals(engine.settings.node()) ? waiterOf(edge.from()) : null;
        Thread thread = own == null ? null : own.thread();
        return new DeadlockParticipant(
                own == null ? waiter.owner() : own.owner.identity(),
                waiter.node(),
                waiter.thread(),
                waiter.method().orElse(null),
                waiter.resource(),
                waiter.mode(),
                waiter.priority(),
                own == null ? waiter.since() : engine.clock.instantOf(own.arrived),
                blockedBy(edge),
                waits.heldByOwnerOf(edge.from()),
                thread == null ? List.of() : List.of(thread.getStackTrace()));
    }

    private static String blockedBy(Edge edge) {
        String wanted = shown(edge.from()).resource();
        if (edge.hold() != null) {
            Held held = edge.hold().held();
            return "held in " + held.mode() + " mode by '"
                    + held.holder().owner().name() + "' on node '"
                    + edge.hold().by().node() + "'"
                    + sharing(wanted, held.holder().resource(), held.lock());
        }
        Wait ahead = Objects.requireNonNull(edge.ahead());
        return "for which '" + shown(ahead).owner().name() + "' on node '"
                + ahead.by().node()
                + "' waits ahead of it in " + ahead.awaited().mode() + " mode"
                + sharing(wanted, shown(ahead).resource(), ahead.awaited().lock());
    }

    private static String sharing(String wanted, String other, String lock) {
        return wanted.equals(other) ? "" : " for '" + other + "', of the same stripe '" + lock + "'";
    }
}
