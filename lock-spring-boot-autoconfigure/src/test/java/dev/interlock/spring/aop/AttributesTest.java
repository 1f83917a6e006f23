package dev.interlock.spring.aop;

import static dev.interlock.spring.aop.Applications.withLocks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.LockTimeoutException;
import dev.interlock.annotation.DistributedLock;
import dev.interlock.annotation.ReadLock;
import dev.interlock.annotation.WriteLock;
import dev.interlock.monitor.LockHolder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What annotations say, seen by those who look at the locks. */
class AttributesTest {

    private final ApplicationContextRunner runner =
            withLocks().withPropertyValues("patience=0s", "why=audit", "interlock.distributed.backend=memory");

    @Test
    void theMethodAndTheReasonAreShown() {
        assertHolder(Attributes::plain, holder -> {
            assertThat(holder.method()).contains("Attributes.plain()");
            assertThat(holder.reason()).isNull();
            assertThat(holder.leaseExpiresAt()).isNull();
            assertThat(holder.priority()).isEqualTo(5);
        });
        assertHolder(Attributes::reasoned, holder -> assertThat(holder.reason()).isEqualTo("because of the audit"));
        assertHolder(bean -> bean.overloaded(1, List.of()), holder -> assertThat(holder.method())
                .contains("Attributes.overloaded(long, List)"));
    }

    @Test
    void theLeaseIsCounted() {
        assertHolder(Attributes::leased, holder -> assertThat(Duration.between(holder.acquiredAt(), expiry(holder)))
                .isCloseTo(Duration.ofMinutes(10), Duration.ofSeconds(5)));
    }

    @Test
    void thePriorityIsTaken() {
        assertHolder(
                Attributes::important, holder -> assertThat(holder.priority()).isEqualTo(9));
    }

    @Test
    void theResourceStaysTakenForTheLeastTime() {
        runner.withBean(Attributes.class).run(context -> {
            LockManager locks = context.getBean(LockManager.class);
            context.getBean(Attributes.class).kept();
            assertThat(Holds.all(locks)).containsExactly("WRITE one");
            assertThatThrownBy(() -> context.getBean(Attributes.class).impatient())
                    .isInstanceOf(LockTimeoutException.class);
        });
    }

    @Test
    void thePropertiesOfTheTypeCountWhereTheAnnotationIsSilent() {
        ApplicationContextRunner configured = runner.withPropertyValues(
                "interlock.resources.one.lease=20m",
                "interlock.resources.one.priority=8",
                "interlock.resources.one.timeout=0s");
        assertHolder(configured, Attributes::plain, holder -> {
            assertThat(Duration.between(holder.acquiredAt(), expiry(holder)))
                    .isCloseTo(Duration.ofMinutes(20), Duration.ofSeconds(5));
            assertThat(holder.priority()).isEqualTo(8);
        });
        assertHolder(configured, bean -> bean.keyed(7), holder -> assertThat(holder.priority())
                .isEqualTo(8));
        assertHolder(configured, Attributes::leased, holder -> assertThat(
                        Duration.between(holder.acquiredAt(), expiry(holder)))
                .isCloseTo(Duration.ofMinutes(10), Duration.ofSeconds(5)));
        assertHolder(configured, Attributes::important, holder -> assertThat(holder.priority())
                .isEqualTo(9));
        assertTimesOut(configured, "one", Attributes::plain);
    }

    @Test
    void theTimeoutsOfTheModesCountWhereNothingElseIsSaid() {
        assertTimesOut(runner.withPropertyValues("interlock.timeout.write=0s"), "one", Attributes::plain);
        assertTimesOut(runner.withPropertyValues("interlock.timeout.read=0s"), "one", Attributes::shared);
        assertTimesOut(runner.withPropertyValues("interlock.timeout.distributed=0s"), "one", Attributes::distributed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "0", "1ms", "PT0.001S", "${patience}", "${nowhere:1ms}"})
    void theTimeoutMayBeWrittenAs(String text) {
        assertTimesOut(runner.withPropertyValues("text=" + text), "one", Attributes::impatient);
    }

    @Test
    void aTimeoutNamesWhoHoldsAndHowManyWait() {
        runner.withBean(Attributes.class).run(context -> {
            LockManager locks = context.getBean(LockManager.class);
            LockHandle elsewhere = Holds.elsewhere(locks, "one");
            CompletableFuture<LockHandle> waiting =
                    locks.write("one").owner(LockOwner.named("another")).acquireAsync();
            Holds.awaitWaiters(locks, "one", 1);
            assertThatThrownBy(() -> context.getBean(Attributes.class).impatient())
                    .isInstanceOfSatisfying(LockTimeoutException.class, failure -> {
                        assertThat(failure.holders())
                                .extracting(holder -> holder.owner().name())
                                .containsExactly("somebody");
                        assertThat(failure.queueLength()).isEqualTo(1);
                        assertThat(failure.resource()).contains("one");
                    })
                    .hasMessageContaining("'somebody'");
            elsewhere.close();
            waiting.join().close();
        });
    }

    private static Instant expiry(LockHolder holder) {
        Instant expiry = holder.leaseExpiresAt();
        assertThat(expiry).isNotNull();
        return expiry;
    }

    private void assertHolder(Function<Attributes, LockHolder> call, Consumer<LockHolder> check) {
        assertHolder(runner, call, check);
    }

    private static void assertHolder(
            ApplicationContextRunner runner, Function<Attributes, LockHolder> call, Consumer<LockHolder> check) {
        runner.withBean(Attributes.class).run(context -> check.accept(call.apply(context.getBean(Attributes.class))));
    }

    private static void assertTimesOut(
            ApplicationContextRunner runner, String resource, Function<Attributes, LockHolder> call) {
        runner.withBean(Attributes.class).run(context -> {
            Holds.elsewhere(context.getBean(LockManager.class), resource);
            assertThatThrownBy(() -> call.apply(context.getBean(Attributes.class)))
                    .isInstanceOf(LockTimeoutException.class);
        });
    }

    static class Attributes {

        private final LockManager locks;

        Attributes(LockManager locks) {
            this.locks = locks;
        }

        @WriteLock("one")
        public LockHolder plain() {
            return Holds.only(locks, "one");
        }

        @WriteLock(value = "one", key = "#id")
        public LockHolder keyed(long id) {
            return Holds.only(locks, "one:" + id);
        }

        @ReadLock("one")
        public LockHolder shared() {
            return Holds.only(locks, "one");
        }

        @DistributedLock("one")
        public LockHolder distributed() {
            return Holds.only(locks, "one");
        }

        @WriteLock(value = "one", reason = "because of the ${why}")
        public LockHolder reasoned() {
            return Holds.only(locks, "one");
        }

        @WriteLock("one")
        public LockHolder overloaded(long id, List<String> names) {
            return Holds.only(locks, "one");
        }

        @WriteLock(value = "one", lease = "10m")
        public LockHolder leased() {
            return Holds.only(locks, "one");
        }

        @WriteLock(value = "one", priority = 9)
        public LockHolder important() {
            return Holds.only(locks, "one");
        }

        @WriteLock(value = "one", holdAtLeast = "PT1H")
        public LockHolder kept() {
            return Holds.only(locks, "one");
        }

        @WriteLock(value = "one", timeout = "${text:0s}")
        public LockHolder impatient() {
            return Holds.only(locks, "one");
        }
    }
}
