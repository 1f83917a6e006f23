package dev.interlock.spring.metrics;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether waits or holds are timed. */
final class OnTimersCondition extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        boolean any = TimedEvents.in(context.getEnvironment()).any();
        ConditionMessage.Builder timers = ConditionMessage.forCondition("Lock timers");
        return any
                ? ConditionOutcome.match(timers.available(LockTimers.WAIT + " or " + LockTimers.HOLD))
                : ConditionOutcome.noMatch(timers.because("management.metrics.enable denies both"));
    }
}
