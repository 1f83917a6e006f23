package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockException;
import dev.interlock.LockLimitException;
import dev.interlock.LockManager;
import dev.interlock.annotation.WriteLock;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class KeysThatFailTest {

    /** More often than the evaluator needs to see an expression before it is compiled. */
    private static final int OFTEN = 300;

    private final AtomicInteger runs = new AtomicInteger();
    private final ApplicationContextRunner runner =
            withLocks().withBean(AtomicInteger.class, () -> runs).withBean(Keyed.class);

    @Test
    void nothing() {
        assertUnusable(null).hasMessageContaining("is null");
        assertUnusable(Optional.empty()).hasMessageContaining("is null");
        assertUnusable(Arrays.asList("x", null)).hasMessageContaining("is null");
    }

    @Test
    void blankText() {
        assertUnusable("").hasMessageContaining("is blank");
        assertUnusable(" \t").hasMessageContaining("is blank");
        assertUnusable(List.of("x", "")).hasMessageContaining("is blank");
        assertUnusable(CharBuffer.wrap("")).hasMessageContaining("is blank");
    }

    @Test
    void anObjectThatDoesNotSayWhatItIs() {
        assertUnusable(new Object()).hasMessageContaining("toString()").hasMessageContaining("java.lang.Object");
        assertUnusable(new int[][] {{1}}).hasMessageContaining("toString()");
    }

    @Test
    void somethingOfWhichThereIsNoTellingWhetherItIsOneOrSeveral() {
        assertUnusable(new Tree()).hasMessageContaining("one key or several");
        assertUnusable(List.of(List.of("x"))).hasMessageContaining("one key or several");
    }

    @Test
    void anExpressionThatThrows() {
        runner.run(context -> assertThatThrownBy(
                        () -> context.getBean(Keyed.class).nested(Map.of()))
                .isInstanceOf(LockException.class)
                .hasMessageContaining("the key '#order.customer.id' of Keyed.nested(Object) cannot be evaluated")
                .hasMessageContaining("customer"));
        assertThat(runs).hasValue(0);
    }

    @Test
    void aNameThatBecomesTooLong() {
        runner.run(
                context -> assertThatThrownBy(() -> context.getBean(Keyed.class).any("x".repeat(300)))
                        .isInstanceOf(LockLimitException.class)
                        .hasMessageContaining("255"));
        assertThat(runs).hasValue(0);
    }

    @Test
    void theyFailTheFutureOfAMethodThatAnswersLater() {
        runner.run(context -> {
            Keyed bean = context.getBean(Keyed.class);
            assertThat(bean.later(Map.of())).isCompletedExceptionally();
            assertThat(bean.later(Map.of("id", "x".repeat(300)))).isCompletedExceptionally();
            assertThat(runs).hasValue(0);
            assertThat(bean.later(Map.of("id", "x"))).isCompletedWithValue("x");
        });
    }

    @Test
    void theyAreEvaluatedOnceAndBeforeTheMethod() {
        runner.run(context -> {
            for (int i = 1; i <= OFTEN; i++) {
                Counting key = new Counting(i % 7 == 0);
                try {
                    context.getBean(Keyed.class).counted(key);
                    assertThat(key.afterwards).isEqualTo(1);
                } catch (LockException failed) {
                    assertThat(i % 7).isZero();
                }
                assertThat(key.asked).isEqualTo(1);
            }
        });
    }

    @Test
    void theyKeepUpWithArgumentsOfChangingTypes() {
        runner.run(context -> {
            Keyed bean = context.getBean(Keyed.class);
            Map<String, Object> order = new HashMap<>(Map.of("customer", Map.of("id", "m")));
            for (int i = 0; i < OFTEN; i++) {
                assertThat(bean.nested(new One(new Two("r" + i)))).isEqualTo("[WRITE a:r" + i + "]");
            }
            assertThat(bean.nested(order)).isEqualTo("[WRITE a:m]");
            assertThat(bean.nested(new One(new Two("again")))).isEqualTo("[WRITE a:again]");
            for (int i = 0; i < OFTEN; i++) {
                assertThat(bean.nested(i % 2 == 0 ? order : new One(new Two("m"))))
                        .isEqualTo("[WRITE a:m]");
            }
            assertThatThrownBy(() -> bean.nested(new One(null))).isInstanceOf(LockException.class);
            assertThat(bean.nested(new One(new Two("still")))).isEqualTo("[WRITE a:still]");
        });
    }

    private AbstractThrowableAssert<?, ?> assertUnusable(@Nullable Object key) {
        Throwable[] failure = new Throwable[1];
        runner.run(context -> {
            assertThatThrownBy(() -> context.getBean(Keyed.class).any(key)).satisfies(thrown -> failure[0] = thrown);
            Holds.assertNothingLeft(context.getBean(LockManager.class));
        });
        assertThat(runs).hasValue(0);
        return assertThat(failure[0])
                .isInstanceOf(LockException.class)
                .hasMessageContaining("the key '#key' of Keyed.any(Object)");
    }

    public record One(@Nullable Two customer) {}

    public record Two(String id) {}

    /** Counts how often it is asked. */
    public static final class Counting {

        private final boolean fails;
        private int asked;
        private int afterwards;

        Counting(boolean fails) {
            this.fails = fails;
        }

        public String next() {
            asked++;
            if (fails) {
                throw new IllegalStateException("on purpose");
            }
            return "x";
        }
    }

    /** Has parts and a name, as the nodes of a document do. */
    private static final class Tree implements Iterable<Tree> {

        @Override
        public Iterator<Tree> iterator() {
            return List.<Tree>of().iterator();
        }

        @Override
        public String toString() {
            return "leaf";
        }
    }

    static class Keyed extends LockedBean {

        private final AtomicInteger runs;

        Keyed(AtomicInteger runs) {
            this.runs = runs;
        }

        @WriteLock(value = "a", key = "#key")
        public String any(@Nullable Object key) {
            runs.incrementAndGet();
            return held().toString();
        }

        @WriteLock(value = "a", key = "#order.customer.id")
        public String nested(Object order) {
            runs.incrementAndGet();
            return held().toString();
        }

        @WriteLock(value = "a", key = "#key.next()")
        public String counted(Counting key) {
            key.afterwards = key.asked;
            return held().toString();
        }

        @WriteLock(value = "a", key = "#key.id")
        public CompletableFuture<String> later(Map<String, String> key) {
            runs.incrementAndGet();
            return CompletableFuture.completedFuture(key.get("id"));
        }
    }
}
