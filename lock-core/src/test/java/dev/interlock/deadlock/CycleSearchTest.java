package dev.interlock.deadlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CycleSearchTest {

    private static final int START = 0;
    private static final int ENOUGH = 1000;

    private final Map<Integer, Set<Integer>> graph = new TreeMap<>();

    private void edge(int from, int to) {
        graph.computeIfAbsent(from, each -> new TreeSet<>()).add(to);
    }

    private Set<Integer> next(Integer from) {
        return graph.getOrDefault(from, Set.of());
    }

    private boolean closes(Integer last) {
        return next(last).contains(START);
    }

    private List<Integer> find() {
        return CycleSearch.find(START, this::next, this::closes);
    }

    private List<List<Integer>> findAll(int most) {
        return CycleSearch.findAll(START, this::next, this::closes, most);
    }

    @Test
    void withoutAWayBackNothingIsFound() {
        edge(0, 1);
        edge(1, 2);
        edge(2, 1);

        assertThat(find()).isEmpty();
        assertThat(findAll(ENOUGH)).isEmpty();
    }

    @Test
    void whoeverLeadsToItselfIsACircle() {
        edge(0, 0);

        assertThat(find()).containsExactly(0);
        assertThat(findAll(ENOUGH)).containsExactly(List.of(0));
    }

    @Test
    void theShortestWayIsTaken() {
        edge(0, 1);
        edge(1, 2);
        edge(2, 0);
        edge(0, 3);
        edge(3, 0);

        assertThat(find()).containsExactly(0, 3);
        assertThat(findAll(ENOUGH)).containsExactly(List.of(0, 3), List.of(0, 1, 2));
        assertThat(findAll(1)).containsExactly(List.of(0, 3));
    }

    @Test
    void overRandomGraphsTheSameIsFoundAsByTryingEverything() {
        for (int seed = 0; seed < 2_000; seed++) {
            random(new Random(seed));
            Set<Set<Integer>> expected = new HashSet<>();
            withoutShortCut(new ArrayList<>(List.of(START)), expected);

            List<List<Integer>> found = findAll(ENOUGH);

            assertThat(found).as("seed %d", seed).doesNotHaveDuplicates();
            assertThat(new HashSet<>(found.stream().map(HashSet::new).toList()))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
            assertThat(found).as("seed %d", seed).allMatch(this::isWayBack);
            assertThat(find().size())
                    .as("seed %d", seed)
                    .isEqualTo(expected.stream().mapToInt(Set::size).min().orElse(0));
            assertThat(find().isEmpty() || isWayBack(find()))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    private boolean isWayBack(List<Integer> way) {
        boolean goesOn = way.get(0) == START && closes(way.get(way.size() - 1));
        for (int i = 1; i < way.size(); i++) {
            goesOn &= next(way.get(i - 1)).contains(way.get(i));
        }
        return goesOn;
    }

    private void random(Random random) {
        graph.clear();
        int nodes = 2 + random.nextInt(6);
        for (int i = 0; i < nodes * 2; i++) {
            edge(random.nextInt(nodes), random.nextInt(nodes));
        }
    }

    /** Every simple way back, kept if no two of its members are joined but by the way itself. */
    private void withoutShortCut(List<Integer> path, Set<Set<Integer>> found) {
        int last = path.get(path.size() - 1);
        if (closes(last) && isWithoutShortCut(path)) {
            found.add(new HashSet<>(path));
        }
        for (int each : next(last)) {
            if (!path.contains(each)) {
                path.add(each);
                withoutShortCut(path, found);
                path.remove(path.size() - 1);
            }
        }
    }

    private boolean isWithoutShortCut(List<Integer> path) {
        for (int i = 0; i < path.size(); i++) {
            boolean early = i < path.size() - 1 && closes(path.get(i));
            for (int later = i + 2; later < path.size(); later++) {
                early |= next(path.get(i)).contains(path.get(later));
            }
            if (early) {
                return false;
            }
        }
        return true;
    }
}
