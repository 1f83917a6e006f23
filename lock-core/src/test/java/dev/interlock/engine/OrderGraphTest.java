package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockMode;
import dev.interlock.deadlock.OrderStep;
import dev.interlock.engine.OrderGraph.Edge;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OrderGraphTest {

    private final OrderGraph graph = new OrderGraph(100);

    private static Edge edge(int held, boolean heldWrite, int asked, boolean askedWrite, boolean descending) {
        OrderStep step = new OrderStep(
                "t" + held,
                "t" + held,
                null,
                LockMode.WRITE,
                null,
                "t" + asked,
                "t" + asked,
                null,
                LockMode.WRITE,
                null,
                "o",
                "t",
                Instant.EPOCH,
                List.of(),
                List.of());
        return new Edge(Mark.node(held, heldWrite), Mark.node(asked, askedWrite), descending, step);
    }

    private static Edge write(int held, int asked) {
        return edge(held, true, asked, true, false);
    }

    private boolean knows(Edge edge) {
        return graph.knows(edge.held, edge.asked, edge.descending);
    }

    @Test
    void itKnowsWhatWasAddedAndNothingElse() {
        List<Edge> added = new ArrayList<>();
        Random random = new Random(3);
        for (int i = 0; i < 60; i++) {
            added.add(edge(
                    1 + random.nextInt(70), random.nextBoolean(), 1 + random.nextInt(70), random.nextBoolean(), false));
            graph.add(added.get(i));
        }

        for (int held = 0; held < 150; held++) {
            for (int asked = 0; asked < 150; asked++) {
                int from = held;
                int to = asked;
                assertThat(graph.knows(from, to, false))
                        .isEqualTo(added.stream().anyMatch(edge -> edge.held == from && edge.asked == to));
                assertThat(graph.knows(from, to, true)).isFalse();
            }
        }
    }

    @Test
    void theShortestCircleIsFoundAndBeginsWithItsLastEdge() {
        Edge direct = write(1, 3);
        graph.add(write(1, 2));
        graph.add(write(2, 3));
        graph.add(direct);
        graph.add(write(3, 4));
        Edge closing = write(3, 1);

        assertThat(graph.circleOf(closing)).containsExactly(closing, direct);
        assertThat(graph.circleOf(write(4, 5))).isEmpty();
        graph.remove(direct);
        assertThat(graph.circleOf(closing)).hasSize(3);
        assertThat(knows(direct)).isFalse();
    }

    @Test
    void readersDoNotWaitForReadersUntilWritersWaitAmongThem() {
        graph.add(edge(1, false, 2, false, false));
        Edge closing = edge(2, false, 1, false, false);
        graph.add(closing);
        assertThat(graph.circleOf(closing)).isEmpty();

        assertThat(graph.awaitedByWriters(1)).containsExactly(closing);
        assertThat(graph.circleOf(closing)).isEmpty();
        assertThat(graph.awaitedByWriters(1)).isEmpty();
        graph.awaitedByWriters(2);

        assertThat(graph.circleOf(closing)).hasSize(2);
    }

    @Test
    void nestingIsNoPartOfLongerCircles() {
        graph.add(edge(1, true, 1, true, false));
        graph.add(write(1, 2));
        Edge other = edge(1, true, 1, true, true);

        assertThat(graph.circleOf(other)).hasSize(2);
        assertThat(graph.circleOf(write(2, 1))).hasSize(2);
        assertThat(graph.circleOf(edge(1, true, 1, true, false))).isEmpty();
    }

    @Test
    void whatIsRememberedIsBounded() {
        for (int i = 0; i < 100; i++) {
            assertThat(graph.isFull()).isFalse();
            graph.add(write(1 + i, 200 + i));
        }
        assertThat(graph.isFull()).isTrue();

        Edge tooMuch = write(150, 300);
        graph.add(tooMuch);

        assertThat(knows(tooMuch)).isFalse();
    }
}
