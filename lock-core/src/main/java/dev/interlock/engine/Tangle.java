package dev.interlock.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A graph of what leads to what, and what of it is left when all that lies on no way from circle to circle is taken out. */
final class Tangle {

    private final Map<String, Set<String>> to = new HashMap<>();
    private final Map<String, Set<String>> from = new HashMap<>();

    void lead(String one, String other) {
        to.computeIfAbsent(one, made -> new HashSet<>()).add(other);
        from.computeIfAbsent(other, made -> new HashSet<>()).add(one);
        to.computeIfAbsent(other, made -> new HashSet<>());
        from.computeIfAbsent(one, made -> new HashSet<>());
    }

    /** What cannot be told to be no part of a circle; nothing if there is none. In time that grows with the graph and no faster. */
    Set<String> left() {
        Deque<String> ends = new ArrayDeque<>(to.keySet());
        while (!ends.isEmpty()) {
            String each = ends.remove();
            if (isEnd(to.get(each)) || isEnd(from.get(each))) {
                ends.addAll(takeOut(each, to, from));
                ends.addAll(takeOut(each, from, to));
            }
        }
        return to.keySet();
    }

    private static boolean isEnd(@Nullable Set<String> ways) {
        return ways != null && ways.isEmpty();
    }

    private static Set<String> takeOut(String gone, Map<String, Set<String>> there, Map<String, Set<String>> back) {
        Set<String> neighbours = Objects.requireNonNull(there.remove(gone));
        neighbours.forEach(each -> {
            Set<String> ways = back.get(each);
            if (ways != null) {
                ways.remove(gone);
            }
        });
        return neighbours;
    }
}
