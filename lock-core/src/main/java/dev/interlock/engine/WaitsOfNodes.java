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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for whom on all nodes, by what they report.
 *
 * <p>A wait leads to the owners in its way: those who hold in a mode that conflicts, or if there are none, as for a reader behind
 * readers, to the writer ahead of it. Clocks of nodes agree only roughly, so a reader and a writer that came at almost the same time
 * may be taken the wrong way round. That can hide a circle, and makes none: whoever waits to read behind readers does wait for some
 * writer, and all writers wait for the same holders.
 */
final class WaitsOfNodes {

    private final Map<String, List<Hold>> holds = new HashMap<>();
    private final Map<String, List<Wait>> waits = new HashMap<>();
    private final Map<String, List<Wait>> waitsOfOwners = new HashMap<>();
    private final Map<String, List<Held>> holdsOfOwners = new HashMap<>();
    private final Map<String, List<Wait>> waitsOfSessions = new HashMap<>();

    WaitsOfNodes(List<NodeReport> nodes) {
        nodes.stream().sorted(Comparator.comparing(NodeReport::session)).forEach(this::add);
    }

    /** A hold that somebody owns. */
    static final class Hold {

        private final NodeReport by;
        private final Held held;

        Hold(NodeReport by, Held held) {
            this.by = by;
            this.held = held;
        }

        NodeReport by() {
            return by;
        }

        Held held() {
            return held;
        }

        String owner() {
            return ownerOf(by, held.owner());
        }

        String id() {
            return by.session() + " " + held.lock() + " " + held.id();
        }
    }

    /** A wait. */
    static final class Wait {

        private final NodeReport by;
        private final Awaited awaited;

        Wait(NodeReport by, Awaited awaited) {
            this.by = by;
            this.awaited = awaited;
        }

        NodeReport by() {
            return by;
        }

        Awaited awaited() {
            return awaited;
        }

        String owner() {
            return ownerOf(by, awaited.owner());
        }

        String id() {
            return by.session() + " " + awaited.lock() + " " + awaited.id();
        }

        private boolean keptWaitingBy(Hold hold) {
            return awaited.mode().conflictsWith(hold.held().mode()) && !owner().equals(hold.owner());
        }

        private boolean keptWaitingBy(Wait other) {
            return awaited.mode().conflictsWith(other.awaited.mode())
                    && !owner().equals(other.owner())
                    && other.isAheadOf(this);
        }

        private boolean isAheadOf(Wait other) {
            if (by.session().equals(other.by.session())) {
                return awaited.waiter().position() < other.awaited.waiter().position();
            }
            int earlier = Long.compare(awaited.rank(), other.awaited.rank());
            return earlier < 0 || (earlier == 0 && by.session().compareTo(other.by.session()) < 0);
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
                in(holdsOfOwners, hold.owner()).add(each);
            }
        }
        for (Awaited each : node.waits()) {
            Wait wait = new Wait(node, each);
            in(waits, lock(node, each.lock(), each.everywhere())).add(wait);
            in(waitsOfOwners, wait.owner()).add(wait);
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

    // --- looking ---------------------------------------------------------------------------------------------------

    List<Wait> waitsOf(String session) {
        return waitsOfSessions.getOrDefault(session, List.of());
    }

    /** What the owner of this wait holds, with the mode. */
    Map<String, LockMode> heldByOwnerOf(Wait wait) {
        Map<String, LockMode> held = new HashMap<>();
        for (Held each : holdsOfOwners.getOrDefault(wait.owner(), List.of())) {
            held.merge(each.holder().resource(), each.mode(), (one, other) -> one == LockMode.WRITE ? one : other);
        }
        return held;
    }

    /** The circles through this wait that run through several nodes: the shortest one for each owner in its way. */
    List<List<Edge>> circlesThrough(Wait wait) {
        return edges(wait).stream()
                .map(this::circleBeginningWith)
                .filter(WaitsOfNodes::isAcrossNodes)
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
        String lock = lock(from.by(), from.awaited().lock(), from.awaited().everywhere());
        Set<String> owners = new HashSet<>();
        List<Edge> holders = holds.getOrDefault(lock, List.of()).stream()
                .filter(from::keptWaitingBy)
                .filter(hold -> owners.add(hold.owner()))
                .map(hold -> new Edge(from, hold, null))
                .toList();
        return holders.isEmpty() && from.awaited().mode() == LockMode.READ ? firstAhead(from, lock) : holders;
    }

    /** Whoever waits to read behind readers waits for a writer; the first one stands for all. */
    private List<Edge> firstAhead(Wait from, String lock) {
        Wait first = null;
        for (Wait each : waits.getOrDefault(lock, List.of())) {
            if (from.keptWaitingBy(each) && (first == null || each.isAheadOf(first))) {
                first = each;
            }
        }
        return first == null ? List.of() : List.of(new Edge(from, null, first));
    }

    private List<Edge> circleBeginningWith(Edge first) {
        String start = first.from().owner();
        Map<Wait, Edge> cameBy = new HashMap<>();
        Deque<Wait> next = new ArrayDeque<>();
        Set<Wait> seen = new LinkedHashSet<>(Set.of(first.from()));
        follow(first, cameBy, seen, next);
        while (!next.isEmpty()) {
            Wait wait = next.remove();
            for (Edge edge : edges(wait)) {
                if (edge.owner().equals(start)) {
                    return pathTo(edge, first, cameBy);
                }
                follow(edge, cameBy, seen, next);
            }
        }
        return List.of();
    }

    private void follow(Edge edge, Map<Wait, Edge> cameBy, Set<Wait> seen, Deque<Wait> next) {
        for (Wait each : waitsOfOwners.getOrDefault(edge.owner(), List.of())) {
            if (seen.add(each)) {
                cameBy.put(each, edge);
                next.add(each);
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
