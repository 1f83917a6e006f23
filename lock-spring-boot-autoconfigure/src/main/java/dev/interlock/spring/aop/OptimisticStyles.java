package dev.interlock.spring.aop;

import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.io.Closeable;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.BaseStream;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ReactiveAdapter;

/** Chooses how the calls of a method are repeated, and refuses methods that cannot be. */
final class OptimisticStyles {

    /** What can be read, written or iterated over once. */
    private static final List<Class<?>> ONCE = List.of(
            BaseStream.class,
            Iterator.class,
            Enumeration.class,
            Closeable.class,
            java.sql.ResultSet.class,
            Flow.Publisher.class);

    /** The same, in libraries that an application may not have. */
    private static final Set<String> ONCE_BY_NAME = Set.of(
            "org.reactivestreams.Publisher",
            "jakarta.servlet.ServletRequest",
            "jakarta.servlet.ServletResponse",
            "org.springframework.http.HttpMessage",
            "org.springframework.http.codec.multipart.Part",
            "org.springframework.web.context.request.WebRequest",
            "org.springframework.web.server.ServerWebExchange");

    private final OperationSurroundings around;
    private final OptimisticStyle blocking;
    private final OptimisticStyle vague;
    private final OptimisticStyle staged;

    OptimisticStyles(OperationSurroundings around, CallThreads threads, UnaryOperator<Runnable> context) {
        this.around = around;
        this.blocking = new RepeatedCalls(around, false);
        this.vague = new RepeatedCalls(around, true);
        this.staged = new RepeatedStages(around, threads, context);
    }

    OptimisticStyle of(Method method, Class<?> type, String name) {
        if (KotlinDetector.isSuspendingFunction(method)) {
            throw new LockConfigurationException(
                    name + " is a suspending function, which cannot be called a second time",
                    "Try it again by hand with OptimisticLocks, or answer with a Mono.");
        }
        checkParameters(method, name);
        if (CompletionStage.class.isAssignableFrom(type)) {
            if (!type.isAssignableFrom(CompletableFuture.class)) {
                throw unknownEnd(type, name, "Answer with a CompletableFuture or a CompletionStage.");
            }
            return staged;
        }
        ReactiveAdapter adapter = CallStyles.adapter(type);
        return adapter == null ? plain(type, name) : reactive(adapter, type, name);
    }

    private static void checkParameters(Method method, String name) {
        for (Class<?> each : method.getParameterTypes()) {
            if (isForOnce(each)) {
                throw new LockConfigurationException(
                        name + " takes a " + each.getName()
                                + ", which can be used once only, so that there would be nothing left of it for a second try",
                        "Read it before, and pass what is in it: a text, a byte[], a list.");
            }
        }
    }

    private static boolean isForOnce(Class<?> type) {
        return ONCE.stream().anyMatch(once -> once.isAssignableFrom(type))
                || ONCE_BY_NAME.stream().anyMatch(once -> CallStyles.isA(type, once));
    }

    private OptimisticStyle plain(Class<?> type, String name) {
        if (Future.class.isAssignableFrom(type) || CallStyles.isLater(type)) {
            throw unknownEnd(
                    type, name, "Put the annotation on what does the work, or answer with a CompletableFuture.");
        }
        if (isForOnce(type)) {
            throw new LockConfigurationException(
                    name + " answers with a " + type.getName()
                            + ", which is read after the method has returned, when there is no other try and its"
                            + " transaction has ended",
                    InputStream.class.isAssignableFrom(type)
                            ? "Answer with a byte[]."
                            : "Answer with what is in it: a list, a text.");
        }
        return type == Object.class ? vague : blocking;
    }

    private OptimisticStyle reactive(ReactiveAdapter adapter, Class<?> type, String name) {
        if (adapter.isMultiValue()) {
            throw new LockConfigurationException(
                    name + " answers with a " + type.getName()
                            + ", some of whose values would be out when a conflict shows, and would come again with the next"
                            + " try",
                    "Answer with a Mono, of a list for example (collectList()).");
        }
        if (!type.isAssignableFrom(adapter.getReactiveType())) {
            throw unknownEnd(
                    type, name, "Answer with a " + adapter.getReactiveType().getSimpleName() + ".");
        }
        return new RepeatedMonos(around, adapter);
    }

    /** Whether what is declared is reactive. */
    static boolean isReactive(Class<?> type) {
        return !CompletionStage.class.isAssignableFrom(type) && CallStyles.adapter(type) != null;
    }

    private static LockConfigurationException unknownEnd(Class<?> type, String name, String action) {
        return new LockConfigurationException(
                name + " answers with a " + type.getName()
                        + ", and there is no telling when that is complete, nor whether it met a conflict",
                action);
    }
}
