package dev.interlock.engine;

import dev.interlock.LockAttempt;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.OrderingPolicy;
import dev.interlock.PotentialDeadlockException;
import dev.interlock.deadlock.OrderStep;
import dev.interlock.deadlock.OrderViolation;
import dev.interlock.engine.OrderGraph.Edge;
import dev.interlock.engine.OrderViolations.Verdict;
import dev.interlock.event.LockEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns in which order locks are taken, by type, and tells when two orders do not agree: long before anything hangs, because
 * the two need not meet.
 *
 * <p>Only a request that may wait, of an owner that holds something else, is looked at. What the owner holds is read from its
 * {@link Mark}s, and whether that is known already from bits: so a nested acquisition costs a few lookups, and all others
 * nothing. Marks may be out of date; what is learned is learned of holds that were found to stand.
 *
 * <p>A circle is dangerous if each request in it can be kept waiting by the next hold: if either is exclusive, or if writers
 * wait for that type at all, because a reader lines up behind a writer that waits for another reader. A circle of nothing but
 * readers becomes dangerous when the first writer comes, and is reported then.
 */
final class OrderWatch {

    private static final Logger log = LoggerFactory.getLogger(OrderWatch.class);

    /** Each is remembered with a stack trace; a program with more pairs of types than this is hard to imagine. */
    private static final int MOST_EDGES = 4096;

    private final Engine engine;
    private final OrderingPolicy policy;
    private final OrderGraph graph;
    private final OrderViolations violations;
    private final ReentrantLock learning = new ReentrantLock();
    private boolean saidFull;

    OrderWatch(Engine engine) {
        this.engine = engine;
        this.policy = engine.settings.orderingPolicy();
        this.graph = new OrderGraph(MOST_EDGES);
        this.violations = new OrderViolations(
                (one, other) -> engine.canonical.compare(engine.lockName(one), engine.lockName(other)));
    }

    /** Who asks for what. */
    private record Asking(LockOwner who, LockType type, String resource, Options options) {

        static Asking of(Owner owner, LocalLock lock, Options options) {
            String resource = options.askedFor == null ? lock.name : options.askedFor;
            return new Asking(owner.identity(), lock.type, resource, options);
        }

        int node() {
            return Mark.node(type.number, options.write);
        }
    }

    // --- on the way in ---------------------------------------------------------------------------------------------

    /**
     * An owner that holds something else asks for this lock.
     *
     * @throws PotentialDeadlockException if that goes against the order, and the policy is to fail
     */
    void asks(Owner owner, LocalLock lock, Options options) {
        long asked = lock.mark(options.write);
        boolean news = false;
        for (int i = owner.marks() - 1; i >= 0; i--) {
            long held = owner.mark(i);
            if (Mark.lock(held) == lock.number) {
                return;
            }
            news |= held != Mark.NONE && !isKnown(held, lock, asked);
        }
        if (news && asked != Mark.NONE && options.timeout(lock.type) != 0) {
            look(owner, lock, options);
        }
    }

    private boolean isKnown(long held, LocalLock lock, long asked) {
        int from = Mark.node(held);
        int to = Mark.node(asked);
        boolean nesting = Mark.typeOf(from) == Mark.typeOf(to);
        return graph.knows(from, to, nesting && isDescending(engine.table.numbered(Mark.lock(held)), lock));
    }

    private static boolean isDescending(@Nullable LocalLock held, LocalLock asked) {
        return held != null
                && held.type == asked.type
                && Canonical.compareKeys(held.name, asked.name, asked.type.name.length()) > 0;
    }

    /** Somebody asks to write and may have to wait: from now on readers of this type may wait for readers. */
    void writerAsks(Owner owner, LocalLock lock, Options options) {
        LockType type = lock.type;
        if (type.awaitedByWriters() || lock.number == 0 || options.timeout(type) == 0) {
            return;
        }
        List<Verdict> verdicts = new ArrayList<>();
        learning.lock();
        try {
            type.setAwaitedByWriters();
            for (Edge edge : graph.awaitedByWriters(type.number)) {
                List<Edge> circle = graph.circleOf(edge);
                if (!circle.isEmpty()) {
                    verdicts.add(violations.of(circle, engine.clock.instant()));
                    forbid(edge);
                }
            }
        } finally {
            learning.unlock();
        }
        verdicts.forEach(verdict -> tell(verdict, Asking.of(owner, lock, options)));
    }

    /**
     * Several locks are taken at once, which is in ascending order within each type. That order is not up for discussion: whoever
     * takes such locks the other way is wrong, even if that was seen first.
     */
    void together(List<Request> requests, @Nullable LockOwner owner) {
        if (policy == OrderingPolicy.OFF || graph.isFull()) {
            return;
        }
        Request[] latest = new Request[2];
        for (Request each : requests) {
            LockType type = each.type();
            for (Request before : latest) {
                if (before != null && type.number != 0 && before.type() == type) {
                    together(type, before, each, owner);
                }
            }
            latest[each.options.write ? 1 : 0] = each;
        }
    }

    private void together(LockType type, Request first, Request second, @Nullable LockOwner owner) {
        int held = Mark.node(type.number, first.options.write);
        if (graph.knows(held, Mark.node(type.number, second.options.write), false)) {
            return;
        }
        guarded(() -> {
            LockOwner who = owner == null ? engine.owners.current().identity() : owner;
            Asking asking = new Asking(who, type, second.resource(), second.options);
            OrderStep step = step(asking, type, first.resource(), first.options, List.of());
            tell(learnForGood(new Edge(held, asking.node(), false, step)), asking);
            return null;
        });
    }

    // --- the closer look -------------------------------------------------------------------------------------------

    private void look(Owner owner, LocalLock lock, Options options) {
        if (lock.heldBy(owner) != null || (graph.isFull() && policy == OrderingPolicy.REPORT)) {
            return;
        }
        for (int i = owner.marks() - 1; i >= 0; i--) {
            long mark = owner.mark(i);
            LocalLock held = mark == Mark.NONE ? null : engine.table.numbered(Mark.lock(mark));
            Hold hold = held == null ? null : held.heldBy(owner);
            if (hold == null) {
                owner.forget(mark);
            } else if (!isKnown(hold.mark(), lock, lock.mark(options.write))) {
                judge(hold, lock, Asking.of(owner, lock, options));
            }
        }
    }

    private void judge(Hold hold, LocalLock lock, Asking asking) {
        OrderViolation violation = guarded(() -> {
            boolean descending = isDescending(hold.lock, lock);
            OrderStep step = step(
                    asking,
                    hold.lock.type,
                    hold.resource(),
                    hold.options,
                    hold.details().stackTrace());
            Verdict verdict = learn(new Edge(Mark.node(hold.mark()), asking.node(), descending, step));
            tell(verdict, asking);
            return verdict == null ? null : verdict.violation();
        });
        if (violation != null && policy == OrderingPolicy.FAIL) {
            throw refused(violation, hold, lock, asking);
        }
    }

    /** Whatever goes wrong in here, such as an owner whose name cannot be told, must not keep anybody from a lock. */
    private static @Nullable OrderViolation guarded(Supplier<@Nullable OrderViolation> work) {
        try {
            return work.get();
        } catch (Throwable failure) {
            log.warn("the order of locks could not be learned", failure);
            return null;
        }
    }

    private OrderStep step(
            Asking asking, LockType heldType, String heldResource, Options held, List<StackTraceElement> whereHeld) {
        Thread thread = Thread.currentThread();
        return new OrderStep(
                heldType.name,
                heldResource,
                stripeOf(heldResource),
                held.mode,
                held.metadata.get(LockRequest.METHOD),
                asking.type.name,
                asking.resource,
                stripeOf(asking.resource),
                asking.options.mode,
                asking.options.metadata.get(LockRequest.METHOD),
                asking.who.name(),
                ThreadOwner.nameOf(thread),
                engine.clock.instant(),
                whereHeld,
                Engine.callersOf(thread));
    }

    private @Nullable String stripeOf(String resource) {
        String lock = engine.lockName(resource);
        return lock.equals(resource) ? null : lock;
    }

    // --- learning --------------------------------------------------------------------------------------------------

    private @Nullable Verdict learn(Edge edge) {
        learning.lock();
        try {
            if (graph.knows(edge.held, edge.asked, edge.descending)) {
                return null;
            }
            if (isAgainstHierarchy(edge)) {
                ignore(edge);
                return violations.of(List.of(edge), engine.clock.instant());
            }
            List<Edge> circle = graph.circleOf(edge);
            if (circle.isEmpty() || policy == OrderingPolicy.REPORT) {
                add(edge);
            }
            return circle.isEmpty() ? null : violations.of(circle, engine.clock.instant());
        } finally {
            learning.unlock();
        }
    }

    private @Nullable Verdict learnForGood(Edge edge) {
        learning.lock();
        try {
            Verdict verdict = null;
            List<Edge> circle = graph.circleOf(edge);
            while (!circle.isEmpty()) {
                verdict = violations.of(circle, engine.clock.instant());
                forbid(circle.get(1));
                circle = policy == OrderingPolicy.FAIL ? graph.circleOf(edge) : List.of();
            }
            add(edge);
            return verdict;
        } finally {
            learning.unlock();
        }
    }

    private boolean isAgainstHierarchy(Edge edge) {
        int asked = engine.canonical.place(edge.step.askedType());
        int held = engine.canonical.place(edge.step.heldType());
        return asked < held && held != Canonical.OUTSIDE;
    }

    private void add(Edge edge) {
        graph.add(edge);
        if (graph.isFull() && !saidFull) {
            saidFull = true;
            log.warn(
                    "{} pairs of lock types have been seen nested, and no more are remembered: an order that is not known"
                            + " by now is not watched",
                    MOST_EDGES);
        }
    }

    /** One that has been told of need not be looked at again, if it is allowed. */
    private void ignore(Edge edge) {
        if (policy == OrderingPolicy.REPORT) {
            graph.ignore(edge);
        }
    }

    private void forbid(Edge edge) {
        if (policy == OrderingPolicy.FAIL) {
            graph.remove(edge);
        }
    }

    // --- telling ---------------------------------------------------------------------------------------------------

    private void tell(@Nullable Verdict verdict, Asking asking) {
        if (verdict != null && verdict.isNew()) {
            log.warn("{}", verdict.violation().describe());
            engine.publish(new LockEvent.NearMiss(
                    asking.resource,
                    asking.options.mode,
                    asking.who,
                    verdict.violation().detectedAt(),
                    verdict.violation()));
        }
    }

    private PotentialDeadlockException refused(OrderViolation violation, Hold held, LocalLock lock, Asking asking) {
        String why = "'" + asking.who.name() + "' asked to " + asking.options.mode + " '" + asking.resource
                + "' while it holds '" + held.resource() + "' in " + held.mode()
                + " mode, which goes against the order of such locks; it did not get it. Take them in the same order"
                + " everywhere, or at once with all(…)";
        engine.table(asking.options).countRefusal(lock.name, asking.options.write);
        engine.publish(
                new LockEvent.Refused(asking.resource, asking.options.mode, asking.who, engine.clock.instant(), why));
        return new PotentialDeadlockException(
                why + "." + System.lineSeparator() + violation.describe(),
                new LockAttempt(asking.resource, asking.options.mode, asking.who, Duration.ZERO),
                violation);
    }

    /** What has been told lately, oldest first. */
    List<OrderViolation> recent() {
        learning.lock();
        try {
            return violations.recent();
        } finally {
            learning.unlock();
        }
    }
}
