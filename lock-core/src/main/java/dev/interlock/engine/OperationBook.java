package dev.interlock.engine;

import dev.interlock.optimistic.Operation;
import dev.interlock.optimistic.OperationContext;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.OperationTotals;
import dev.interlock.optimistic.OperationTree;
import dev.interlock.optimistic.Operations;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** All operations of a manager, those that are over up to a limit; and which one each thread works for. */
final class OperationBook implements Operations {

    private static final int MOST_OWING = 1000;
    /** How many levels a tree has at the most; what lies deeper begins a tree of its own, for nobody reads that, and stacks end. */
    private static final int DEEPEST = 100;

    private record Place(Stamps stamps, String resource) {}

    /** One that is over. */
    private record Past(long number, Operation operation) {}

    private final OptimisticRules rules;
    private final Map<String, LiveOperation> running = new ConcurrentHashMap<>();
    private final Map<Place, Contest> contests = new ConcurrentHashMap<>();
    /** Contests that nobody is in, and that owe somebody a turn; of too many the first are forgotten. Guarded by itself. */
    private final Map<Place, Contest> owing = new LinkedHashMap<>();
    /** The latest last; guarded by itself. */
    private final Deque<Past> recent = new ArrayDeque<>();

    @SuppressWarnings("ThreadLocalUsage") // each manager has its own operations
    private final ThreadLocal<@Nullable LiveOperation> current = new ThreadLocal<>();

    private final AtomicLong numbers = new AtomicLong();

    final LongAdder started = new LongAdder();
    final LongAdder succeeded = new LongAdder();
    final LongAdder conflicts = new LongAdder();
    final LongAdder retried = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder exhausted = new LongAdder();
    final LongAdder failed = new LongAdder();

    OperationBook(OptimisticRules rules) {
        this.rules = rules;
    }

    long nextNumber() {
        return numbers.incrementAndGet();
    }

    // --- who is under way ------------------------------------------------------------------------------------------

    /** Enters one that begins. */
    void enter(LiveOperation operation) {
        if (running.putIfAbsent(operation.id, operation) != null) {
            throw new IllegalArgumentException("an operation '" + operation.id
                    + "' is under way already; each has an id of its own, or none, and then one is made up");
        }
        contests.compute(place(operation), (place, known) -> (known == null ? contest(place) : known).with(operation));
        started.increment();
    }

    /** Enters that it is over, how, and why; answers with how it was at its end. */
    Operation leave(LiveOperation operation) {
        contests.computeIfPresent(
                place(operation), (place, known) -> isLeft(place, known.without(operation)) ? null : known);
        Operation end = operation.snapshot();
        remember(new Past(operation.number, end));
        running.remove(operation.id);
        return end;
    }

    private static Place place(LiveOperation operation) {
        return new Place(operation.stamps, operation.resource);
    }

    private Contest contest(Place place) {
        synchronized (owing) {
            Contest known = owing.remove(place);
            return known == null ? new Contest(rules.patience()) : known;
        }
    }

    /** Whether nobody is in the contest; what it owes is kept for those who come next. */
    private boolean isLeft(Place place, Contest contest) {
        if (contest.isEmpty() && contest.owes()) {
            synchronized (owing) {
                owing.put(place, contest);
                if (owing.size() > MOST_OWING) {
                    owing.remove(owing.keySet().iterator().next());
                }
            }
        }
        return contest.isEmpty();
    }

    private void remember(Past end) {
        synchronized (recent) {
            recent.addLast(end);
            while (recent.size() > rules.history()) {
                recent.removeFirst();
            }
        }
    }

    Contest contest(LiveOperation operation) {
        Contest contest = contests.get(place(operation));
        if (contest == null) {
            throw new IllegalStateException("operation " + operation + " is not under way");
        }
        return contest;
    }

    LiveOperation parent(String id, String child) {
        LiveOperation parent = running.get(id);
        if (parent == null) {
            throw new IllegalArgumentException("operation '" + child + "' cannot be a part of '" + id
                    + "': there is no operation of that id under way");
        }
        return parent;
    }

    /** Those that rest look up, and see that the manager is closed. */
    void wakeAll() {
        running.values().forEach(LiveOperation::wake);
    }

    // --- which one a thread works for ------------------------------------------------------------------------------

    /** What was begun for an operation that is over is a part of what that was a part of. */
    @Nullable LiveOperation ofThread() {
        return LiveOperation.living(current.get());
    }

    OperationContext.Scope work(@Nullable LiveOperation operation) {
        LiveOperation before = current.get();
        set(operation);
        return () -> set(before);
    }

    private void set(@Nullable LiveOperation operation) {
        if (operation == null) {
            current.remove();
        } else {
            current.set(operation);
        }
    }

    @Override
    public OperationContext context() {
        LiveOperation here = ofThread();
        return new OperationContext() {
            @Override
            public Optional<Operation> operation() {
                return Optional.ofNullable(here).map(LiveOperation::snapshot);
            }

            @Override
            public Scope open() {
                return work(here);
            }
        };
    }

    @Override
    public Optional<Operation> current() {
        return Optional.ofNullable(ofThread()).map(LiveOperation::snapshot);
    }

    // --- looking ---------------------------------------------------------------------------------------------------

    @Override
    public List<Operation> running() {
        return running.values().stream()
                .sorted(Comparator.comparingLong(each -> each.number))
                .map(LiveOperation::snapshot)
                .filter(each -> !each.status().isOver())
                .toList();
    }

    @Override
    public List<Operation> recent() {
        return past().stream().map(Past::operation).toList();
    }

    private List<Past> past() {
        synchronized (recent) {
            List<Past> latestFirst = new ArrayList<>(recent.size());
            recent.descendingIterator().forEachRemaining(latestFirst::add);
            return latestFirst;
        }
    }

    @Override
    public Optional<Operation> find(String id) {
        LiveOperation live = running.get(id);
        return live != null
                ? Optional.of(live.snapshot())
                : recent().stream().filter(each -> each.id().equals(id)).findFirst();
    }

    @Override
    public List<OperationTree> trees() {
        Map<String, Operation> all = new LinkedHashMap<>();
        for (Operation each : byNumber()) {
            all.remove(each.id());
            all.put(each.id(), each);
        }
        Map<String, List<Operation>> parts = new HashMap<>();
        List<Operation> tops = new ArrayList<>();
        for (Operation each : all.values()) {
            if (isPart(each, all)) {
                parts.computeIfAbsent(each.parent(), id -> new ArrayList<>()).add(each);
            } else {
                tops.add(each);
            }
        }
        Collections.reverse(tops);
        return trees(tops, parts);
    }

    /** In the order in which they were asked for; that of times may not tell it. */
    private Collection<Operation> byNumber() {
        Map<Long, Operation> sorted = new TreeMap<>();
        running.values().forEach(each -> sorted.put(each.number, each.snapshot()));
        past().forEach(each -> sorted.put(each.number, each.operation));
        return sorted.values();
    }

    /** Ids may be used again, so that of two that are remembered each may seem to be a part of the other: neither is then. */
    private static boolean isPart(Operation operation, Map<String, Operation> all) {
        Set<String> seen = new HashSet<>();
        for (Operation each = operation; each.parent() != null; ) {
            Operation above = all.get(each.parent());
            if (above == null) {
                break;
            }
            if (!seen.add(above.id())) {
                return false;
            }
            each = above;
        }
        return seen.size() % DEEPEST != 0;
    }

    private static List<OperationTree> trees(List<Operation> of, Map<String, List<Operation>> parts) {
        return of.stream()
                .map(each -> new OperationTree(each, trees(parts.getOrDefault(each.id(), List.of()), parts)))
                .toList();
    }

    @Override
    public List<OperationKind> kinds() {
        return rules.kinds().values().stream()
                .sorted(Comparator.comparingInt(OperationKind::priority)
                        .reversed()
                        .thenComparing(OperationKind::name))
                .toList();
    }

    @Override
    public OperationTotals totals() {
        return new OperationTotals(
                started.sum(),
                succeeded.sum(),
                conflicts.sum(),
                retried.sum(),
                rejected.sum(),
                exhausted.sum(),
                failed.sum());
    }
}
