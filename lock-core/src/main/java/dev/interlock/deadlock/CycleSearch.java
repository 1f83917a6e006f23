package dev.interlock.deadlock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Finds a way back to where one started in a graph of waits. */
public final class CycleSearch {

    private CycleSearch() {}

    /**
     * A shortest path is not promised, only a true one: each element leads to the next, and the last one closes the cycle.
     *
     * @param start where to begin
     * @param next the waits that keep a wait from being granted
     * @param closes whether a wait leads straight back to the start
     * @return the path from the start to the wait that closes the cycle, or nothing
     */
    public static <W> List<W> find(W start, Function<W, ? extends Collection<W>> next, Predicate<W> closes) {
        Set<W> seen = new HashSet<>();
        Deque<W> path = new ArrayDeque<>();
        Deque<Iterator<W>> open = new ArrayDeque<>();
        seen.add(start);
        path.addLast(start);
        open.addLast(new ArrayList<W>(next.apply(start)).iterator());
        if (closes.test(start)) {
            return List.of(start);
        }
        while (!open.isEmpty()) {
            Iterator<W> successors = open.getLast();
            if (!successors.hasNext()) {
                open.removeLast();
                path.removeLast();
                continue;
            }
            W wait = successors.next();
            if (!seen.add(wait)) {
                continue;
            }
            path.addLast(wait);
            if (closes.test(wait)) {
                return List.copyOf(path);
            }
            open.addLast(new ArrayList<W>(next.apply(wait)).iterator());
        }
        return List.of();
    }
}
