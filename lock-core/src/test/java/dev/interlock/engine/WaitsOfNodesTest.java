package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.DeadlockPolicy;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.engine.NodeReport.Awaited;
import dev.interlock.engine.NodeReport.Held;
import dev.interlock.engine.WaitsOfNodes.Edge;
import dev.interlock.engine.WaitsOfNodes.Wait;
import dev.interlock.monitor.LockHolder;
import dev.interlock.monitor.LockWaiter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitsOfNodesTest {

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final LockMode R = LockMode.READ;
    private static final LockMode W = LockMode.WRITE;

    private final Map<String, Node> nodes = new HashMap<>();

    /** A report to be. */
    private static final class Node {

        private final String name;
        private final List<Held> holds = new ArrayList<>();
        private final List<Awaited> waits = new ArrayList<>();
        private int ids;

        Node(String name) {
            this.name = name;
        }

        Node holds(int owner, String lock, LockMode mode, boolean everywhere) {
            LockHolder holder = new LockHolder(
                    lock,
                    LockOwner.named(name + owner),
                    owner,
                    name,
                    null,
                    mode,
                    5,
                    1,
                    T0,
                    Duration.ZERO,
                    null,
                    null,
                    null,
                    Map.of(),
                    List.of());
            holds.add(new Held(holder, lock, everywhere, "h" + ids++));
            return this;
        }

        Node holds(int owner, String lock, LockMode mode) {
            return holds(owner, lock, mode, true);
        }

        Node waits(int owner, String lock, LockMode mode, long rank) {
            return waits(owner, lock, mode, rank, true);
        }

        Node waits(int owner, String lock, LockMode mode, long rank, boolean everywhere) {
            int position = 1
                    + (int) waits.stream()
                            .filter(each -> each.lock().equals(lock))
                            .count();
            LockWaiter waiter = new LockWaiter(
                    lock,
                    LockOwner.named(name + owner),
                    owner,
                    name,
                    null,
                    mode,
                    5,
                    position,
                    T0.plusNanos(1000 * rank),
                    Duration.ZERO,
                    null,
                    Map.of());
            waits.add(new Awaited(waiter, lock, everywhere, "w" + ids++));
            return this;
        }

        boolean knows(String lock) {
            return holds.stream().anyMatch(each -> each.lock().equals(lock))
                    || waits.stream().anyMatch(each -> each.lock().equals(lock));
        }

        NodeReport report() {
            return new NodeReport(name, name, 1, 0, DeadlockPolicy.REPORT, holds, waits, List.of());
        }
    }

    private Node node(String name) {
        return nodes.computeIfAbsent(name, Node::new);
    }

    private WaitsOfNodes waits() {
        return new WaitsOfNodes(nodes.values().stream().map(Node::report).toList());
    }

    private List<List<String>> circles(String session) {
        WaitsOfNodes waits = waits();
        return waits.circlesOf(session).stream()
                .map(circle -> circle.stream()
                        .map(edge -> edge.from().awaited().waiter().owner().name())
                        .toList())
                .toList();
    }

    @Test
    void twoThatWaitForEachOther() {
        node("a").holds(1, "x", W).waits(1, "y", W, 10);
        node("b").holds(1, "y", W).waits(1, "x", R, 20);

        assertThat(circles("a")).containsExactly(List.of("a1", "b1"));
        assertThat(circles("b")).containsExactly(List.of("b1", "a1"));
        assertThat(circles("c")).isEmpty();
    }

    @Test
    void readersDoNotWaitForReaders() {
        node("a").holds(1, "x", R).waits(1, "y", W, 10);
        node("b").holds(1, "y", W).waits(1, "x", R, 20);

        assertThat(circles("a")).isEmpty();
        assertThat(circles("b")).isEmpty();
    }

    @Test
    void aReaderWaitsForTheWriterAheadOfIt() {
        node("a").holds(1, "x", R).waits(1, "y", W, 30);
        node("b").waits(1, "x", W, 10);
        node("c").holds(1, "y", W).waits(1, "x", R, 20);

        assertThat(circles("a")).containsExactly(List.of("a1", "c1", "b1"));
        assertThat(circles("b")).containsExactly(List.of("b1", "a1", "c1"));
        assertThat(circles("c")).containsExactly(List.of("c1", "b1", "a1"));
    }

    @Test
    void orForOneOfAnotherNodeWhoeverCameEarlierByTheirClocks() {
        node("a").holds(1, "x", R).waits(1, "y", W, 30);
        node("b").waits(1, "x", W, 20);
        node("c").holds(1, "y", W).waits(1, "x", R, 10);

        assertThat(circles("a")).containsExactly(List.of("a1", "c1", "b1"));
    }

    @Test
    void andNotForOneBehindItOnItsOwnNode() {
        node("a").holds(1, "x", R).waits(1, "y", W, 30);
        node("c").holds(1, "y", W).waits(1, "x", R, 10).waits(2, "x", W, 20);

        assertThat(circles("a")).isEmpty();
    }

    @Test
    void whoeverWaitsAheadIsOutOfTheWayWhenThatWaitEndsWhateverElseItsOwnerWaitsFor() {
        node("a").holds(1, "x", R);
        node("b").waits(1, "x", W, 10).waits(1, "m", W, 30);
        node("c").holds(1, "m", W).waits(1, "x", R, 20);

        assertThat(circles("b")).isEmpty();
        assertThat(circles("c")).isEmpty();
    }

    @Test
    void whatEachNodeHasForItselfLeadsOnOnlyThere() {
        node("a").holds(1, "own", W, false).waits(1, "d", W, 10);
        node("b").holds(1, "d", W).waits(1, "e", W, 20);
        node("a").holds(2, "e", W).waits(2, "own", W, 30, false);
        assertThat(circles("b")).containsExactly(List.of("b1", "a2", "a1"));

        nodes.clear();
        node("a").holds(1, "own", W, false).waits(1, "d", W, 10);
        node("b").holds(1, "d", W).waits(1, "own", W, 20, false);
        assertThat(circles("a")).isEmpty();
    }

    @Test
    void circlesWithinOneNodeAreForThatNodeToFind() {
        node("a").holds(1, "x", W).waits(1, "y", W, 10);
        node("a").holds(2, "y", W).waits(2, "x", W, 20);
        node("b").waits(1, "x", W, 30);

        assertThat(circles("a")).isEmpty();
        assertThat(circles("b")).isEmpty();
    }

    @Test
    void aWaitForTwoReadersIsInTwoCircles() {
        node("a").holds(1, "p", W).holds(1, "q", W).waits(1, "x", W, 10);
        node("b").holds(1, "x", R).waits(1, "p", W, 20);
        node("c").holds(1, "x", R).waits(1, "q", W, 30);

        assertThat(circles("a")).containsExactlyInAnyOrder(List.of("a1", "b1"), List.of("a1", "c1"));
    }

    @Test
    void whoeverOnlyWaitsBesideIsNoPartOfIt() {
        node("a").holds(1, "x", W).waits(1, "y", W, 10);
        node("b").holds(1, "y", W).waits(1, "x", W, 20);
        node("c").waits(1, "x", W, 5).waits(2, "y", R, 6).waits(3, "y", W, 7);

        assertThat(circles("a")).containsExactly(List.of("a1", "b1"));
        assertThat(circles("b")).containsExactly(List.of("b1", "a1"));
        assertThat(circles("c")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void inRandomTangledWaitsEachCircleIsOneAndNoneIsMissed(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            nodes.clear();
            for (int i = 0; i < 24; i++) {
                Node place = node("n" + random.nextInt(8));
                LockMode mode = random.nextBoolean() ? R : W;
                String lock = "x" + random.nextInt(5);
                // nobody waits for what he has, nor for two things at once
                if (random.nextBoolean() && !place.knows(lock)) {
                    place.holds(1, lock, mode);
                } else if (place.waits.isEmpty() && !place.knows(lock)) {
                    place.waits(1, lock, mode, random.nextInt(1000));
                }
            }
            WaitsOfNodes waits = waits();
            List<Wait> all = nodes.keySet().stream()
                    .flatMap(session -> waits.waitsOf(session).stream())
                    .toList();
            List<List<Edge>> circles = nodes.keySet().stream()
                    .flatMap(session -> waits.circlesOf(session).stream())
                    .toList();
            circles.forEach(WaitsOfNodesTest::assertIsCircle);
            assertThat(!circles.isEmpty())
                    .as("seed %s, round %s: there is a circle", seed, round)
                    .isEqualTo(all.stream().anyMatch(this::leadsBack));
        }
    }

    private static void assertIsCircle(List<Edge> circle) {
        for (int i = 0; i < circle.size(); i++) {
            Edge edge = circle.get(i);
            assertThat(edge.owner())
                    .isEqualTo(circle.get((i + 1) % circle.size()).from().owner());
            assertThat(edge.owner()).isNotEqualTo(edge.from().owner());
        }
        assertThat(circle.stream().map(each -> each.from().id())).doesNotHaveDuplicates();
    }

    /** The same by brute force, where each node has one owner. */
    private boolean leadsBack(Wait wait) {
        Set<String> reached = new HashSet<>();
        Deque<String> next = new ArrayDeque<>(obstacles(wait.by().session(), wait.awaited()));
        while (!next.isEmpty()) {
            String node = next.remove();
            if (reached.add(node)) {
                node(node).waits.forEach(each -> next.addAll(obstacles(node, each)));
            }
        }
        return reached.contains(wait.by().session());
    }

    private Set<String> obstacles(String from, Awaited wait) {
        Set<String> holders = new HashSet<>();
        Set<String> ahead = new HashSet<>();
        nodes.forEach((name, other) -> {
            if (!name.equals(from)) {
                if (other.holds.stream()
                        .anyMatch(each ->
                                each.lock().equals(wait.lock()) && each.mode().conflictsWith(wait.mode()))) {
                    holders.add(name);
                }
                if (other.waits.stream()
                        .anyMatch(each -> each.lock().equals(wait.lock()) && each.mode() == W && wait.mode() == R)) {
                    ahead.add(name);
                }
            }
        });
        return holders.isEmpty() ? ahead : holders;
    }
}
