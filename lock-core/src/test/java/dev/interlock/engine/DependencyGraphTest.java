package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.interlock.CyclicDependencyException;
import dev.interlock.LockLimitException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DependencyGraphTest {

    private static final int MANY = 100_000;

    private final DependencyGraph graph = new DependencyGraph(MANY, 20);

    @Test
    void whatWasDeclaredIsFoundFromBothEnds() {
        graph.declare("invoice", "order");
        graph.declare("order", "customer", "product");
        graph.declare("customer", "region");

        assertThat(graph.direct("invoice")).containsExactly("order");
        assertThat(graph.transitive("invoice")).containsExactly("order", "customer", "product", "region");
        assertThat(graph.dependents("customer")).containsExactly("order");
        assertThat(graph.transitiveDependents("region")).containsExactly("customer", "order", "invoice");
        assertThat(graph.direct("region")).isEmpty();
        assertThat(graph.dependents("invoice")).isEmpty();
        assertThat(graph.transitive("unknown")).isEmpty();
        assertThat(graph.size()).isEqualTo(4);
    }

    @Test
    void whatIsReachedInSeveralWaysIsNamedOnce() {
        graph.declare("top", "left", "right");
        graph.declare("left", "bottom");
        graph.declare("right", "bottom");

        assertThat(graph.transitive("top")).containsExactly("left", "right", "bottom");
        assertThat(graph.transitiveDependents("bottom")).containsExactly("left", "right", "top");
    }

    @Test
    void whatIsDeclaredTwiceIsThereOnce() {
        graph.declare("order", "customer", "customer");
        graph.declare("order", "customer");

        assertThat(graph.size()).isEqualTo(1);
        assertThat(graph.remove("order", "customer")).isEqualTo(1);
        assertThat(graph.transitive("order")).isEmpty();
    }

    @Test
    void whatWasRemovedIsGoneAtBothEnds() {
        graph.declare("order", "customer", "product");

        assertThat(graph.remove("order", "customer", "nothing")).isEqualTo(1);

        assertThat(graph.direct("order")).containsExactly("product");
        assertThat(graph.dependents("customer")).isEmpty();
        assertThat(graph.remove("unknown", "customer")).isZero();
        assertThat(graph.size()).isEqualTo(1);
    }

    @Test
    void aResourceIsForgottenInBothDirections() {
        graph.declare("invoice", "order");
        graph.declare("order", "customer", "product");

        assertThat(graph.removeAll("order")).isEqualTo(3);

        assertThat(graph.direct("invoice")).isEmpty();
        assertThat(graph.dependents("product")).isEmpty();
        assertThat(graph.size()).isZero();
        assertThat(graph.removeAll("order")).isZero();
    }

    @Test
    void nothingDependsOnItself() {
        assertThatExceptionOfType(CyclicDependencyException.class)
                .isThrownBy(() -> graph.declare("order", "customer", "order"))
                .withMessageContaining("order -> order")
                .satisfies(failure -> assertThat(failure.path()).containsExactly("order", "order"));
        assertThat(graph.size()).isZero();
    }

    @Test
    void aCircleIsRefusedWithTheWayRound() {
        graph.declare("b", "c");
        graph.declare("c", "d");
        graph.declare("d", "a");

        assertThatExceptionOfType(CyclicDependencyException.class)
                .isThrownBy(() -> graph.declare("a", "b"))
                .withMessageContaining("'a' cannot depend on 'b'")
                .withMessageContaining("a -> b -> c -> d -> a")
                .satisfies(failure -> assertThat(failure.path()).containsExactly("a", "b", "c", "d", "a"))
                .satisfies(failure -> assertThat(failure.resource()).contains("a"));
    }

    @Test
    void ofARefusedDeclarationNothingIsKept() {
        graph.declare("b", "a");

        assertThatExceptionOfType(CyclicDependencyException.class).isThrownBy(() -> graph.declare("a", "x", "b", "y"));

        assertThat(graph.direct("a")).isEmpty();
        assertThat(graph.dependents("x")).isEmpty();
        assertThat(graph.size()).isEqualTo(1);
    }

    @Test
    void whatWasOnceACircleIsNoneAfterARemoval() {
        graph.declare("a", "b");
        graph.remove("a", "b");

        graph.declare("b", "a");

        assertThat(graph.transitive("b")).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLongChainIsFollowedToItsEndAndClosedByNobody(boolean fromTheFront) {
        for (int i = 0; i < MANY - 1; i++) {
            int from = fromTheFront ? i : MANY - 2 - i;
            graph.declare("n" + from, "n" + (from + 1));
        }

        assertThat(graph.transitive("n0")).hasSize(MANY - 1).endsWith("n" + (MANY - 1));
        assertThat(graph.transitiveDependents("n" + (MANY - 1))).hasSize(MANY - 1);
        assertThatExceptionOfType(CyclicDependencyException.class)
                .isThrownBy(() -> graph.declare("n" + (MANY - 1), "n0"))
                .satisfies(failure -> assertThat(failure.path()).hasSize(MANY + 1))
                .satisfies(failure -> assertThat(failure.getMessage())
                        .contains("n99999 -> n0 -> n1", "more …", "n99998 -> n99999")
                        .hasSizeLessThan(500));
    }

    @Test
    void manyThingsMayDependOnOneThatDependsOnSomething() {
        for (int i = 0; i < MANY - 2; i++) {
            graph.declare("order:" + i, "customer");
        }
        graph.declare("customer", "region");

        assertThat(graph.transitiveDependents("region")).hasSize(MANY - 1);
        assertThatExceptionOfType(CyclicDependencyException.class)
                .isThrownBy(() -> graph.declare("region", "order:7"))
                .withMessageContaining("region -> order:7 -> customer -> region");
    }

    @Test
    void thereAreNoMoreDependenciesThanTheLimit() {
        DependencyGraph small = new DependencyGraph(2, 20);
        small.declare("a", "b", "c");

        assertThatExceptionOfType(LockLimitException.class)
                .isThrownBy(() -> small.declare("a", "d"))
                .withMessageContaining("2")
                .withMessageContaining("maxDependencies");
        small.declare("a", "b");
        small.removeAll("b");
        small.declare("a", "d");

        assertThat(small.direct("a")).containsExactly("c", "d");
    }

    @Test
    void namesAreThoseOfResources() {
        for (String blank : List.of("", " ", "\t\n")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> graph.declare(blank, "a"))
                    .withMessageContaining("blank");
            assertThatIllegalArgumentException().isThrownBy(() -> graph.declare("a", blank));
        }
        assertThatExceptionOfType(LockLimitException.class)
                .isThrownBy(() -> graph.declare("a", "x".repeat(21)))
                .withMessageContaining("21");
        assertThatNullPointerException().isThrownBy(() -> graph.declare("a", Arrays.asList("b", nothing())));
        assertThatNullPointerException().isThrownBy(() -> graph.declare(nothing(), "a"));
        assertThatNullPointerException().isThrownBy(() -> graph.transitive(nothing()));
        assertThat(graph.size()).isZero();
    }

    @Test
    void whatWasAnsweredChangesNoMore() {
        graph.declare("a", "b");
        Set<String> all = graph.transitive("a");
        Set<String> direct = graph.direct("a");
        Set<String> dependents = graph.dependents("b");

        graph.declare("b", "c");
        graph.declare("a", "d");
        graph.declare("e", "b");

        assertThat(all).containsExactly("b");
        assertThat(direct).containsExactly("b");
        assertThat(dependents).containsExactly("a");
    }

    /** Against sets of pairs, followed in the plainest way. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void itAnswersAsANaiveModelDoes(long seed) {
        Random random = new Random(seed);
        Map<String, Set<String>> model = new TreeMap<>();
        for (int i = 0; i < 400; i++) {
            String resource = "r" + random.nextInt(14);
            List<String> others = random.ints(1 + random.nextInt(3), 0, 14)
                    .mapToObj(each -> "r" + each)
                    .toList();
            int what = random.nextInt(10);
            if (what == 0) {
                graph.removeAll(resource);
                model.remove(resource);
                model.values().forEach(each -> each.remove(resource));
            } else if (what < 4) {
                graph.remove(resource, others);
                model.getOrDefault(resource, new TreeSet<>()).removeAll(others);
            } else {
                List<String> circle = declared(resource, others);
                boolean closes =
                        others.stream().anyMatch(each -> each.equals(resource) || reaches(model, each, resource));
                assertThat(circle != null).as("a circle").isEqualTo(closes);
                if (circle == null) {
                    model.computeIfAbsent(resource, made -> new TreeSet<>()).addAll(others);
                } else {
                    assertIsCircle(circle, resource, others, model);
                }
            }
            assertThat(graph.size())
                    .isEqualTo(model.values().stream().mapToInt(Set::size).sum());
            assertSame(model, resource);
            assertSame(model, "r" + i % 14);
        }
    }

    private @Nullable List<String> declared(String resource, List<String> others) {
        try {
            graph.declare(resource, others);
            return null;
        } catch (CyclicDependencyException refused) {
            return refused.path();
        }
    }

    private void assertSame(Map<String, Set<String>> model, String resource) {
        assertThat(graph.direct(resource)).containsExactlyInAnyOrderElementsOf(model.getOrDefault(resource, Set.of()));
        assertThat(graph.transitive(resource)).containsExactlyInAnyOrderElementsOf(reached(model, resource));
        Set<String> dependents = new TreeSet<>();
        Set<String> all = new TreeSet<>();
        for (String each : model.keySet()) {
            if (model.getOrDefault(each, Set.of()).contains(resource)) {
                dependents.add(each);
            }
            if (reaches(model, each, resource)) {
                all.add(each);
            }
        }
        assertThat(graph.dependents(resource)).containsExactlyInAnyOrderElementsOf(dependents);
        assertThat(graph.transitiveDependents(resource)).containsExactlyInAnyOrderElementsOf(all);
    }

    private static void assertIsCircle(
            List<String> circle, String resource, List<String> others, Map<String, Set<String>> model) {
        assertThat(circle).startsWith(resource).endsWith(resource);
        assertThat(others).contains(circle.get(1));
        for (int i = 1; i < circle.size() - 1; i++) {
            assertThat(model.getOrDefault(circle.get(i), Set.of())).contains(circle.get(i + 1));
        }
    }

    private static boolean reaches(Map<String, Set<String>> model, String from, String to) {
        return reached(model, from).contains(to);
    }

    private static Set<String> reached(Map<String, Set<String>> model, String from) {
        Set<String> found = new LinkedHashSet<>(model.getOrDefault(from, Set.of()));
        int before;
        do {
            before = found.size();
            new ArrayList<>(found).forEach(each -> found.addAll(model.getOrDefault(each, Set.of())));
        } while (found.size() > before);
        return found;
    }

    @Test
    void ofTwoThatWouldCloseACircleTogetherOneIsRefused() throws Exception {
        ExecutorService two = Executors.newFixedThreadPool(2);
        CyclicBarrier together = new CyclicBarrier(2);
        try {
            for (int i = 0; i < 500; i++) {
                String left = "left" + i;
                String right = "right" + i;
                Future<Boolean> one = two.submit(() -> wins(together, left, right));
                Future<Boolean> other = two.submit(() -> wins(together, right, left));
                assertThat(one.get(20, TimeUnit.SECONDS) ^ other.get(20, TimeUnit.SECONDS))
                        .as("one of them, and not both")
                        .isTrue();
            }
        } finally {
            two.shutdownNow();
        }
    }

    private boolean wins(CyclicBarrier together, String resource, String on) throws Exception {
        together.await(20, TimeUnit.SECONDS);
        return declared(resource, List.of(on)) == null;
    }

    @Test
    void howeverManyDeclareAtOnceThereIsNeverACircle() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(5);
        try {
            List<Future<Integer>> working = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Random random = new Random(i);
                working.add(threads.submit(() -> declareAtRandom(random)));
            }
            Future<Boolean> looking = threads.submit(() -> {
                while (!working.stream().allMatch(Future::isDone)) {
                    for (int each = 0; each < 12; each++) {
                        assertThat(graph.transitive("r" + each)).doesNotContain("r" + each);
                    }
                }
                return true;
            });
            for (Future<Integer> each : working) {
                assertThat(each.get(30, TimeUnit.SECONDS)).isPositive();
            }
            assertThat(looking.get(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            threads.shutdownNow();
        }
    }

    private int declareAtRandom(Random random) {
        int refused = 0;
        for (int i = 0; i < 10_000; i++) {
            String resource = "r" + random.nextInt(12);
            String other = "r" + random.nextInt(12);
            if (random.nextInt(3) == 0) {
                graph.remove(resource, other);
            } else if (declared(resource, List.of(other)) != null) {
                refused++;
            }
        }
        return refused;
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // to hand in what the signature forbids
    private static <T> T nothing() {
        return null;
    }
}
