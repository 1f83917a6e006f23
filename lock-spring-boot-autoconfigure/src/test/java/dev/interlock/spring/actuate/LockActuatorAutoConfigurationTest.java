package dev.interlock.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.engine.InterlockManager;
import dev.interlock.spring.actuate.LocksEndpoint.Locks;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Timeout(60)
class LockActuatorAutoConfigurationTest {

    private static final Class<?>[] ENDPOINTS = {
        LocksEndpoint.class,
        LocksWebExtension.class,
        DeadlocksEndpoint.class,
        LockStatsEndpoint.class,
        LockStatsWebExtension.class,
        LockEventsEndpoint.class,
        LockEventsWebExtension.class,
        OperationsEndpoint.class,
        OperationsWebExtension.class
    };

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    InterlockAutoConfiguration.class,
                    LockActuatorAutoConfiguration.class,
                    EndpointAutoConfiguration.class))
            .withPropertyValues("interlock.shutdown.drain=0");

    private final ApplicationContextRunner exposed =
            application.withPropertyValues("management.endpoints.web.exposure.include=*");

    @Test
    void allEndpointsAreThereWhereTheyAreExposed() {
        exposed.run(context -> {
            for (Class<?> each : ENDPOINTS) {
                assertThat(context).hasSingleBean(each);
            }
        });
    }

    @Test
    void whatIsNotExposedIsNotMade() {
        application.run(context -> {
            for (Class<?> each : ENDPOINTS) {
                assertThat(context).doesNotHaveBean(each);
            }
            assertThat(context).hasSingleBean(LockAudit.class);
        });
        application
                .withPropertyValues("management.endpoints.web.exposure.include=lockstats")
                .run(context -> assertThat(context)
                        .hasSingleBean(LockStatsEndpoint.class)
                        .hasSingleBean(LockStatsWebExtension.class)
                        .doesNotHaveBean(LocksEndpoint.class)
                        .doesNotHaveBean(LocksWebExtension.class));
    }

    @Test
    void whatIsDeniedIsNotMade() {
        exposed.withPropertyValues("management.endpoint.locks.access=NONE").run(context -> assertThat(context)
                .doesNotHaveBean(LocksEndpoint.class)
                .doesNotHaveBean(LocksWebExtension.class)
                .hasSingleBean(DeadlocksEndpoint.class));
    }

    @Test
    void withoutActuatorThereIsNothing() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(InterlockAutoConfiguration.class, LockActuatorAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader(ConditionalOnAvailableEndpoint.class))
                .run(context ->
                        assertThat(context).hasSingleBean(LockManager.class).doesNotHaveBean(LockAudit.class));
    }

    @Test
    void withoutLocksThereIsNothing() {
        exposed.withPropertyValues("interlock.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LockAudit.class));
    }

    @Test
    void ofTwoManagersNeitherIsShown() {
        exposed.withBean("one", LockManager.class, LockActuatorAutoConfigurationTest::manager)
                .withBean("other", LockManager.class, LockActuatorAutoConfigurationTest::manager)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LocksEndpoint.class));
    }

    @Test
    void whoBringsAnEndpointKeepsIt() {
        DeadlocksEndpoint own = new DeadlocksEndpoint(manager().monitor());
        exposed.withBean("own", DeadlocksEndpoint.class, () -> own)
                .run(context ->
                        assertThat(context.getBean(DeadlocksEndpoint.class)).isSameAs(own));
    }

    private static InterlockManager manager() {
        return InterlockManager.builder().node("own-1").build();
    }

    // --- a manager of the application's own ------------------------------------------------------------------------

    @Test
    void aManagerThatTheApplicationBringsIsShownAsFarAsItIsKnown() {
        exposed.withBean(LockManager.class, LockActuatorAutoConfigurationTest::manager)
                .run(context -> {
                    context.getBean(LockManager.class)
                            .write("door")
                            .owner(LockOwner.named("alice"))
                            .acquire();

                    Locks locks = (Locks)
                            context.getBean(LocksEndpoint.class).locks(null, null, null, null, null, null, null, null);

                    assertThat(locks.node()).isEqualTo("own-1");
                    assertThat(locks.backend()).isEqualTo("custom");
                    assertThat(locks.distributedBackend()).isNull();
                    assertThat(locks.locks()).singleElement().satisfies(lock -> {
                        assertThat(lock.resource()).isEqualTo("door");
                        assertThat(lock.scope()).isEqualTo("process");
                    });
                });
    }

    @Test
    void whereLocksLiveIsNamed() {
        exposed.run(context -> {
            Locks locks =
                    (Locks) context.getBean(LocksEndpoint.class).locks(null, null, null, null, null, null, null, null);
            assertThat(locks.backend()).isEqualTo("memory");
            assertThat(locks.distributedBackend()).isEqualTo("file");
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Auditor {

        final List<AuditEvent> audited = new CopyOnWriteArrayList<>();

        @Bean
        ApplicationListener<AuditApplicationEvent> auditing() {
            return event -> audited.add(event.getAuditEvent());
        }
    }

    @Test
    void forcedReleasesOfAManagerThatTheApplicationBringsAreAudited() {
        assertAuditedOnce(manager());
    }

    @Test
    void aManagerOfAnotherMakeIsAuditedByTheEndpoint() {
        assertAuditedOnce(wrapped(manager()));
    }

    private void assertAuditedOnce(LockManager own) {
        exposed.withUserConfiguration(Auditor.class)
                .withBean(LockManager.class, () -> own)
                .run(context -> {
                    List<AuditEvent> audited = context.getBean(Auditor.class).audited;
                    LocksEndpoint endpoint = context.getBean(LocksEndpoint.class);
                    for (String door : List.of("door:1", "door:2")) {
                        own.write(door).owner(LockOwner.named("alice")).acquire();
                        endpoint.releaseFor("bob", door, "hung", SeenHolders.ANYBODY);
                    }

                    await().until(() -> audited.size() >= 2);
                    assertThat(audited)
                            .extracting(each -> each.getData().get("resource"))
                            .containsExactly("door:1", "door:2");
                    assertThat(audited).allSatisfy(event -> {
                        assertThat(event.getPrincipal()).isEqualTo("bob");
                        assertThat(event.getType()).isEqualTo("LOCK_FORCE_RELEASED");
                        assertThat(event.getData())
                                .containsEntry("reason", "hung")
                                .containsEntry("owner", "alice")
                                .containsEntry("mode", "WRITE")
                                .containsKeys("fencingToken", "heldMs");
                    });
                });
    }

    private static LockManager wrapped(LockManager locks) {
        return (LockManager) Proxy.newProxyInstance(
                LockManager.class.getClassLoader(),
                new Class<?>[] {LockManager.class},
                (proxy, method, arguments) -> method.invoke(locks, arguments));
    }

    // --- health ----------------------------------------------------------------------------------------------------

    @Test
    void theLocksAreDownOnceTheManagerIsClosed() {
        application.run(context -> {
            HealthIndicator indicator = context.getBean("locksHealthIndicator", HealthIndicator.class);
            assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
            assertThat(indicator.health().getDetails())
                    .containsEntry("distributedBackend", "file")
                    .doesNotContainKey("closed");

            context.getBean(LockManager.class).close();

            assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
            assertThat(indicator.health().getDetails())
                    .containsEntry("closed", true)
                    .containsEntry("backend", "memory");
        });
    }

    @Test
    void aDeadlockIsToldButBringsNothingDownUnlessThatIsWanted() {
        assertThat(healthInADeadlock()).satisfies(health -> {
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsEntry("deadlocks", 1).containsEntry("waiting", 2);
        });
        assertThat(healthInADeadlock("management.health.locks.down-on-deadlock=true")
                        .getStatus())
                .isEqualTo(Status.DOWN);
    }

    private Health healthInADeadlock(String... properties) {
        Health[] seen = new Health[1];
        application.withPropertyValues(properties).run(context -> {
            LockManager locks = context.getBean(LockManager.class);
            LockOwner alice = LockOwner.named("alice");
            LockOwner bob = LockOwner.named("bob");
            locks.write("door").owner(alice).acquire();
            locks.write("gate").owner(bob).acquire();
            assertThat(locks.write("gate").owner(alice).acquireAsync()).isNotDone();
            assertThat(locks.write("door").owner(bob).acquireAsync()).isNotDone();
            seen[0] = context.getBean(HealthIndicator.class).health();
        });
        return seen[0];
    }

    @Test
    void healthIsToldUnlessItIsDisabledOrNotThere() {
        application.withPropertyValues("management.health.locks.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(HealthIndicator.class));
        exposed.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
                .run(context ->
                        assertThat(context).hasSingleBean(LocksEndpoint.class).doesNotHaveBean("locksHealthIndicator"));
        application
                .withBean(
                        "locksHealthIndicator",
                        HealthIndicator.class,
                        () -> () -> Health.up().withDetail("own", true).build())
                .run(context -> assertThat(
                                context.getBean(HealthIndicator.class).health().getDetails())
                        .containsKey("own"));
    }
}
