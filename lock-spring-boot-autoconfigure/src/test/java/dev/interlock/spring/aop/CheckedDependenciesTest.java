package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.ResourceBusyException;
import dev.interlock.annotation.DistributedLock;
import dev.interlock.annotation.OnTimeout;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Methods that do not run while somebody writes what their resources depend on. */
@SuppressWarnings("unused") // the fallbacks are called by name
class CheckedDependenciesTest {

    private final ApplicationContextRunner runner = withLocks()
            .withPropertyValues("interlock.distributed.backend=memory")
            .withBean(Orders.class);

    @Test
    void isRefusedWhileADependencyIsWrittenAndRunsAfterwards() {
        runner.run(context -> {
            LockManager locks = locksOf(context.getBean(LockManager.class));
            Orders orders = context.getBean(Orders.class);
            LockHandle written = Holds.elsewhere(locks, "customer:42");

            for (Consumer<Orders> each : List.<Consumer<Orders>>of(
                    bean -> bean.write(1),
                    bean -> bean.read(1),
                    bean -> bean.distributed(1),
                    bean -> bean.several(1))) {
                assertThatExceptionOfType(ResourceBusyException.class)
                        .isThrownBy(() -> each.accept(orders))
                        .withMessageContaining("order:1")
                        .withMessageContaining("customer:42")
                        .withMessageContaining("somebody");
            }
            assertThat(Holds.all(locks)).containsExactly("WRITE customer:42");
            assertThat(orders.write(2)).isEqualTo("written 2");
            assertThat(orders.unchecked(1)).isEqualTo("unchecked 1");
            written.close();

            assertThat(orders.write(1)).isEqualTo("written 1");
            assertThat(orders.several(1)).isEqualTo("several 1");
        });
    }

    @Test
    void isNoTimeoutThatCouldBeSkipped() {
        whileTheCustomerIsWritten(
                orders -> assertThatThrownBy(() -> orders.skipping(1)).isInstanceOf(ResourceBusyException.class));
    }

    @Test
    void isWhatAFallbackIsForThatTakesIt() {
        whileTheCustomerIsWritten(orders -> {
            assertThat(orders.withFallback(1)).isEqualTo("customer:42 is busy");
            assertThat(orders.withFallbackForAll(1)).isEqualTo("instead of ResourceBusyException");
        });
    }

    @Test
    void isNotWhatAFallbackIsForThatDoesNotTakeIt() {
        whileTheCustomerIsWritten(orders ->
                assertThatThrownBy(() -> orders.withFallbackForTimeouts(1)).isInstanceOf(ResourceBusyException.class));
    }

    @Test
    void failsTheFutureAndThePublisher() {
        whileTheCustomerIsWritten(orders -> {
            assertThat(orders.later(1))
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(ResourceBusyException.class);
            StepVerifier.create(orders.reactive(1))
                    .expectError(ResourceBusyException.class)
                    .verify(Duration.ofSeconds(10));
        });
    }

    private void whileTheCustomerIsWritten(Consumer<Orders> test) {
        runner.run(context -> {
            LockManager locks = locksOf(context.getBean(LockManager.class));
            try (LockHandle written = Holds.elsewhere(locks, "customer:42")) {
                test.accept(context.getBean(Orders.class));
                assertThat(Holds.all(locks)).containsExactly("WRITE customer:42");
            }
        });
    }

    private static LockManager locksOf(LockManager locks) {
        locks.dependencies().declare("order:1", "customer:42");
        return locks;
    }

    static class Orders {

        @WriteLock(value = "order", key = "#id", checkDependencies = true)
        public String write(long id) {
            return "written " + id;
        }

        @ReadLock(value = "order", key = "#id", checkDependencies = true)
        public String read(long id) {
            return "read " + id;
        }

        @DistributedLock(value = "order", key = "#id", mode = LockMode.READ, checkDependencies = true)
        public String distributed(long id) {
            return "distributed " + id;
        }

        @WriteLock(value = "order", key = "#id", checkDependencies = true)
        @WriteLock("account")
        public String several(long id) {
            return "several " + id;
        }

        @WriteLock(value = "order", key = "#id")
        public String unchecked(long id) {
            return "unchecked " + id;
        }

        @WriteLock(value = "order", key = "#id", checkDependencies = true, onTimeout = OnTimeout.SKIP)
        public String skipping(long id) {
            return "run " + id;
        }

        @WriteLock(value = "order", key = "#id", checkDependencies = true, fallback = "busy")
        public String withFallback(long id) {
            return "run " + id;
        }

        String busy(long id, ResourceBusyException busy) {
            return busy.dependency() + " is busy";
        }

        @WriteLock(value = "order", key = "#id", checkDependencies = true, fallback = "anything")
        public String withFallbackForAll(long id) {
            return "run " + id;
        }

        String anything(long id, LockException failure) {
            return "instead of " + failure.getClass().getSimpleName();
        }

        @WriteLock(value = "order", key = "#id", checkDependencies = true, fallback = "late")
        public String withFallbackForTimeouts(long id) {
            return "run " + id;
        }

        String late(long id) {
            return "late " + id;
        }

        @WriteLock(value = "order", key = "#id", checkDependencies = true)
        public CompletableFuture<String> later(long id) {
            return CompletableFuture.completedFuture("later " + id);
        }

        @WriteLock(value = "order", key = "#id", checkDependencies = true)
        public Mono<String> reactive(long id) {
            return Mono.just("reactive " + id);
        }
    }
}
