package dev.interlock.spring.actuate;

import dev.interlock.LockMode;
import dev.interlock.deadlock.OrderStep;
import dev.interlock.deadlock.OrderViolation;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Locks taken in orders that do not agree, as people read it.
 *
 * @param id rises with each violation found
 * @param detectedAt when it was found
 * @param kind against what it goes
 * @param steps who held what and asked for what
 * @param order in which order to take them instead
 * @param text the story in words, with the way out
 */
record OrderViolationDescriptor(
        long id, Instant detectedAt, OrderViolation.Kind kind, List<Step> steps, List<String> order, String text) {

    static OrderViolationDescriptor of(OrderViolation violation) {
        return new OrderViolationDescriptor(
                violation.id(),
                violation.detectedAt(),
                violation.kind(),
                violation.steps().stream().map(Step::of).toList(),
                violation.order(),
                violation.describe());
    }

    /** Somebody held one resource and asked for another. */
    record Step(
            String owner,
            String thread,
            String heldResource,
            LockMode heldMode,
            @Nullable String heldMethod,
            String askedResource,
            LockMode askedMode,
            @Nullable String method,
            Instant at,
            List<String> whereHeld,
            List<String> whereAsked) {

        static Step of(OrderStep step) {
            return new Step(
                    step.owner(),
                    step.thread(),
                    step.heldResource(),
                    step.heldMode(),
                    step.heldMethod(),
                    step.askedResource(),
                    step.askedMode(),
                    step.method(),
                    step.at(),
                    Texts.lines(step.whereHeld()),
                    Texts.lines(step.whereAsked()));
        }
    }
}
