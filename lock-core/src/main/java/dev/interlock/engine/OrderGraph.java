package dev.interlock.engine;

import dev.interlock.deadlock.OrderStep;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which types have been asked for while which were held. A node is a type together with a mode; see {@link Mark#node}.
 *
 * <p>Whether an edge is known is answered from bits that are replaced and never changed, without a lock. Everything else is
 * done under the mutex of whoever keeps the graph.
 */
final class OrderGraph {

    private final int most;
    private final Map<Integer, List<Edge>> fromType = new HashMap<>();
    /** Types for which writers wait: there, a reader can keep another reader waiting, by way of a writer between them. */
    private final BitSet awaitedByWriters = new BitSet();

    private int size;
    private volatile long[][] known = {};
    private volatile boolean full;

    OrderGraph(int most) {
        this.most = most;
    }

    /** That somebody held one node and asked for another; one edge is only like itself. */
    static final class Edge {

        final int held;
        final int asked;
        /** Within a type, whether the key asked for comes before the one held. */
        final boolean descending;
        /** The first sighting. */
        final OrderStep step;

        Edge(int held, int asked, boolean descending, OrderStep step) {
            this.held = held;
            this.asked = asked;
            this.descending = descending;
            this.step = step;
        }

        int heldType() {
            return Mark.typeOf(held);
        }

        int askedType() {
            return Mark.typeOf(asked);
        }

        boolean isNesting() {
            return heldType() == askedType();
        }
    }

    // --- without the mutex -----------------------------------------------------------------------------------------

    boolean knows(int held, int asked, boolean descending) {
        long[][] rows = known;
        if (held >= rows.length) {
            return false;
        }
        long[] row = rows[held];
        int bit = bit(asked, descending);
        return bit >> 6 < row.length && (row[bit >> 6] & 1L << bit) != 0;
    }

    /** Whether no more is remembered. */
    boolean isFull() {
        return full;
    }

    private static int bit(int asked, boolean descending) {
        return asked << 1 | (descending ? 1 : 0);
    }

    // --- under the mutex -------------------------------------------------------------------------------------------

    void add(Edge edge) {
        if (size < most) {
            mark(edge.held, edge.asked, edge.descending, true);
            fromType.computeIfAbsent(edge.heldType(), type -> new ArrayList<>()).add(edge);
            size++;
            full = size >= most;
        }
    }

    /** Takes it out, so that it is looked at again the next time. */
    void remove(Edge edge) {
        List<Edge> edges = fromType.get(edge.heldType());
        if (edges != null && edges.remove(edge)) {
            mark(edge.held, edge.asked, edge.descending, false);
            size--;
            full = false;
        }
    }

    /** From now on nobody asks about it any more, and it leads nowhere. */
    void ignore(Edge edge) {
        mark(edge.held, edge.asked, edge.descending, true);
    }

    private void mark(int held, int asked, boolean descending, boolean value) {
        long[][] rows = known;
        long[][] more = new long[Math.max(rows.length, held + 1)][];
        for (int i = 0; i < more.length; i++) {
            more[i] = i < rows.length ? rows[i] : new long[0];
        }
        BitSet row = BitSet.valueOf(more[held]);
        row.set(bit(asked, descending), value);
        more[held] = row.toLongArray();
        known = more;
    }

    /** Notes that writers wait for this type; answers the edges that this may have made dangerous. */
    List<Edge> awaitedByWriters(int type) {
        if (awaitedByWriters.get(type)) {
            return List.of();
        }
        awaitedByWriters.set(type);
        return fromType.values().stream()
                .flatMap(List::stream)
                .filter(edge -> edge.askedType() == type && !Mark.isWrite(edge.asked))
                .toList();
    }

    /** The shortest circle that this edge closes, beginning with it; nothing if it closes none. */
    List<Edge> circleOf(Edge closing) {
        return closing.isNesting() ? nestingOf(closing) : shortest(closing);
    }

    private List<Edge> nestingOf(Edge closing) {
        for (Edge each : from(closing.askedType())) {
            if (each.isNesting()
                    && each.descending != closing.descending
                    && blocks(closing, each)
                    && blocks(each, closing)) {
                return List.of(closing, each);
            }
        }
        return List.of();
    }

    private List<Edge> shortest(Edge closing) {
        Map<Edge, @Nullable Edge> cameFrom = new HashMap<>();
        Deque<Edge> next = new ArrayDeque<>();
        cameFrom.put(closing, null);
        next.add(closing);
        while (!next.isEmpty()) {
            Edge edge = next.remove();
            if (edge.askedType() == closing.heldType() && blocks(edge, closing)) {
                return wayTo(edge, cameFrom);
            }
            for (Edge each : from(edge.askedType())) {
                if (!each.isNesting() && blocks(edge, each) && !cameFrom.containsKey(each)) {
                    cameFrom.put(each, edge);
                    next.add(each);
                }
            }
        }
        return List.of();
    }

    private static List<Edge> wayTo(Edge last, Map<Edge, @Nullable Edge> cameFrom) {
        Deque<Edge> way = new ArrayDeque<>();
        for (Edge each = last; each != null; each = cameFrom.get(each)) {
            way.addFirst(each);
        }
        return List.copyOf(way);
    }

    private List<Edge> from(int type) {
        return fromType.getOrDefault(type, List.of());
    }

    /** Whether what the one asks for can be kept from it by what the other holds. */
    private boolean blocks(Edge asking, Edge holding) {
        return Mark.isWrite(asking.asked) || Mark.isWrite(holding.held) || awaitedByWriters.get(asking.askedType());
    }
}
