package dev.interlock.spring.autoconfigure;

import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether a backend is asked for. */
final class OnLockBackend extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        String kind =
                metadata.getAnnotations().get(ConditionalOnLockBackend.class).getString("value");
        ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnLockBackend.class, kind);
        return isAskedFor(kind, context.getEnvironment())
                ? ConditionOutcome.match(message.because("it is asked for"))
                : ConditionOutcome.noMatch(message.because("it is not asked for"));
    }

    private static boolean isAskedFor(String kind, Environment environment) {
        return Stream.of(BackendWords.PROPERTY, BackendWords.DISTRIBUTED_PROPERTY)
                .map(environment::getProperty)
                .filter(Objects::nonNull)
                .anyMatch(word -> word.strip().toLowerCase(Locale.ROOT).equals(kind));
    }
}
