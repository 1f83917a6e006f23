package dev.interlock.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockHandle;
import dev.interlock.LockLostException;
import dev.interlock.LockManager;
import dev.interlock.spring.actuate.LocksEndpoint.Locks;
import dev.interlock.spring.actuate.LocksEndpoint.One;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import dev.interlock.spring.autoconfigure.LockBackend;
import dev.interlock.testkit.SharedMemoryStore;
import dev.interlock.testkit.StoreFault;
import dev.interlock.testkit.StoreFaults;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What Actuator shows where locks reach other processes. */
@Timeout(60)
class LocksOfOtherNodesTest {

    private final SharedMemoryStore space = new SharedMemoryStore();
    private final StoreFaults faults = new StoreFaults();

    private ApplicationContextRunner node(String name) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        InterlockAutoConfiguration.class,
                        LockActuatorAutoConfiguration.class,
                        EndpointAutoConfiguration.class))
                .withBean(LockBackend.class, () -> LockBackend.of("shared", () -> faults.around(space.connect())))
                .withPropertyValues(
                        "interlock.backend=shared",
                        "interlock.node=" + name,
                        "interlock.retry.max-attempts=1",
                        "management.endpoints.web.exposure.include=*",
                        "management.endpoints.jmx.exposure.include=*",
                        "spring.jmx.enabled=true");
    }

    private static LocksEndpoint endpoint(AssertableApplicationContext context) {
        return context.getBean(LocksEndpoint.class);
    }

    private static Health health(AssertableApplicationContext context) {
        return context.getBean("locksHealthIndicator", HealthIndicator.class).health();
    }

    @Test
    void whatOtherNodesHoldIsShownAndMayBeTakenAway() {
        node("one").run(one -> node("other").run(other -> {
            LockHandle held = one.getBean(LockManager.class).write("account:1").acquire();

            Locks seen = (Locks) endpoint(other).locks(null, null, null, null, null, null, null);
            assertThat(seen.backend()).isEqualTo("shared");
            assertThat(seen.distributedBackend()).isEqualTo("shared");
            assertThat(seen.locks()).singleElement().satisfies(lock -> {
                assertThat(lock.scope()).isEqualTo("cluster");
                assertThat(lock.holders()).singleElement().satisfies(holder -> assertThat(holder.node())
                        .isEqualTo("one"));
            });
            assertThat(((One) endpoint(other).locks("account:1", null, null, null, null, null, null)).holders())
                    .hasSize(1);

            assertThat(endpoint(other).release("account:1", "it hangs").released())
                    .hasSize(1);
            await().until(() -> !held.isHeld());
        }));
    }

    @Test
    void whileTheStoreDoesNotAnswerThisNodeIsShownWithWhatIsMissing() {
        node("one").run(one -> node("other").run(other -> {
            LockHandle here = one.getBean(LockManager.class).write("account:1").acquire();
            LockHandle there =
                    other.getBean(LockManager.class).write("account:2").acquire();
            assertThat(((Locks) endpoint(one).locks(null, null, null, null, null, null, null)).incomplete())
                    .isNull();
            faults.always(StoreFault.REFUSED);

            Locks seen = (Locks) endpoint(one).locks(null, null, null, "held", null, null, null);
            assertThat(seen.locks()).extracting(LockDescriptor::resource).containsExactly("account:1");
            assertThat(seen.total()).isEqualTo(1);
            assertThat(seen.incomplete()).startsWith("this node only: what other nodes hold cannot be seen: ");
            One lock = (One) endpoint(one).locks("account:1", null, null, null, null, null, null);
            assertThat(lock.holders()).hasSize(1);
            assertThat(lock.incomplete()).startsWith("this node only: what other nodes hold cannot be seen: ");
            assertUnavailable(
                    () -> endpoint(one).locks("account:2", null, null, null, null, null, null),
                    "nobody of this node holds 'account:2' or waits for it, and what other nodes hold cannot be seen: ");
            faults.heal();
            here.close();
            there.close();
        }));
    }

    @Test
    void whatThisNodeHoldsMayBeTakenAwayWhileTheStoreDoesNotAnswer() {
        node("one").run(context -> {
            LockHandle held =
                    context.getBean(LockManager.class).write("account:1").acquire();
            faults.always(StoreFault.REFUSED);

            assertUnavailable(
                    () -> endpoint(context).release("account:1", "it hangs"),
                    "'account:1' was taken from 1 holders of this node, but what other nodes hold cannot be seen: ");

            assertThatExceptionOfType(LockLostException.class)
                    .isThrownBy(held::ensureHeld)
                    .withMessageContaining("'actuator' took it away: it hangs");
            assertUnavailable(() -> endpoint(context).release("account:2", "it hangs"), "what other nodes hold");
            faults.heal();
        });
    }

    private static void assertUnavailable(ThrowingCallable call, String message) {
        assertThatExceptionOfType(Refusal.class).isThrownBy(call).satisfies(refusal -> {
            assertThat(refusal.status()).isEqualTo(503);
            assertThat(refusal).hasMessageStartingWith(message);
        });
    }

    @Test
    void healthNamesTheNodesAndIsDownWhileTheStoreCannotBeReached() {
        node("one").run(context -> {
            context.getBean(LockManager.class).write("account:1").run(() -> {});
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            assertThat(health(context).getDetails().get("nodes")).hasToString("[one]");

            faults.always(StoreFault.REFUSED);
            assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
            assertThat(health(context).getDetails()).containsKey("error").containsEntry("backend", "shared");

            faults.heal();
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
        });
    }
}
