package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockUpgradeException;
import dev.interlock.annotation.OnTimeout;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.BaseStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapterRegistry;
import reactor.core.publisher.Flux;

class SkippingTest {

    static Stream<Method> methods() {
        return Stream.of(SkippedMethods.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void answersWithNothingAndDoesNotRunTheMethod(Method method) {
        AtomicBoolean run = new AtomicBoolean();
        withLocks()
                .withBean(SkippedMethods.class, () -> new SkippedMethods(run))
                .run(context -> {
                    SkippedMethods bean = context.getBean(SkippedMethods.class);
                    LockHandle elsewhere = Holds.elsewhere(context.getBean(LockManager.class), "one");
                    Object skipped = unwrapped(method.invoke(bean));
                    assertThat(run).isFalse();
                    assertThat(skipped).isEqualTo(nothing(method));
                    elsewhere.close();
                    unwrapped(method.invoke(bean));
                    assertThat(run).isTrue();
                });
    }

    /** The contents of what can only be looked at by taking it out. */
    private static @Nullable Object unwrapped(@Nullable Object result) {
        if (result instanceof CompletionStage<?> stage) {
            return unwrapped(stage.toCompletableFuture().join());
        }
        if (result instanceof BaseStream<?, ?> stream) {
            return unwrapped(stream.iterator());
        }
        if (result instanceof Iterable<?> elements) {
            return unwrapped(elements.iterator());
        }
        if (result instanceof Iterator<?> elements) {
            List<Object> all = new ArrayList<>();
            elements.forEachRemaining(all::add);
            return all;
        }
        var adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(null, result);
        if (result != null && adapter != null) {
            Publisher<?> publisher = adapter.toPublisher(result);
            return Flux.from(publisher).collectList().block();
        }
        return result;
    }

    private static @Nullable Object nothing(Method method) {
        return switch (method.getName()) {
            case "nothing", "boxed", "text", "future", "stage" -> null;
            case "truth" -> false;
            case "aByte" -> (byte) 0;
            case "aShort" -> (short) 0;
            case "anInt" -> 0;
            case "aLong" -> 0L;
            case "aFloat" -> 0f;
            case "aDouble" -> 0d;
            case "aChar" -> (char) 0;
            case "optional", "futureOptional" -> Optional.empty();
            case "optionalInt" -> OptionalInt.empty();
            case "optionalLong" -> OptionalLong.empty();
            case "optionalDouble" -> OptionalDouble.empty();
            case "array" -> new String[0];
            case "primitiveArray" -> new int[0];
            case "twoDimensions" -> new long[0][];
            case "map", "treeMap" -> Map.of();
            default -> List.of();
        };
    }

    @Test
    void theEmptyCollectionMayBeFilledByWhoGetsIt() {
        withLocks()
                .withBean(SkippedMethods.class, () -> new SkippedMethods(new AtomicBoolean()))
                .run(context -> {
                    SkippedMethods bean = context.getBean(SkippedMethods.class);
                    Holds.elsewhere(context.getBean(LockManager.class), "one");
                    Collection<String> first = bean.list();
                    first.add("mine");
                    assertThat(bean.list()).isEmpty();
                });
    }

    @Test
    void isForTimeoutsOnly() {
        withLocks().withBean(Upgrading.class).withBean(Reading.class).run(context -> {
            Upgrading bean = context.getBean(Upgrading.class);
            assertThatThrownBy(() -> context.getBean(Reading.class).readThen(bean::write))
                    .isInstanceOf(LockUpgradeException.class);
        });
    }

    static class Upgrading {
        @WriteLock(value = "one", onTimeout = OnTimeout.SKIP)
        public void write() {}
    }

    static class Reading {
        @ReadLock("one")
        public void readThen(Runnable then) {
            then.run();
        }
    }
}
