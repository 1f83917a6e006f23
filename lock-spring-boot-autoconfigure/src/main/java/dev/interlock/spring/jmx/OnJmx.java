package dev.interlock.spring.jmx;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether JMX is wanted for the locks; where that is not said, whether it is wanted at all. */
final class OnJmx extends SpringBootCondition {

    private static final String OWN = "interlock.jmx.enabled";
    private static final String ALL = "spring.jmx.enabled";

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Environment environment = context.getEnvironment();
        String name = environment.containsProperty(OWN) ? OWN : ALL;
        boolean wanted = environment.getProperty(name, Boolean.class, false);
        return new ConditionOutcome(wanted, ConditionMessage.forCondition("JMX").because(name + " is " + wanted));
    }
}
