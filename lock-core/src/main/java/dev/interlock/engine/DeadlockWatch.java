package dev.interlock.engine;

import dev.interlock.DeadlockPolicy;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.deadlock.CycleSearch;
import dev.interlock.deadlock.DeadlockParticipant;
import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.event.LockEvent;
import dev.interlock.monitor.ClusterDeadlock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BinaryOperator;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for a circle of waiting each time a request begins to wait, for that is the only moment at which one can close.
 *
 * <p>A wait leads to the owners in its way — those who hold, and those who wait ahead in a mode that conflicts — and from each
 * of them to what that owner waits for. The search reads queues one after the other while they move, so what it finds is only
 * a suspicion. It is believed if every edge of the circle is found again, and then, once all have been found, is still there:
 * holds and waits never come back once they have ended, so all of them were there at once in between.
 */
final class DeadlockWatch {

    private static final Logger log = LoggerFactory.getLogger(DeadlockWatch.class);
    private static final int REMEMBERED = 100;
    /** So many circles that one request closes are told of. */
    private static final int MOST_AT_ONCE = 20;

    private final Engine engine;
    private final DeadlockPolicy policy;
    private final AtomicInteger doubleWaiters = new AtomicInteger();
    private final ReentrantLock judging = new ReentrantLock();
    private final ArrayDeque<Found> found = new ArrayDeque<>();
    private final AtomicLong numbered = new AtomicLong();

    DeadlockWatch(Engine engine) {
        this.engine = engine;
        this.policy = engine.settings.deadlockPolicy();
    }

    /** A deadlock, and the waits that make it up. It gets its number, and so its report, when it is certain. */
    private static final class Found {

        private final Set<?> waits;
        private final BooleanSupplier stands;
        private final List<DeadlockParticipant> participants;
        private final @Nullable LockOwner victim;
        private final Instant at;
        private volatile @Nullable DeadlockReport report;

        Found(
                Set<?> waits,
                BooleanSupplier stands,
                List<DeadlockParticipant> participants,
                @Nullable Waiter victim,
                Instant at) {
            this.waits = waits;
            this.stands = stands;
            this.participants = participants;
            this.victim = victim == null ? null : victim.owner.identity();
            this.at = at;
        }

        boolean stands() {
            return stands.getAsBoolean();
        }

        boolean isMadeOfTheSameAs(Found other) {
            return waits.equals(other.waits);
        }

        DeadlockReport report(long number) {
            DeadlockReport made = new DeadlockReport(number, at, participants, victim);
            report = made;
            return made;
        }

        Optional<DeadlockReport> report() {
            return Optional.ofNullable(report);
        }
    }

    /** What came of a suspicion. */
    private enum Judgement {
        /** It was true, and has been told. */
        TOLD,
        /** It was told before, and stands. */
        KNOWN,
        /** Something of it had ended: there may be another one. */
        GONE
    }

    /** One wait, what keeps it waiting, and who. */
    private record Edge(Waiter from, Object obstacle, Owner owner) {

        /** Whoever holds is kept by all it waits for; whoever waits ahead is out of the way when that wait ends. */
        boolean leadsTo(Waiter wait) {
            return obstacle instanceof Waiter ahead ? ahead == wait : owner == wait.owner;
        }

        List<Waiter> next() {
            return obstacle instanceof Waiter ahead ? List.of(ahead) : List.of(owner.waits());
        }
    }

    void countWaits(int before, int after) {
        if (before < 2 && after >= 2) {
            doubleWaiters.incrementAndGet();
        } else if (before >= 2 && after < 2) {
            doubleWaiters.decrementAndGet();
        }
    }

    void waitBegan(Waiter waiter) {
        if (policy == DeadlockPolicy.OFF || !mayCloseCircle(waiter)) {
            return;
        }
        lookFrom(waiter.owner);
    }

    /** An owner that waits elsewhere holds something more: a circle may close through that too. */
    void waitingOwnerGotMore(Owner owner) {
        if (policy != DeadlockPolicy.OFF) {
            lookFrom(owner);
        }
    }

    /** Whatever goes wrong in here, such as an owner whose name cannot be told, must not keep anybody from waiting. */
    private void lookFrom(Owner owner) {
        try {
            for (Waiter wait : owner.waits()) {
                boolean again = true;
                while (again && wait.isWaiting()) {
                    again = lookFrom(wait);
                }
            }
        } catch (Throwable failure) {
            log.warn("the search for a deadlock failed", failure);
        }
    }

    /**
     * Answers whether to look again: because what was found was gone, or because one of several circles has been broken, which may
     * have broken the others or not.
     */
    private boolean lookFrom(Waiter wait) {
        List<Judgement> judgements =
                circlesOf(wait).stream().map(circle -> judge(wait, circle)).toList();
        return judgements.contains(Judgement.GONE) || (policy == DeadlockPolicy.BREAK && !judgements.isEmpty());
    }

    private List<List<Waiter>> circlesOf(Waiter wait) {
        Predicate<Waiter> closes = each -> edges(each).stream().anyMatch(edge -> edge.leadsTo(wait));
        List<Waiter> first = CycleSearch.find(wait, this::nextWaits, closes);
        if (first.isEmpty()) {
            return List.of();
        }
        List<List<Waiter>> all = policy == DeadlockPolicy.BREAK
                ? List.of()
                : CycleSearch.findAll(wait, this::nextWaits, closes, MOST_AT_ONCE);
        return all.isEmpty() ? List.of(first) : all;
    }

    /** A circle through a wait needs something that its owner holds, or somebody it has pushed back. */
    private static boolean mayCloseCircle(Waiter waiter) {
        if (!waiter.isWaiting()) {
            return false;
        }
        boolean holdsNothingElse = waiter.owner.taken() <= 1;
        if (waiter.owner instanceof ThreadOwner thread && !thread.isCurrent()) {
            holdsNothingElse = false;
        }
        return waiter.wentAhead || !holdsNothingElse;
    }

    // --- the graph -------------------------------------------------------------------------------------------------

    private List<Edge> edges(Waiter from) {
        List<Edge> edges = new ArrayList<>();
        if (from.isWaiting()) {
            for (Hold hold : from.queue.lock.holds()) {
                if (from.conflictsWith(hold)) {
                    edges.add(new Edge(from, hold, hold.owner));
                }
            }
            for (Waiter ahead : from.queue.aheadOf(from, doubleWaiters.get() > 0)) {
                edges.add(new Edge(from, ahead, ahead.owner));
            }
        }
        return edges;
    }

    private List<Waiter> nextWaits(Waiter from) {
        List<Waiter> next = new ArrayList<>();
        for (Edge edge : edges(from)) {
            next.addAll(edge.next());
        }
        return next;
    }

    // --- the verdict -----------------------------------------------------------------------------------------------

    /** Reports the circle, and breaks it if that is the policy. */
    private Judgement judge(Waiter closing, List<Waiter> circle) {
        List<Edge> edges = edgesOf(circle);
        if (edges.isEmpty()) {
            return Judgement.GONE;
        }
        Waiter victim = policy == DeadlockPolicy.BREAK ? victimOf(circle) : null;
        Found deadlock = new Found(
                Set.copyOf(circle),
                () -> circle.stream().allMatch(Waiter::isWaiting),
                edges.stream().map(this::participant).toList(),
                victim,
                engine.clock.instant());
        return judge(deadlock, () -> edges.stream().allMatch(DeadlockWatch::stillThere), closing, victim);
    }

    /**
     * A circle that runs through other nodes too, of which this node is to speak.
     *
     * @param waiter this node's wait, which is given up if that is the policy
     * @param waits the waits that make up the circle
     * @param isSeen whether the circle is seen still
     */
    void foundAcrossNodes(
            Waiter waiter, Set<String> waits, BooleanSupplier isSeen, List<DeadlockParticipant> participants) {
        Waiter victim = policy == DeadlockPolicy.BREAK ? waiter : null;
        BooleanSupplier stands = () -> waiter.isWaiting() && isSeen.getAsBoolean();
        Found deadlock = new Found(waits, stands, participants, victim, engine.clock.instant());
        judge(deadlock, waiter::isWaiting, waiter, victim);
    }

    private Judgement judge(Found deadlock, BooleanSupplier isOne, Waiter closing, @Nullable Waiter victim) {
        Judgement judgement = found(deadlock, isOne);
        if (judgement != Judgement.TOLD) {
            return judgement;
        }
        if (victim == null) {
            deadlock.report(numbered.incrementAndGet());
        } else if (!victim.queue.giveUp(victim, () -> deadlock.report(numbered.incrementAndGet()))) {
            forget(deadlock);
            return Judgement.GONE;
        }
        tell(closing, deadlock);
        return Judgement.TOLD;
    }

    /** Records the deadlock, if it is one, and if it is not known. */
    private Judgement found(Found deadlock, BooleanSupplier isOne) {
        judging.lock();
        try {
            // waits never come back, so what is made of the same ones is the same
            if (found.stream().anyMatch(each -> each.isMadeOfTheSameAs(deadlock))) {
                return Judgement.KNOWN;
            }
            if (!isOne.getAsBoolean()) {
                return Judgement.GONE;
            }
            found.addLast(deadlock);
            if (found.size() > REMEMBERED) {
                found.removeFirst();
            }
            return Judgement.TOLD;
        } finally {
            judging.unlock();
        }
    }

    private void forget(Found nothing) {
        judging.lock();
        try {
            found.remove(nothing);
        } finally {
            judging.unlock();
        }
    }

    /** An edge from each wait of the circle to the owner of the next; nothing if one is missing. */
    private List<Edge> edgesOf(List<Waiter> circle) {
        List<Edge> path = new ArrayList<>();
        for (int i = 0; i < circle.size(); i++) {
            Waiter next = circle.get((i + 1) % circle.size());
            Edge edge = edges(circle.get(i)).stream()
                    .filter(each -> each.leadsTo(next))
                    .findFirst()
                    .orElse(null);
            if (edge == null) {
                return List.of();
            }
            path.add(edge);
        }
        return path;
    }

    private static boolean stillThere(Edge edge) {
        return edge.from().isWaiting()
                && (edge.obstacle() instanceof Hold hold ? hold.isOwned() : ((Waiter) edge.obstacle()).isWaiting());
    }

    private static Waiter victimOf(List<Waiter> circle) {
        return circle.stream()
                .min(Comparator.comparingInt((Waiter each) -> each.priority)
                        .thenComparing((one, other) -> Long.signum(other.arrived - one.arrived)))
                .orElseThrow();
    }

    // --- the report ------------------------------------------------------------------------------------------------

    private DeadlockParticipant participant(Edge edge) {
        Waiter wait = edge.from();
        Thread thread = wait.thread();
        return new DeadlockParticipant(
                wait.owner.identity(),
                engine.settings.node(),
                thread == null ? null : ThreadOwner.nameOf(thread),
                wait.options.metadata.get(LockRequest.METHOD),
                engine.describe.resource(wait),
                wait.options.mode,
                wait.priority,
                engine.clock.instantOf(wait.arrived),
                blockedBy(edge),
                heldBy(wait.owner),
                thread == null ? List.of() : List.of(thread.getStackTrace()));
    }

    private String blockedBy(Edge edge) {
        String who = "'" + edge.owner().identity().name() + "'";
        if (edge.obstacle() instanceof Hold hold) {
            return "held in " + hold.mode() + " mode by " + who + engine.describe.sharing(edge.from(), hold.resource());
        }
        Waiter ahead = (Waiter) edge.obstacle();
        return "for which " + who + " waits ahead of it in " + ahead.options.mode + " mode"
                + engine.describe.sharing(edge.from(), engine.describe.resource(ahead));
    }

    private Map<String, LockMode> heldBy(Owner owner) {
        Map<String, LockMode> held = new HashMap<>();
        BinaryOperator<LockMode> stronger = (one, other) -> one == LockMode.WRITE ? one : other;
        engine.locks()
                .flatMap(lock -> lock.holds().stream())
                .filter(hold -> hold.isBy(owner))
                .forEach(hold -> hold.resources().forEach(resource -> held.merge(resource, hold.mode(), stronger)));
        return held;
    }

    private void tell(Waiter closing, Found deadlock) {
        DeadlockReport report = deadlock.report().orElseThrow();
        log.warn("{}", report.describe());
        engine.publish(new LockEvent.DeadlockDetected(
                engine.describe.resource(closing),
                closing.options.mode,
                closing.owner.identity(),
                report.detectedAt(),
                report));
    }

    /** How many deadlocks there were so far. */
    long count() {
        return numbered.get();
    }

    List<DeadlockReport> standing() {
        return reports(true);
    }

    List<DeadlockReport> recent() {
        return reports(false);
    }

    /** Those that have been told of by this node, the oldest first. */
    List<ClusterDeadlock> found() {
        judging.lock();
        try {
            return found.stream()
                    .flatMap(each -> each
                            .report()
                            .map(report -> new ClusterDeadlock(engine.settings.node(), each.stands(), report))
                            .stream())
                    .toList();
        } finally {
            judging.unlock();
        }
    }

    private List<DeadlockReport> reports(boolean standingOnly) {
        judging.lock();
        try {
            return found.stream()
                    .filter(each -> !standingOnly || each.stands())
                    .flatMap(each -> each.report().stream())
                    .toList();
        } finally {
            judging.unlock();
        }
    }
}
