package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockTimeoutException;
import dev.interlock.annotation.WriteLock;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Mono;

class FailingObserversTest {

    enum Moment {
        START,
        STOP,
        ERROR,
        SCOPE_OPENED,
        SCOPE_CLOSED
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void changeNothing(Moment moment) {
        with(moment).run(context -> {
            LockManager locks = context.getBean(LockManager.class);
            Shop shop = context.getBean(Shop.class);
            assertThat(shop.call()).isEqualTo("done");
            assertThat(shop.later()).isCompletedWithValue("done");
            assertThat(shop.mono().block(Duration.ofSeconds(10))).isEqualTo("done");
            assertThatThrownBy(shop::fail).isInstanceOf(UnsupportedOperationException.class);
            Holds.assertNothingLeft(locks);
        });
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void changeNothingForThoseWhoWait(Moment moment) {
        with(moment).run(context -> {
            LockManager locks = context.getBean(LockManager.class);
            Shop shop = context.getBean(Shop.class);
            LockHandle elsewhere = Holds.elsewhere(locks, "item");
            assertThatThrownBy(shop::impatient).isInstanceOf(LockTimeoutException.class);
            CompletableFuture<String> later = shop.later();
            CompletableFuture<String> mono = shop.mono().toFuture();
            elsewhere.close();
            assertThat(later.get(10, TimeUnit.SECONDS)).isEqualTo("done");
            assertThat(mono.get(10, TimeUnit.SECONDS)).isEqualTo("done");
            Holds.assertNothingLeft(locks);
        });
    }

    private static ApplicationContextRunner with(Moment moment) {
        return withLocks()
                .withBean(ObservationRegistry.class, () -> {
                    ObservationRegistry registry = ObservationRegistry.create();
                    registry.observationConfig().observationHandler(new Failing(moment));
                    return registry;
                })
                .withBean(Shop.class);
    }

    private record Failing(Moment moment) implements ObservationHandler<Observation.Context> {

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }

        private void fail(Moment now) {
            if (now == moment) {
                throw new IllegalStateException("on purpose: " + now);
            }
        }

        @Override
        public void onStart(Observation.Context context) {
            fail(Moment.START);
        }

        @Override
        public void onStop(Observation.Context context) {
            fail(Moment.STOP);
        }

        @Override
        public void onError(Observation.Context context) {
            fail(Moment.ERROR);
        }

        @Override
        public void onScopeOpened(Observation.Context context) {
            fail(Moment.SCOPE_OPENED);
        }

        @Override
        public void onScopeClosed(Observation.Context context) {
            fail(Moment.SCOPE_CLOSED);
        }
    }

    static class Shop {

        @WriteLock("item")
        public String call() {
            return "done";
        }

        @WriteLock("item")
        public void fail() {
            throw new UnsupportedOperationException("of the method");
        }

        @WriteLock("item")
        public CompletableFuture<String> later() {
            return CompletableFuture.completedFuture("done");
        }

        @WriteLock("item")
        public Mono<String> mono() {
            return Mono.just("done");
        }

        @WriteLock(value = "item", timeout = "0s")
        public String impatient() {
            return "done";
        }
    }
}
