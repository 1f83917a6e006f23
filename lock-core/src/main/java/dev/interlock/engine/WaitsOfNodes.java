package dev.interlock.engine;

import dev.interlock.LockMode;
import dev.interlock.engine.NodeReport.Awaited;
import dev.interlock.engine.NodeReport.Held;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for whom on all nodes, by what they report.
 *
 * <p>A wait leads to the owners in its way: those who hold in a mode that conflicts. If there are none, as for a reader behind readers, it
 * leads to a writer who waits: the one ahead of it on its own node, or the first of another node, without asking who came earlier, for
 * clocks of nodes agree only roughly. All writers wait for the same holders, so one stands for all; that one of them is ahead must be
 * found out before such a circle is believed.
 *
 * <p>Only what {@link Tangle} leaves is searched, so that many who wait for somebody who works cost little.
 */
final class WaitsOfNodes {

    /** More circles than this are not told at once, and not looked for oftener. */
    private static final int MOST_CIRCLES = 20;

    private static final int MOST_SEARCHES = 200;

    private final Map<String, List<Hold>> holds = new HashMap<>();
    private final Map<String, List<Wait>> waits = new HashMap<>();
    private final Map<String, List<Wait>> waitsOfOwners = new HashMap<>();
    private final Map<String, List<Held>> holdsOfOwners = new HashMap<>();
    private final Map<String, List<Wait>> waitsOfSessions = new HashMap<>();
    private final Set<String> tangled;

    WaitsOfNodes(List<NodeReport> nodes) {
        nodes.stream().sorted(Comparator.comparing(NodeReport::session)).forEach(this::add);
        tangled = tangle().left();
    }

    /** A hold that somebody owns. */
    static final class Hold {

        private final NodeReport by;
        private final Held held;
        private final String owner;

        Hold(NodeReport by, Held held) {
            this.by = by;
            this.held = held;
            this.owner = ownerOf(by, held.owner());
        }

        NodeReport by() {
            return by;
        }

        Held held() {
            return held;
        }

        String owner() {
            return owner;
        }

        String id() {
            return by.session() + " " + held.lock() + " " + held.id();
        }

        private boolean isWrite() {
            return held.mode() == LockMode.WRITE;
        }
    }

    /** A wait. */
    static final class Wait {

        private final NodeReport by;
        private final Awaited awaited;
        private final String owner;
        private final String lock;

        Wait(NodeReport by, Awaited awaited) {
            this.by = by;
            this.awaited = awaited;
            this.owner = ownerOf(by, awaited.owner());
            this.lock = lock(by, awaited.lock(), awaited.everywhere());
        }

        NodeReport by() {
            return by;
        }

        Awaited awaited() {
            return awaited;
        }

        String owner() {
            return owner;
        }

        String id() {
            return by.session() + " " + awaited.lock() + " " + awaited.id();
        }

        private boolean isWrite() {
            return awaited.mode() == LockMode.WRITE;
        }

        private boolean keptWaitingBy(Hold hold) {
            return (isWrite() || hold.isWrite()) && !owner.equals(hold.owner);
        }

        /** Whether this writer may be ahead of that reader. */
        private boolean mayBeAheadOf(Wait reader) {
            boolean before = !by.session().equals(reader.by.session())
                    || awaited.waiter().position() < reader.awaited.waiter().position();
            return isWrite() && before && !owner.equals(reader.owner);
        }
    }

    /**
     * A wait, and what keeps it waiting: a hold, or a wait ahead of it.
     *
     * @param from the wait
     * @param hold the hold, or nothing
     * @param ahead the wait ahead, or nothing
     */
    record Edge(Wait from, @Nullable Hold hold, @Nullable Wait ahead) {

        String owner() {
            return hold != null ? hold.owner() : Objects.requireNonNull(ahead).owner();
        }

        /** Whoever holds is kept by all it waits for; whoever waits ahead is out of the way when that wait ends. */
        boolean leadsTo(Wait wait) {
            return ahead == null ? owner().equals(wait.owner()) : ahead.equals(wait);
        }

        /** Who reported what keeps it waiting. */
        NodeReport obstacleBy() {
            return hold != null ? hold.by() : Objects.requireNonNull(ahead).by();
        }

        String id() {
            return from.id() + " > "
                    + (hold != null ? hold.id() : Objects.requireNonNull(ahead).id());
        }
    }

    private static String ownerOf(NodeReport by, int number) {
        return by.session() + " " + number;
    }

    private void add(NodeReport node) {
        for (Held each : node.holds()) {
            if (each.owner() > 0) {
                Hold hold = new Hold(node, each);
                in(holds, lock(node, each.lock(), each.everywhere())).add(hold);
                in(holdsOfOwners, hold.owner).add(each);
            }
        }
        for (Awaited each : node.waits()) {
            Wait wait = new Wait(node, each);
            in(waits, wait.lock).add(wait);
            in(waitsOfOwners, wait.owner).add(wait);
            in(waitsOfSessions, node.session()).add(wait);
        }
    }

    private static <T> List<T> in(Map<String, List<T>> lists, String key) {
        return lists.computeIfAbsent(key, made -> new ArrayList<>());
    }

    /** What is not the same everywhere is a node's own. */
    private static String lock(NodeReport node, String name, boolean everywhere) {
        return everywhere ? " " + name : node.session() + " " + name;
    }

    // --- what may be part of a circle ------------------------------------------------------------------------------

    /** By way of locks, so that many who wait for many are not each led to each. */
    private Tangle tangle() {
        Tangle tangle = new Tangle();
        waits.forEach((lock, waiting) -> {
            waiting.forEach(each -> tangle.lead(each.owner, toLock(lock, each.isWrite())));
            for (Hold each : holds.getOrDefault(lock, List.of())) {
                tangle.lead(toLock(lock, true), each.owner);
                if (each.isWrite()) {
                    tangle.lead(toLock(lock, false), each.owner);
                }
            }
            waiting.stream().filter(Wait::isWrite).forEach(each -> tangle.lead(toLock(lock, false), each.owner));
        });
        return tangle;
    }

    private static String toLock(String lock, boolean write) {
        return (write ? "write " : "read ") + lock;
    }

    // --- looking ---------------------------------------------------------------------------------------------------

    List<Wait> waitsOf(String session) {
        return waitsOfSessions.getOrDefault(session, List.of());
    }

    /** What the owner of this wait holds, with the mode. */
    Map<String, LockMode> heldByOwnerOf(Wait wait) {
        Map<String, LockMode> held = new HashMap<>();
        for (Held each : holdsOfOwners.getOrDefault(wait.owner, List.of())) {
            held.merge(each.holder().resource(), each.mode(), (one, other) -> one == LockMode.WRITE ? one : other);
        }
        return held;
    }

    /**
     * The circles through waits of this session that run through several nodes, as many as are told at once: for each owner in the way of
     * one of them the shortest.
     */
    List<List<Edge>> circlesOf(String session) {
        return waitsOf(session).stream()
                .filter(wait -> tangled.contains(wait.owner))
                .flatMap(wait -> edges(wait).stream())
                .limit(MOST_SEARCHES)
                .map(this::circleBeginningWith)
                .filter(WaitsOfNodes::isAcrossNodes)
                .limit(MOST_CIRCLES)
                .toList();
    }

    private static boolean isAcrossNodes(List<Edge> circle) {
        return circle.stream()
                        .map(edge -> edge.from().by().session())
                        .distinct()
                        .count()
                > 1;
    }

    /** If somebody holds it in a way that conflicts, those who wait ahead wait for them too, and only stand beside the circle. */
    private List<Edge> edges(Wait from) {
        Set<String> owners = new HashSet<>();
        List<Edge> holders = holds.getOrDefault(from.lock, List.of()).stream()
                .filter(from::keptWaitingBy)
                .filter(hold -> owners.add(hold.owner))
                .map(hold -> new Edge(from, hold, null))
                .toList();
        return holders.isEmpty() && !from.isWrite() ? behindWriter(from) : holders;
    }

    private List<Edge> behindWriter(Wait reader) {
        return waits.getOrDefault(reader.lock, List.of()).stream()
                .filter(each -> each.mayBeAheadOf(reader))
                .min(Comparator.comparing((Wait each) -> !each.by.session().equals(reader.by.session()))
                        .thenComparing(each -> each.awaited.waiter().since())
                        .thenComparing(Wait::id))
                .map(first -> List.of(new Edge(reader, null, first)))
                .orElse(List.of());
    }

    private List<Edge> circleBeginningWith(Edge first) {
        Map<Wait, Edge> cameBy = new HashMap<>();
        Deque<Wait> next = new ArrayDeque<>();
        Set<Wait> seen = new HashSet<>(Set.of(first.from()));
        follow(first, cameBy, seen, next);
        while (!next.isEmpty()) {
            Wait wait = next.remove();
            for (Edge edge : edges(wait)) {
                if (edge.leadsTo(first.from())) {
                    return pathTo(edge, first, cameBy);
                }
                follow(edge, cameBy, seen, next);
            }
        }
        return List.of();
    }

    private void follow(Edge edge, Map<Wait, Edge> cameBy, Set<Wait> seen, Deque<Wait> next) {
        if (tangled.contains(edge.owner())) {
            Wait ahead = edge.ahead();
            for (Wait each : ahead == null ? waitsOfOwners.getOrDefault(edge.owner(), List.of()) : List.of(ahead)) {
                if (seen.add(each)) {
                    cameBy.put(each, edge);
                    next.add(each);
                }
            }
        }
    }

    private static List<Edge> pathTo(Edge last, Edge first, Map<Wait, Edge> cameBy) {
        Deque<Edge> path = new ArrayDeque<>();
        for (Edge each = last; each != null && !each.equals(first); each = cameBy.get(each.from())) {
            path.addFirst(each);
        }
        path.addFirst(first);
        return List.copyOf(path);
    }
}
