package dev.interlock.deadlock;

import dev.interlock.LogText;
import java.time.Instant;
import java.util.List;

/**
 * Locks taken in orders that do not agree: nothing hangs yet, but with bad timing it would.
 *
 * @param id rises with each violation found
 * @param detectedAt when it was found
 * @param kind against what it goes
 * @param steps who held what and asked for what: the step that was seen last comes first, and each leads to the next
 * @param order in which order to take them instead: types, and for {@link Kind#NESTING} resources of the one type, by their
 *     stripes if it has any
 */
public record OrderViolation(long id, Instant detectedAt, Kind kind, List<OrderStep> steps, List<String> order) {

    /** Against what a violation goes. */
    public enum Kind {
        /** Types were taken in orders that make a circle. */
        ORDER,
        /** Two resources of one type were taken one after the other, and elsewhere the other way round: by key, or by stripe. */
        NESTING,
        /** A type was asked for while one was held that comes after it in the declared hierarchy. */
        HIERARCHY
    }

    /** Copies what could change. */
    public OrderViolation {
        steps = List.copyOf(steps);
        order = List.copyOf(order);
    }

    /** The story in words: a line for each step, with its stack trace, and the way out. */
    public String describe() {
        StringBuilder text =
                new StringBuilder("Order violation ").append(id).append(": ").append(what());
        for (OrderStep step : steps) {
            line(text, "  ").append(step.describe());
            trace(text, "its hold was acquired", step.whereHeld());
            trace(text, "it asked", step.whereAsked());
        }
        return line(text, "  ").append(wayOut()).toString();
    }

    private String what() {
        return switch (kind) {
            case ORDER -> "locks of these types are taken in a circle, which can end in a deadlock";
            case NESTING ->
                "two locks of type '" + LogText.of(steps.get(0).heldType())
                        + "' are taken one after the other in both orders, which can end in a deadlock";
            case HIERARCHY ->
                "'" + LogText.of(steps.get(0).askedType()) + "' comes before '"
                        + LogText.of(steps.get(0).heldType()) + "' in the hierarchy";
        };
    }

    private String wayOut() {
        if (kind == Kind.NESTING && steps.get(0).isAmongStripes()) {
            return "instead, take them at once with all(…), which orders them by their stripes: no order of keys does";
        }
        String advice = kind == Kind.NESTING ? "always take them in this order: " : "take the types in this order: ";
        String all = kind == Kind.NESTING ? "; or take them at once with all(…), which orders them by key" : "";
        return "instead, " + advice + LogText.of(String.join(", then ", order)) + all;
    }

    private static void trace(StringBuilder text, String what, List<StackTraceElement> stack) {
        if (!stack.isEmpty()) {
            line(text, "    ").append(what);
            stack.forEach(frame -> line(text, "      at ").append(frame));
        }
    }

    private static StringBuilder line(StringBuilder text, String indent) {
        return text.append(System.lineSeparator()).append(indent);
    }
}
