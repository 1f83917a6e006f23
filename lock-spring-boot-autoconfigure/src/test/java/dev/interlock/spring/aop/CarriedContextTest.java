package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.annotation.Optimistic;
import dev.interlock.annotation.WriteLock;
import dev.interlock.optimistic.OptimisticLocks;
import dev.interlock.testkit.Contenders;
import io.micrometer.context.ContextRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;

class CarriedContextTest {

    private static final String KEY = "tenant of CarriedContextTest";
    private static final ThreadLocal<@Nullable String> TENANT = new ThreadLocal<>();

    private volatile boolean broken;

    @BeforeEach
    void registerTenant() {
        ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, TENANT::get, this::set, TENANT::remove);
    }

    @AfterEach
    void forgetTenant() {
        ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
        TENANT.remove();
    }

    private void set(String tenant) {
        if (broken) {
            throw new IllegalStateException("on purpose");
        }
        TENANT.set(tenant);
    }

    @Test
    void whatIsBoundToTheCallingThreadComesAlongToTheThreadThatRunsTheMethod() {
        withLocks().withBean(Reports.class).run(context -> {
            TENANT.set("blue");
            assertThat(waited(context).get(10, TimeUnit.SECONDS)).isEqualTo("blue");
        });
    }

    @Test
    void whatCannotBeCarriedFailsTheFutureAndNothingStaysHeld() {
        withLocks().withBean(Reports.class).run(context -> {
            TENANT.set("blue");
            broken = true;
            assertThat(waited(context))
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingCause()
                    .withMessage("on purpose");
            Holds.assertNothingLeft(context.getBean(LockManager.class));
        });
    }

    @Test
    void itComesAlongToAFirstTryThatCouldNotBeginAtOnce() {
        withLocks().withBean(Reports.class).run(context -> {
            OptimisticLocks stamps = context.getBean(LockManager.class).optimistic();
            CountDownLatch changing = new CountDownLatch(1);
            CountDownLatch enough = new CountDownLatch(1);
            try (Contenders contenders = new Contenders()) {
                contenders.start(
                        "changing",
                        () -> stamps.commit(stamps.stamp("report"), () -> {
                            changing.countDown();
                            enough.await();
                        }));
                changing.await();
                TENANT.set("blue");
                CompletableFuture<String> result =
                        context.getBean(Reports.class).tried();
                enough.countDown();
                assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo("blue in locked-call-");
            }
        });
    }

    private static CompletableFuture<String> waited(AssertableApplicationContext context) {
        LockHandle elsewhere = Holds.elsewhere(context.getBean(LockManager.class), "report");
        CompletableFuture<String> result = context.getBean(Reports.class).tenant();
        elsewhere.close();
        return result;
    }

    static class Reports {

        @WriteLock("report")
        public CompletableFuture<String> tenant() {
            return CompletableFuture.completedFuture(TENANT.get());
        }

        @Optimistic("report")
        public CompletableFuture<String> tried() {
            String thread = Thread.currentThread().getName().replaceAll("\\d+", "");
            return CompletableFuture.completedFuture(TENANT.get() + " in " + thread);
        }
    }
}
