package dev.interlock.deadlock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Finds ways back to where one started in a graph of waits. */
public final class CycleSearch {

    /** A graph in which this does not suffice holds so many circles that a few of them tell the story. */
    private static final int MOST_STEPS = 10_000;

    private CycleSearch() {}

    /**
     * The shortest way: each element leads to the next, and the last one closes the cycle.
     *
     * @param start where to begin
     * @param next the waits that keep a wait from being granted
     * @param closes whether a wait leads straight back to the start
     * @return the path from the start to the wait that closes the cycle, or nothing
     */
    public static <W> List<W> find(W start, Function<W, ? extends Collection<W>> next, Predicate<W> closes) {
        Map<W, W> cameFrom = new HashMap<>();
        Deque<W> open = new ArrayDeque<>();
        cameFrom.put(start, start);
        open.addLast(start);
        while (!open.isEmpty()) {
            W wait = open.removeFirst();
            if (closes.test(wait)) {
                return wayTo(wait, start, cameFrom);
            }
            for (W each : next.apply(wait)) {
                if (cameFrom.putIfAbsent(each, wait) == null) {
                    open.addLast(each);
                }
            }
        }
        return List.of();
    }

    private static <W> List<W> wayTo(W last, W start, Map<W, W> cameFrom) {
        Deque<W> way = new ArrayDeque<>();
        for (W each = last; !each.equals(start); each = cameFrom.getOrDefault(each, start)) {
            way.addFirst(each);
        }
        way.addFirst(start);
        return List.copyOf(way);
    }

    /**
     * Several ways, the shortest first, none of which has a short cut: whoever is in one is needed for it.
     *
     * @param start where to begin
     * @param next the waits that keep a wait from being granted
     * @param closes whether a wait leads straight back to the start
     * @param most how many are enough
     * @return paths from the start to a wait that closes a cycle
     */
    public static <W> List<List<W>> findAll(
            W start, Function<W, ? extends Collection<W>> next, Predicate<W> closes, int most) {
        Map<W, Set<W>> known = new HashMap<>();
        Function<W, Set<W>> successors = wait -> known.computeIfAbsent(wait, each -> Set.copyOf(next.apply(each)));
        List<List<W>> found = new ArrayList<>();
        Deque<List<W>> open = new ArrayDeque<>();
        open.addLast(List.of(start));
        for (int step = 0; step < MOST_STEPS && found.size() < most && !open.isEmpty(); step++) {
            List<W> path = open.removeFirst();
            W last = path.get(path.size() - 1);
            if (closes.test(last)) {
                found.add(path);
            } else if (open.size() < MOST_STEPS) {
                successors.apply(last).stream()
                        .filter(each -> isNeeded(path, each, successors))
                        .forEach(each -> open.addLast(longer(path, each)));
            }
        }
        return found;
    }

    private static <W> boolean isNeeded(List<W> path, W wait, Function<W, Set<W>> successors) {
        List<W> before = path.subList(0, path.size() - 1);
        return !path.contains(wait)
                && before.stream().noneMatch(each -> successors.apply(each).contains(wait));
    }

    private static <W> List<W> longer(List<W> path, W wait) {
        List<W> longer = new ArrayList<>(path);
        longer.add(wait);
        return longer;
    }
}
