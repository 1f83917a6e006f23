package dev.interlock.deadlock;

import dev.interlock.LockMode;
import dev.interlock.LogText;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody held one resource and asked for another; the first time that this was seen.
 *
 * @param heldType the type of what was held
 * @param heldResource what was held
 * @param heldStripe the stripe that stands for it, if the keys of its type share stripes
 * @param heldMode how it was held
 * @param heldMethod the method that had acquired it, where it said so
 * @param askedType the type of what was asked for
 * @param askedResource what was asked for
 * @param askedStripe the stripe that stands for it, if the keys of its type share stripes
 * @param askedMode how it was to be held
 * @param method the method that asked, where it said so
 * @param owner the name of the owner
 * @param thread the thread that asked
 * @param at when it asked
 * @param whereHeld where the held resource had been acquired; empty unless stack traces are captured
 * @param whereAsked where the other one was asked for
 */
public record OrderStep(
        String heldType,
        String heldResource,
        @Nullable String heldStripe,
        LockMode heldMode,
        @Nullable String heldMethod,
        String askedType,
        String askedResource,
        @Nullable String askedStripe,
        LockMode askedMode,
        @Nullable String method,
        String owner,
        String thread,
        Instant at,
        List<StackTraceElement> whereHeld,
        List<StackTraceElement> whereAsked) {

    /** Copies what could change. */
    public OrderStep {
        whereHeld = List.copyOf(whereHeld);
        whereAsked = List.copyOf(whereAsked);
    }

    /** The step in words, with the places in the code as far as they are known. */
    public String describe() {
        StringBuilder text = new StringBuilder("'")
                .append(LogText.of(owner))
                .append("' held '")
                .append(LogText.of(heldResource))
                .append('\'')
                .append(of(heldStripe))
                .append(" in ")
                .append(heldMode)
                .append(" mode");
        place(text, heldMethod, whereHeld);
        text.append(" and asked to ")
                .append(askedMode)
                .append(" '")
                .append(LogText.of(askedResource))
                .append('\'')
                .append(of(askedStripe));
        place(text, method, whereAsked);
        return text.append(", in thread '")
                .append(LogText.of(thread))
                .append('\'')
                .toString();
    }

    private static String of(@Nullable String stripe) {
        return stripe == null ? "" : " (stripe '" + LogText.of(stripe) + "')";
    }

    /** Whether both are of one type, and what was taken were stripes: then no order of keys is the order of the locks. */
    boolean isAmongStripes() {
        return heldType.equals(askedType) && heldStripe != null;
    }

    private static void place(StringBuilder text, @Nullable String method, List<StackTraceElement> stack) {
        if (!stack.isEmpty()) {
            text.append(" at ").append(stack.get(0));
        }
        if (method != null) {
            text.append(" (").append(LogText.of(method)).append(')');
        }
    }
}
