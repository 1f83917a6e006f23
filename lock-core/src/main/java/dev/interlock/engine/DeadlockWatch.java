package dev.interlock.engine;

import dev.interlock.DeadlockPolicy;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.deadlock.CycleSearch;
import dev.interlock.deadlock.DeadlockParticipant;
import dev.interlock.deadlock.DeadlockReport;
import dev.interlock.event.LockEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for a circle of waiting each time a request begins to wait, for that is the only moment at which one can close.
 *
 * <p>A wait leads to the owners in its way — those who hold, and those who wait ahead in a mode that conflicts — and from each
 * of them to what that owner waits for. The search reads queues one after the other while they move, so what it finds is only
 * a suspicion. It is believed if, with all queues of the circle standing still, every edge is found again, and then once
 * more: holds and waits never come back once they have ended, so what is there at both looks was there all at once in between.
 */
final class DeadlockWatch {

    private static final Logger log = LoggerFactory.getLogger(DeadlockWatch.class);
    private static final int REMEMBERED = 100;

    private final Engine engine;
    private final DeadlockPolicy policy;
    private final AtomicInteger doubleWaiters = new AtomicInteger();
    private final ReentrantLock judging = new ReentrantLock();
    private final ArrayDeque<Found> found = new ArrayDeque<>();
    private long numbered;

    DeadlockWatch(Engine engine) {
        this.engine = engine;
        this.policy = engine.settings.deadlockPolicy();
    }

    /** A deadlock, and the waits that make it up. */
    private record Found(DeadlockReport report, Set<Waiter> waits) {
        boolean stands() {
            return waits.stream().allMatch(Waiter::isWaiting);
        }
    }

    /** One wait, what keeps it waiting, and who. */
    private record Edge(Waiter from, Object obstacle, Owner owner) {}

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

    private void lookFrom(Owner owner) {
        for (Waiter wait : owner.waits()) {
            boolean again = true;
            while (again && wait.isWaiting()) {
                List<Waiter> circle = CycleSearch.find(wait, this::nextWaits, each -> leadsTo(each, owner));
                again = !circle.isEmpty() && judge(wait, circle) && policy == DeadlockPolicy.BREAK;
            }
        }
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
            next.addAll(List.of(edge.owner().waits()));
        }
        return next;
    }

    private boolean leadsTo(Waiter from, Owner owner) {
        return edges(from).stream().anyMatch(edge -> edge.owner() == owner);
    }

    // --- the verdict -----------------------------------------------------------------------------------------------

    /** Answers whether there was something to do: a report to make, or a victim to choose. */
    private boolean judge(Waiter closing, List<Waiter> circle) {
        Map<Waiter, List<StackTraceElement>> stacks = stackTraces(circle);
        Found deadlock;
        judging.lock();
        try {
            deadlock = whileStill(circle, () -> verified(circle, stacks));
            if (deadlock == null) {
                return policy == DeadlockPolicy.BREAK;
            }
            found.addLast(deadlock);
            if (found.size() > REMEMBERED) {
                found.removeFirst();
            }
        } finally {
            judging.unlock();
        }
        tell(closing, deadlock.report());
        return true;
    }

    private interface Verdict {
        @Nullable Found reach();
    }

    private @Nullable Found whileStill(List<Waiter> circle, Verdict verdict) {
        List<WaitQueue> queues = circle.stream()
                .map(each -> each.queue)
                .distinct()
                .sorted(Comparator.comparing(queue -> queue.lock.name))
                .toList();
        Found[] reached = new Found[1];
        BooleanSupplier inside = () -> {
            reached[0] = verdict.reach();
            return true;
        };
        for (WaitQueue queue : queues) {
            BooleanSupplier further = inside;
            inside = () -> queue.whileStill(further);
        }
        boolean done = inside.getAsBoolean();
        return done ? reached[0] : null;
    }

    private @Nullable Found verified(List<Waiter> circle, Map<Waiter, List<StackTraceElement>> stacks) {
        List<Edge> edges = edgesOf(circle);
        if (edges.isEmpty() || !edges.stream().allMatch(DeadlockWatch::stillThere)) {
            return null;
        }
        Set<Waiter> waits = Set.copyOf(circle);
        if (found.stream().anyMatch(known -> known.stands() && known.waits().equals(waits))) {
            return null;
        }
        Waiter victim = policy == DeadlockPolicy.BREAK ? victimOf(circle) : null;
        LockOwner sacrificed = victim == null ? null : victim.owner.identity();
        List<DeadlockParticipant> participants = edges.stream()
                .map(edge -> participant(edge, stacks.getOrDefault(edge.from(), List.of())))
                .toList();
        DeadlockReport report = new DeadlockReport(++numbered, engine.clock.instant(), participants, sacrificed);
        if (victim != null) {
            victim.queue.giveUp(victim, report);
        }
        return new Found(report, waits);
    }

    /** An edge from each wait of the circle to the owner of the next; nothing if one is missing. */
    private List<Edge> edgesOf(List<Waiter> circle) {
        List<Edge> path = new ArrayList<>();
        for (int i = 0; i < circle.size(); i++) {
            Owner next = circle.get((i + 1) % circle.size()).owner;
            Edge edge = edges(circle.get(i)).stream()
                    .filter(each -> each.owner() == next)
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
                && (edge.obstacle() instanceof Hold hold ? !hold.hasEnded() : ((Waiter) edge.obstacle()).isWaiting());
    }

    private static Waiter victimOf(List<Waiter> circle) {
        return circle.stream()
                .min(Comparator.comparingInt((Waiter each) -> each.priority)
                        .thenComparing(Comparator.comparingLong((Waiter each) -> each.arrived)
                                .reversed()))
                .orElseThrow();
    }

    // --- the report ------------------------------------------------------------------------------------------------

    private static Map<Waiter, List<StackTraceElement>> stackTraces(List<Waiter> circle) {
        Map<Waiter, List<StackTraceElement>> stacks = new HashMap<>();
        for (Waiter each : circle) {
            Thread thread = each.thread();
            if (thread != null) {
                stacks.put(each, List.of(thread.getStackTrace()));
            }
        }
        return stacks;
    }

    private DeadlockParticipant participant(Edge edge, List<StackTraceElement> stack) {
        Waiter wait = edge.from();
        Thread thread = wait.thread();
        return new DeadlockParticipant(
                wait.owner.identity(),
                engine.settings.node(),
                thread == null ? null : ThreadOwner.nameOf(thread),
                engine.describe.resource(wait),
                wait.options.mode,
                wait.priority,
                engine.clock.instantOf(wait.arrived),
                blockedBy(edge),
                heldBy(wait.owner),
                stack);
    }

    private static String blockedBy(Edge edge) {
        String who = "'" + edge.owner().identity().name() + "'";
        return edge.obstacle() instanceof Hold hold
                ? "held in " + hold.mode() + " mode by " + who
                : "for which " + who + " waits ahead of it in " + ((Waiter) edge.obstacle()).options.mode + " mode";
    }

    private Map<String, LockMode> heldBy(Owner owner) {
        Map<String, LockMode> held = new HashMap<>();
        for (LocalLock lock : engine.table.locks()) {
            for (Hold hold : lock.holds()) {
                if (hold.owner == owner) {
                    held.merge(hold.resource(), hold.mode(), (one, other) -> one == LockMode.WRITE ? one : other);
                }
            }
        }
        return held;
    }

    private void tell(Waiter closing, DeadlockReport report) {
        log.warn("{}", report.describe());
        engine.publish(new LockEvent.DeadlockDetected(
                engine.describe.resource(closing),
                closing.options.mode,
                closing.owner.identity(),
                report.detectedAt(),
                report));
    }

    List<DeadlockReport> standing() {
        return reports(true);
    }

    List<DeadlockReport> recent() {
        return reports(false);
    }

    private List<DeadlockReport> reports(boolean standingOnly) {
        judging.lock();
        try {
            return found.stream()
                    .filter(each -> !standingOnly || each.stands())
                    .map(Found::report)
                    .toList();
        } finally {
            judging.unlock();
        }
    }
}
