package dev.interlock.spring.aop;

import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/** Chooses how the calls of a method are made, by what it answers with. */
final class CallStyles {

    private static final boolean REACTOR =
            ClassUtils.isPresent("reactor.core.publisher.Flux", CallStyles.class.getClassLoader());

    /** What stands for work that somebody else does later; by name, for most applications have few of them. */
    private static final Set<String> LATER = Set.of(
            "java.util.concurrent.Callable",
            "org.springframework.web.context.request.async.DeferredResult",
            "org.springframework.web.context.request.async.WebAsyncTask",
            "org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter",
            "org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody");

    private final Surroundings around;
    private final CallStyle blocking;
    private final CallStyle vague;
    private final CallStyle staged;

    CallStyles(Surroundings around, CallThreads threads, UnaryOperator<Runnable> context) {
        this.around = around;
        this.blocking = new BlockingCalls(around, false);
        this.vague = new BlockingCalls(around, true);
        this.staged = new StagedCalls(around, threads, context);
    }

    CallStyle of(Class<?> type, String name) {
        checkStarted(type, name);
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
            return type == Object.class ? vague : blocking;
        }
        if (!type.isAssignableFrom(adapter.getReactiveType())) {
            throw unknownEnd(
                    type, name, "Answer with a " + adapter.getReactiveType().getSimpleName() + ".");
        }
        return new ReactiveCalls(around, adapter);
    }

    private static void checkStarted(Class<?> type, String name) {
        if (isLater(type)) {
            throw unknownEnd(type, name, "Put the lock on what does the work, or answer with a CompletableFuture.");
        }
    }

    /** Whether work goes on behind this answer. */
    static boolean isUnfinished(Object result) {
        Class<?> type = result.getClass();
        return result instanceof Future<?> future ? !future.isDone() : adapter(type) != null || isLater(type);
    }

    /** Whether it stands for work that somebody else does later. */
    static boolean isLater(Class<?> type) {
        return LATER.stream().anyMatch(later -> isA(type, later));
    }

    /** Whether this, or anything that it extends or implements, has that name. */
    static boolean isA(@Nullable Class<?> type, String wanted) {
        return type != null
                && (type.getName().equals(wanted)
                        || isA(type.getSuperclass(), wanted)
                        || Stream.of(type.getInterfaces()).anyMatch(each -> isA(each, wanted)));
    }

    /** What makes the empty answers of a method that is skipped. */
    static Supplier<@Nullable Object> empty(ResolvableType type, String name) {
        ReactiveAdapter adapter = adapter(type.toClass());
        if (adapter != null && !adapter.supportsEmpty()) {
            throw new LockConfigurationException(
                    name + " is to be skipped, but a " + type.toClass().getSimpleName() + " cannot be empty",
                    "Answer with a type that can be, or name a fallback.");
        }
        return EmptyResults.of(type);
    }

    static @Nullable ReactiveAdapter adapter(Class<?> type) {
        return REACTOR ? ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) : null;
    }

    private static void checkPromise(Class<?> type, String name) {
        if (!type.isAssignableFrom(CompletableFuture.class)) {
            throw unknownEnd(type, name, "Answer with a CompletableFuture or a CompletionStage.");
        }
    }

    private static void checkPlain(Class<?> type, String name) {
        if (Flow.Publisher.class.isAssignableFrom(type) || isA(type, "org.reactivestreams.Publisher")) {
            throw unknownEnd(
                    type, name, "Add io.projectreactor:reactor-core, which locks for publishers are built on.");
        }
    }

    private static LockConfigurationException unknownEnd(Class<?> type, String name, String action) {
        return new LockConfigurationException(
                name + " answers with a " + type.getName()
                        + ", and there is no telling when that is complete, so its lock could only end too early",
                action);
    }
}
