package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockManager;
import dev.interlock.LockTimeoutException;
import dev.interlock.annotation.OnTimeout;
import dev.interlock.annotation.WriteLock;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Where a timeout costs what the caller holds, it costs nothing if the method says what is to be done then. */
@SuppressWarnings("unused") // the fallbacks are called by name
class ReleasedOnTimeoutTest {

    /** Checks what is held by anybody after the call of one method inside another. */
    private static void inside(Consumer<Jobs> call, String... held) {
        withLocks()
                .withPropertyValues("interlock.timeout.release-held=true")
                .withBean(Orders.class)
                .withBean(Jobs.class)
                .run(context -> {
                    LockManager locks = context.getBean(LockManager.class);
                    Jobs jobs = context.getBean(Jobs.class);
                    Holds.elsewhere(locks, "job");
                    List<String> after = context.getBean(Orders.class).around(() -> {
                        call.accept(jobs);
                        return Holds.all(locks);
                    });
                    assertThat(after).containsExactly(held);
                });
    }

    @Test
    void aTimeoutCostsTheLocksAround() {
        inside(jobs -> assertThatThrownBy(jobs::plain).isInstanceOf(LockTimeoutException.class), "WRITE job");
    }

    @Test
    void aSkipCostsNothing() {
        inside(Jobs::skipped, "WRITE job", "WRITE order");
    }

    @Test
    void norDoesAFallback() {
        inside(jobs -> assertThat(jobs.replaced()).isEqualTo("instead"), "WRITE job", "WRITE order");
    }

    @Test
    void norDoesAnyOfSeveralLocksIfOneIsToBeSkipped() {
        inside(Jobs::severalSkipped, "WRITE job", "WRITE order");
    }

    static class Orders {

        @WriteLock("order")
        public List<String> around(Supplier<List<String>> call) {
            return call.get();
        }
    }

    static class Jobs {

        @WriteLock(value = "job", timeout = "0s")
        public void plain() {}

        @WriteLock(value = "job", timeout = "0s", onTimeout = OnTimeout.SKIP)
        public void skipped() {}

        @WriteLock(value = "job", timeout = "0s", fallback = "instead")
        public String replaced() {
            return "fresh";
        }

        private String instead() {
            return "instead";
        }

        @WriteLock(value = "desk", timeout = "0s", onTimeout = OnTimeout.SKIP)
        @WriteLock(value = "job", timeout = "0s")
        public void severalSkipped() {}
    }
}
