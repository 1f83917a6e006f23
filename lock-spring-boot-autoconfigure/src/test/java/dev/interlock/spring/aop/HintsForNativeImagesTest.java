package dev.interlock.spring.aop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockTimeoutException;
import dev.interlock.OptimisticConflictException;
import dev.interlock.annotation.Optimistic;
import dev.interlock.annotation.WriteLock;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.ExecutableHint;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeHint;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

/** What is known ahead of time, where nothing can be looked up by reflection that was not named before. */
class HintsForNativeImagesTest {

    private final InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();

    @Test
    void nameWhatKeyExpressionsReadOfTheArguments() {
        RuntimeHints hints = hints(Keyed.class);
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Order.class, "getCustomer"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Customer.class, "id"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Line.class, "number"))
                .accepts(hints);
    }

    @Test
    void nameWhatTheRootOfKeyExpressionsIs() {
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(SpelKeys.Root.class, "getArgs"))
                .accepts(hints(Keyed.class));
    }

    @Test
    void nameFallbacks() {
        TypeHint hint = hints(WithFallback.class).reflection().getTypeHint(WithFallback.class);
        assertThat(hint).isNotNull();
        assertThat(hint.methods().map(ExecutableHint::getName)).contains("instead");
    }

    @Test
    void nameTheSameForMethodsThatAreTriedAgain() {
        RuntimeHints hints = hints(Tried.class);
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Order.class, "getCustomer"))
                .accepts(hints);
        TypeHint hint = hints.reflection().getTypeHint(Tried.class);
        assertThat(hint).isNotNull();
        assertThat(hint.methods().map(ExecutableHint::getName)).contains("instead");
    }

    @Test
    void nameNothingOfArgumentsWithoutAKey() {
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Order.class, "getCustomer"))
                .rejects(hints(Keyless.class));
    }

    @Test
    void nameNothingOfBeansWithoutLocks() {
        assertThat(RuntimeHintsPredicates.reflection().onType(SpelKeys.Root.class))
                .rejects(hints(Plain.class));
    }

    @Test
    void areNotAllThatIsMadeAheadForProxiesAreToo() {
        hints(Keyed.class);
        assertThat(files.getGeneratedFiles(Kind.CLASS).keySet())
                .anyMatch(name -> name.contains("HintsForNativeImagesTest$Keyed$$SpringCGLIB$$"));
    }

    private RuntimeHints hints(Class<?> bean) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.register(InterlockAutoConfiguration.class, LockAopAutoConfiguration.class, bean);
        DefaultGenerationContext generated = new DefaultGenerationContext(
                new ClassNameGenerator(ClassName.get(HintsForNativeImagesTest.class)), files);
        new ApplicationContextAotGenerator().processAheadOfTime(context, generated);
        generated.writeGeneratedContent();
        return generated.getRuntimeHints();
    }

    static class Order {

        private final Customer customer;

        Order(Customer customer) {
            this.customer = customer;
        }

        public Customer getCustomer() {
            return customer;
        }
    }

    record Customer(String id) {}

    record Line(int number) {}

    static class Keyed {

        @WriteLock(value = "order", key = "#order.customer.id")
        public void locked(Order order) {}

        @WriteLock(value = "line", key = "#lines.![number]")
        public void lockedLines(List<Line> lines) {}
    }

    static class Keyless {
        @WriteLock("order")
        public void locked(Order order) {}
    }

    static class Plain {
        public void call(Order order) {}
    }

    static class WithFallback {

        @WriteLock(value = "order", fallback = "instead")
        public void locked(long id) {}

        @SuppressWarnings("unused")
        private void instead(long id, LockTimeoutException failure) {}
    }

    static class Tried {
        @Optimistic(value = "account", key = "#order.customer.id", fallback = "instead")
        public void work(Order order) {}

        void instead(Order order, OptimisticConflictException conflict) {}
    }
}
