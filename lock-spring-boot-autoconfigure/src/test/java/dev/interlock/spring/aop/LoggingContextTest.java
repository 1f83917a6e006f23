package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.annotation.WriteLock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Mono;

class LoggingContextTest {

    private final ApplicationContextRunner runner = withLocks().withBean(Desk.class);

    @AfterEach
    void forget() {
        MDC.remove("lock");
    }

    @Test
    void namesTheLockWhileTheMethodRuns() {
        runner.run(context -> {
            assertThat(context.getBean(Desk.class).call(1, LoggingContextTest::lock))
                    .isEqualTo("item:1");
            assertThat(lock()).isNull();
        });
    }

    @Test
    void namesAllOfSeveral() {
        runner.run(context -> assertThat(context.getBean(Desk.class).all(List.of(1, 2), LoggingContextTest::lock))
                .isEqualTo("item:1,item:2"));
    }

    @Test
    void staysAsItIsWhereNothingIsLocked() {
        runner.run(context -> {
            MDC.put("lock", "before");
            assertThat(context.getBean(Desk.class).all(List.of(), LoggingContextTest::lock))
                    .isEqualTo("before");
        });
    }

    @Test
    void isRestoredAfterACallWithinACallAndAfterAnException() {
        runner.run(context -> {
            Desk desk = context.getBean(Desk.class);
            MDC.put("lock", "before");
            assertThat(desk.call(1, () -> desk.call(2, LoggingContextTest::lock) + " in " + lock()))
                    .isEqualTo("item:2 in item:1");
            assertThatThrownBy(() -> desk.call(1, () -> {
                        throw new IllegalStateException("on purpose");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(lock()).isEqualTo("before");
        });
    }

    @Test
    void namesTheLockWhileAStagedMethodRunsButNotUntilItsStageIsComplete() {
        runner.run(context -> {
            CompletableFuture<String> stage = new CompletableFuture<>();
            CompletableFuture<String> result = context.getBean(Desk.class).later(stage);
            assertThat(lock()).isNull();
            stage.complete("");
            assertThat(result).isCompletedWithValue("item");
        });
    }

    @Test
    void namesNothingInAPublisher() {
        runner.run(context -> assertThat(context.getBean(Desk.class)
                        .mono()
                        .switchIfEmpty(Mono.just("nothing"))
                        .block(Duration.ofSeconds(10)))
                .isEqualTo("nothing"));
    }

    @Test
    void namesNothingIfItShallNot() {
        runner.withPropertyValues("interlock.mdc=false").run(context -> {
            assertThat(context.getBean(Desk.class).call(1, () -> String.valueOf(lock())))
                    .isEqualTo("null");
            MDC.put("lock", "of the application");
            assertThat(context.getBean(Desk.class).call(1, LoggingContextTest::lock))
                    .isEqualTo("of the application");
        });
    }

    private static @Nullable String lock() {
        return MDC.get("lock");
    }

    static class Desk {

        @WriteLock(value = "item", key = "#id")
        public @Nullable String call(long id, Supplier<@Nullable String> work) {
            return work.get();
        }

        @WriteLock(value = "item", key = "#ids")
        public @Nullable String all(List<Integer> ids, Supplier<@Nullable String> work) {
            return work.get();
        }

        @WriteLock("item")
        public CompletableFuture<String> later(CompletableFuture<String> stage) {
            String now = lock();
            return stage.thenApply(done -> now);
        }

        @WriteLock("item")
        public Mono<String> mono() {
            return Mono.fromSupplier(LoggingContextTest::lock);
        }
    }
}
