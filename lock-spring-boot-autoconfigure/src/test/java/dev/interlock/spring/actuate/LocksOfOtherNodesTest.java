package dev.interlock.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockHandle;
import dev.interlock.LockLostException;
import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.spring.actuate.LockDescriptor.Holder;
import dev.interlock.spring.actuate.LocksEndpoint.Locks;
import dev.interlock.spring.actuate.LocksEndpoint.One;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import dev.interlock.spring.autoconfigure.LockBackend;
import dev.interlock.spring.autoconfigure.LockManagerCustomizer;
import dev.interlock.testkit.ManualTime;
import dev.interlock.testkit.SharedMemoryStore;
import dev.interlock.testkit.StoreCall;
import dev.interlock.testkit.StoreFault;
import dev.interlock.testkit.StoreFaults;
import java.time.Duration;
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

    private final ManualTime time = new ManualTime();
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

    /** Whose time stands still: what is asked within a second is answered from one look. */
    private ApplicationContextRunner stillNode(String name) {
        SharedMemoryStore still = new SharedMemoryStore(time::instant);
        return node(name)
                .withBean(LockManagerCustomizer.class, () -> builder -> builder.timeSource(time))
                .withBean(
                        "still", LockBackend.class, () -> LockBackend.of("still", () -> faults.around(still.connect())))
                .withPropertyValues("interlock.backend=still");
    }

    private void later() {
        time.advance(Duration.ofSeconds(1));
    }

    private static Locks all(AssertableApplicationContext context) {
        return (Locks) endpoint(context).locks(null, null, null, null, null, null, null, null);
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

            Locks seen = all(other);
            assertThat(seen.backend()).isEqualTo("shared");
            assertThat(seen.distributedBackend()).isEqualTo("shared");
            assertThat(seen.locks()).singleElement().satisfies(lock -> {
                assertThat(lock.scope()).isEqualTo("cluster");
                assertThat(lock.holders()).singleElement().satisfies(holder -> assertThat(holder.node())
                        .isEqualTo("one"));
            });
            assertThat(((One) endpoint(other).locks("account:1", null, null, null, null, null, null, null)).holders())
                    .hasSize(1);

            assertThat(endpoint(other)
                            .release("account:1", "it hangs", null, null)
                            .released())
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
            faults.always(StoreFault.REFUSED);

            Locks seen = (Locks) endpoint(one).locks(null, null, null, "held", null, null, null, null);
            assertThat(seen.locks()).extracting(LockDescriptor::resource).containsExactly("account:1");
            assertThat(seen.total()).isEqualTo(1);
            assertThat(seen.incomplete()).startsWith("this node only: what other nodes hold cannot be seen: ");
            One lock = (One) endpoint(one).locks("account:1", null, null, null, null, null, null, null);
            assertThat(lock.holders()).hasSize(1);
            assertThat(lock.incomplete()).startsWith("this node only: what other nodes hold cannot be seen: ");
            assertThat(one.getBean(DeadlocksEndpoint.class).deadlocks(null).incomplete())
                    .startsWith("this node only: what other nodes hold cannot be seen: ");
            assertUnavailable(
                    () -> endpoint(one).locks("account:2", null, null, null, null, null, null, null),
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

            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> endpoint(context).release("account:1", "it hangs", null, null))
                    .satisfies(refusal -> {
                        assertThat(refusal.status()).isEqualTo(503);
                        assertThat(refusal.released())
                                .extracting(Holder::fencingToken)
                                .containsExactly(held.fencingToken());
                    })
                    .withMessageStartingWith(
                            "'account:1' was taken from 1 holders of this node, but what other nodes hold"
                                    + " cannot be seen: ");

            assertThatExceptionOfType(LockLostException.class)
                    .isThrownBy(held::ensureHeld)
                    .withMessageContaining("'actuator' took it away: it hangs");
            assertUnavailable(
                    () -> endpoint(context).release("account:2", "it hangs", null, null), "what other nodes hold");
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
        stillNode("one").run(context -> {
            context.getBean(LockManager.class).write("account:1").run(() -> {});
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            assertThat(health(context).getDetails().get("nodes")).hasToString("[one]");

            faults.always(StoreFault.REFUSED);
            later();
            assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
            assertThat(health(context).getDetails()).containsKey("error").containsEntry("backend", "still");

            faults.heal();
            later();
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
        });
    }

    @Test
    void whoeverAsksAgainWithinASecondCostsTheStoreNothing() {
        stillNode("one").run(context -> {
            long sessions = faults.calls(StoreCall.SESSIONS);
            for (int tab = 0; tab < 3; tab++) {
                assertThat(all(context).incomplete()).isNull();
                assertThat(context.getBean(DeadlocksEndpoint.class)
                                .deadlocks(null)
                                .incomplete())
                        .isNull();
                assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            }
            assertThat(faults.calls(StoreCall.BUSY)).isEqualTo(1);
            assertThat(faults.calls(StoreCall.SESSIONS) - sessions).isEqualTo(1);

            later();
            all(context);
            assertThat(faults.calls(StoreCall.BUSY)).isEqualTo(2);
        });
    }

    @Test
    void locksOfOneNameThatReachDifferentlyFarAreShownAndReleasedTogether() {
        node("one")
                .withPropertyValues("interlock.backend=memory", "interlock.distributed.backend=shared")
                .run(context -> {
                    LockManager locks = context.getBean(LockManager.class);
                    LockHandle near = locks.read("account:1").acquire();
                    LockHandle far = locks.distributed("account:1").acquire();

                    One lock = (One) endpoint(context).locks("account:1", null, null, null, null, null, null, null);
                    assertThat(lock.scope()).isEqualTo("process");
                    assertThat(lock.holders()).extracting(Holder::mode).containsExactly(LockMode.READ);
                    assertThat(lock.others()).singleElement().satisfies(other -> {
                        assertThat(other.scope()).isEqualTo("cluster");
                        assertThat(other.holders()).extracting(Holder::mode).containsExactly(LockMode.WRITE);
                    });
                    assertThat(endpoint(context)
                                    .release("account:1", "it hangs", null, null)
                                    .released())
                            .hasSize(2);
                    assertThat(near.isHeld()).isFalse();
                    assertThat(far.isHeld()).isFalse();
                });
    }

    @Test
    void whoeverNamesAHolderOfAnotherNodeTakesTheLockFromNobodyElse() {
        node("one").run(one -> node("other").run(other -> {
            LockHandle held = one.getBean(LockManager.class).write("account:1").acquire();
            long token = held.fencingToken();

            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> endpoint(other).release("account:1", "it hangs", "" + (token + 1), null))
                    .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(409))
                    .withMessageContaining("on one with token " + token);
            assertThat(held.isHeld()).isTrue();
            assertThat(endpoint(other)
                            .release("account:1", "it hangs", "" + token, null)
                            .released())
                    .hasSize(1);
            await().until(() -> !held.isHeld());
        }));
    }
}
