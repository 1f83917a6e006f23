package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TangleTest {

    private static Tangle of(String... ways) {
        Tangle tangle = new Tangle();
        for (String way : ways) {
            tangle.lead(way.substring(0, 1), way.substring(1));
        }
        return tangle;
    }

    @Test
    void whatLeadsNowhereIsTakenOut() {
        assertThat(of("ab", "bc", "cd", "xb").left()).isEmpty();
    }

    @Test
    void whatLeadsToACircleAndWhatOneLeadsToIsTakenOutToo() {
        assertThat(of("ab", "bc", "cb", "cd", "de").left()).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void whatLeadsFromOneToAnotherStays() {
        assertThat(of("ab", "ba", "bx", "xc", "cd", "dc").left()).containsExactlyInAnyOrder("a", "b", "x", "c", "d");
    }

    @Test
    void noCircleIsLost() {
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            Tangle tangle = new Tangle();
            Map<String, Set<String>> ways = new HashMap<>();
            for (int i = 0; i < 12; i++) {
                String one = "" + random.nextInt(8);
                String other = "" + random.nextInt(8);
                tangle.lead(one, other);
                ways.computeIfAbsent(one, made -> new HashSet<>()).add(other);
            }
            Set<String> left = tangle.left();
            for (String each : ways.keySet()) {
                if (reachable(each, ways).contains(each)) {
                    assertThat(left).as("round %s", round).contains(each);
                }
            }
            assertThat(left.isEmpty())
                    .as("round %s", round)
                    .isEqualTo(ways.keySet().stream()
                            .noneMatch(each -> reachable(each, ways).contains(each)));
        }
    }

    private static Set<String> reachable(String from, Map<String, Set<String>> ways) {
        Set<String> reached = new HashSet<>();
        reach(from, ways, reached);
        return reached;
    }

    private static void reach(String from, Map<String, Set<String>> ways, Set<String> reached) {
        for (String each : ways.getOrDefault(from, Set.of())) {
            if (reached.add(each)) {
                reach(each, ways, reached);
            }
        }
    }
}
