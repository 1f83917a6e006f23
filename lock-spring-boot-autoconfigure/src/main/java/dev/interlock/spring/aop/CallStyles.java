package dev.interlock.spring.aop;

import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/** Chooses how the calls of a method are made, by what it answers with. */
final class CallStyles {

    private static final boolean REACTOR =
            ClassUtils.isPresent("reactor.core.publisher.Flux", CallStyles.class.getClassLoader());

    private final Surroundings around;
    private final CallStyle blocking;
    private final CallStyle staged;

    CallStyles(Surroundings around, Executor executor, UnaryOperator<Runnable> context) {
        this.around = around;
        this.blocking = new BlockingCalls(around);
        this.staged = new StagedCalls(around, executor, context);
    }

    CallStyle of(Class<?> type, String name) {
        if (CompletionStage.class.isAssignableFrom(type)) {
            checkPromise(type, name);
            return staged;
        }
        if (Future.class.isAssignableFrom(type)) {
            throw unknownEnd(type, name, "Answer with a CompletableFuture, which says when it is complete.");
        }
        ReactiveAdapter adapter = adapter(type);
        if (adapter == null) {
            checkPlain(type, name);
            return blocking;
        }
        return new ReactiveCalls(around, adapter);
    }

    /** What makes the empty answers of a method that is skipped. */
    Supplier<@Nullable Object> empty(ResolvableType type, String name) {
        ReactiveAdapter adapter = adapter(type.toClass());
        if (adapter != null && !adapter.supportsEmpty()) {
            throw new LockConfigurationException(
                    name + " is to be skipped on a timeout, but a "
                            + type.toClass().getSimpleName() + " cannot be empty",
                    "Answer with a type that can be, or name a fallback.");
        }
        return EmptyResults.of(type);
    }

    private static @Nullable ReactiveAdapter adapter(Class<?> type) {
        return REACTOR ? ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) : null;
    }

    private static void checkPromise(Class<?> type, String name) {
        if (!type.isAssignableFrom(CompletableFuture.class)) {
            throw unknownEnd(type, name, "Answer with a CompletableFuture or a CompletionStage.");
        }
    }

    private static void checkPlain(Class<?> type, String name) {
        boolean publishes = Flow.Publisher.class.isAssignableFrom(type)
                || ClassUtils.getAllInterfacesForClassAsSet(type).stream().anyMatch(CallStyles::isPublisher)
                || isPublisher(type);
        if (publishes) {
            throw unknownEnd(
                    type, name, "Add io.projectreactor:reactor-core, which locks for publishers are built on.");
        }
    }

    private static boolean isPublisher(Class<?> type) {
        return type.getName().equals("org.reactivestreams.Publisher");
    }

    private static LockConfigurationException unknownEnd(Class<?> type, String name, String action) {
        return new LockConfigurationException(
                name + " answers with a " + type.getName()
                        + ", and there is no telling when that is complete, so its lock" + " could only end too early",
                action);
    }
}
