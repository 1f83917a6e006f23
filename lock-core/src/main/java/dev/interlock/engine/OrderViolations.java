package dev.interlock.engine;

import dev.interlock.deadlock.OrderStep;
import dev.interlock.deadlock.OrderViolation;
import dev.interlock.deadlock.OrderViolation.Kind;
import dev.interlock.engine.OrderGraph.Edge;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What has been found against the order of locks, each thing once. Used under the mutex of {@link OrderWatch}. */
final class OrderViolations {

    private static final int MOST = 200;

    private final Comparator<String> canonical;
    /** By the pairs of types that it is about. */
    private final Map<Set<List<String>>, OrderViolation> told = new LinkedHashMap<>();

    private long numbered;

    /**
     * None yet.
     *
     * @param canonical the order in which resources are to be taken
     */
    OrderViolations(Comparator<String> canonical) {
        this.canonical = canonical;
    }

    /** A violation, and whether it is news. */
    record Verdict(OrderViolation violation, boolean isNew) {}

    /** The violation that this circle is, or, with a single edge, that goes against the hierarchy. */
    Verdict of(List<Edge> circle, Instant now) {
        Set<List<String>> about = circle.stream()
                .map(edge -> List.of(edge.step.heldType(), edge.step.askedType()))
                .collect(Collectors.toSet());
        OrderViolation known = told.get(about);
        if (known != null) {
            return new Verdict(known, false);
        }
        List<OrderStep> steps = circle.stream().map(edge -> edge.step).toList();
        Kind kind = circle.size() == 1 ? Kind.HIERARCHY : circle.get(0).isNesting() ? Kind.NESTING : Kind.ORDER;
        OrderViolation found = new OrderViolation(++numbered, now, kind, steps, orderInsteadOf(kind, steps));
        told.put(about, found);
        if (told.size() > MOST) {
            told.remove(told.keySet().iterator().next());
        }
        return new Verdict(found, true);
    }

    /** As it was before the step that was seen last. */
    private List<String> orderInsteadOf(Kind kind, List<OrderStep> steps) {
        OrderStep last = steps.get(0);
        return switch (kind) {
            case ORDER ->
                Stream.concat(steps.stream().skip(1), Stream.of(last))
                        .map(OrderStep::heldType)
                        .toList();
            case NESTING ->
                Stream.of(last.heldResource(), last.askedResource())
                        .sorted(canonical)
                        .toList();
            case HIERARCHY -> List.of(last.askedType(), last.heldType());
        };
    }

    /** Oldest first. */
    List<OrderViolation> recent() {
        return List.copyOf(told.values());
    }
}
