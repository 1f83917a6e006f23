package dev.interlock.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.engine.InterlockManager;
import dev.interlock.event.LockEvent;
import dev.interlock.event.LockListener;
import dev.interlock.monitor.LockMonitor;
import dev.interlock.optimistic.OptimisticLocks;
import dev.interlock.optimistic.VersionStamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

@ExtendWith(OutputCaptureExtension.class)
class InterlockAutoConfigurationTest {

    private final ApplicationContextRunner contexts = Contexts.withLocks();

    @BeforeEach
    void logInfo() {
        Contexts.logInfo();
    }

    @Test
    void anApplicationHasALockManagerAndItsMonitor() {
        contexts.run(context -> {
            assertThat(context).hasSingleBean(LockManager.class).hasSingleBean(LockMonitor.class);
            assertThat(context.getBean(LockMonitor.class))
                    .isSameAs(context.getBean(LockManager.class).monitor());
        });
    }

    @Test
    void anApplicationHasOptimisticLocksForWhoeverAsksForThem() {
        contexts.run(context -> {
            assertThat(context.getBeanFactory().containsSingleton("optimisticLocks"))
                    .isFalse();
            assertThat(context.getBean(OptimisticLocks.class).stamp("page").version())
                    .isZero();
        });
        OptimisticLocks mine = InterlockManager.builder().build().optimistic();
        contexts.withBean("mine", OptimisticLocks.class, () -> mine)
                .run(context ->
                        assertThat(context.getBean(OptimisticLocks.class)).isSameAs(mine));
    }

    @Test
    void springBootFindsTheAutoConfigurations() {
        new ApplicationContextRunner()
                .withUserConfiguration(WithAutoConfiguration.class)
                .run(context -> assertThat(context).hasSingleBean(LockManager.class));
    }

    @Test
    void anApplicationsOwnManagerIsKeptAndNotInterferedWith() {
        contexts.withUserConfiguration(OwnManager.class).run(context -> {
            assertThat(context).hasSingleBean(LockManager.class).hasBean("mine").hasSingleBean(LockMonitor.class);
            assertThat(context)
                    .doesNotHaveBean(GracefulShutdown.class)
                    .doesNotHaveBean(ApplicationEvents.class)
                    .doesNotHaveBean(LockBackends.class);
            assertThat(context.getBean(LockMonitor.class).node()).isEqualTo("my own");
        });
    }

    @Test
    void propertiesThatAnOwnManagerDoesNotHearOfAreNamed(CapturedOutput output) {
        contexts.withUserConfiguration(OwnManager.class)
                .withPropertyValues(
                        "interlock.backend=jdbc",
                        "interlock.timeout.read=1s",
                        "interlock.ordering.hierarchy=a,b",
                        "interlock.resources.account.timeout=1s",
                        "interlock.lease.duration=10s",
                        "interlock.mdc=false",
                        "interlock.metrics.owner-tag=true")
                .run(context -> assertThat(output.getOut().lines().filter(line -> line.contains("WARN")))
                        .singleElement()
                        .asString()
                        .contains("Without effect: interlock.backend, interlock.lease.duration,"
                                + " interlock.ordering.hierarchy, interlock.resources.account.timeout,"
                                + " interlock.timeout.read. The application brings its own LockManager (mine)"));
    }

    @Test
    void ofAnOwnManagerNothingIsSaidWhereNothingIsSetInVain(CapturedOutput output) {
        contexts.withUserConfiguration(OwnManager.class)
                .withPropertyValues("interlock.mdc=false", "interlock.aop.order=5", "interlock.transaction.guard=false")
                .run(context -> assertThat(output).doesNotContain("WARN"));
    }

    @Test
    void severalManagersOfWhichNoneIsPrimaryAreNamed(CapturedOutput output) {
        contexts.withUserConfiguration(OwnManager.class)
                .withBean("other", LockManager.class, () -> InterlockManager.builder()
                        .build())
                .run(context -> assertThat(output.getOut().lines().filter(line -> line.contains("WARN")))
                        .singleElement()
                        .asString()
                        .contains("There are several LockManager beans (mine, other) and none is primary"));
        contexts.withUserConfiguration(OwnManager.class)
                .withBean(
                        "chosen",
                        LockManager.class,
                        () -> InterlockManager.builder().build(),
                        definition -> definition.setPrimary(true))
                .run(context -> assertThat(output).doesNotContain("(mine, chosen)"));
    }

    @Test
    void anApplicationsOwnMonitorIsKept() {
        LockMonitor mine = InterlockManager.builder().build().monitor();

        contexts.withBean("mine", LockMonitor.class, () -> mine)
                .run(context -> assertThat(context.getBean(LockMonitor.class)).isSameAs(mine));
    }

    @Test
    void twoManagersOfAnApplicationLeaveOpenWhoseMonitorIsMeant() {
        contexts.withUserConfiguration(OwnManager.class)
                .withBean("other", LockManager.class, () -> InterlockManager.builder()
                        .build())
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LockMonitor.class));
    }

    @Test
    void customizersHaveTheLastWordInTheirOrder() {
        contexts.withPropertyValues("interlock.node=configured")
                .withUserConfiguration(Customizers.class)
                .run(context ->
                        assertThat(context.getBean(LockMonitor.class).node()).isEqualTo("configured later"));
    }

    @Test
    void listenersThatAreBeansHearOfEvents() {
        List<LockEvent> heard = new CopyOnWriteArrayList<>();
        contexts.withBean(LockListener.class, () -> heard::add)
                .withBean(LockManagerCustomizer.class, () -> builder -> builder.callbackExecutor(Runnable::run))
                .run(context -> {
                    context.getBean(LockManager.class).write("door").run(() -> {});
                    assertThat(heard)
                            .extracting(event -> (Object) event.getClass())
                            .containsExactly(LockEvent.Acquired.class, LockEvent.Released.class);
                });
    }

    @Test
    void oneLineSaysHowLocksAreConfigured(CapturedOutput output) {
        contexts.withPropertyValues("interlock.node=web-1", "interlock.timeout.write=PT1M30S")
                .run(context -> assertThat(output.getOut().lines().filter(line -> line.contains("Locks of node")))
                        .singleElement()
                        .asString()
                        .contains(
                                "INFO",
                                "Locks of node 'web-1': backend memory, distributed backend file;"
                                        + " timeouts: read 10s, write 1m30s, distributed 1m"));
    }

    @Test
    void settingsForOtherBackendsAreNamedAsWithoutEffect(CapturedOutput output) {
        contexts.withPropertyValues(
                        "interlock.distributed.backend=memory",
                        "interlock.lease.duration=10s",
                        "interlock.file.directory=/tmp/x",
                        "interlock.jdbc.table-prefix=X_",
                        "interlock.retry.max-attempts=2")
                .run(context -> assertThat(output.getOut().lines().filter(line -> line.contains("WARN")))
                        .singleElement()
                        .asString()
                        .contains("Without effect: interlock.file.directory, interlock.jdbc.table-prefix,"
                                + " interlock.lease.duration, interlock.retry.max-attempts."
                                + " The backends in use, memory and memory, do not heed them"));
    }

    @Test
    void settingsOfTheBackendsInUseAreNotWarnedOf(CapturedOutput output) {
        contexts.withPropertyValues(
                        "interlock.lease.duration=10s",
                        "interlock.file.directory=/tmp/x",
                        "interlock.cleanup.interval=2m",
                        "interlock.retry.max-attempts=2")
                .run(context -> assertThat(output).doesNotContain("WARN"));
    }

    @Test
    void withoutSuchSettingsNothingIsWarnedOf(CapturedOutput output) {
        contexts.withPropertyValues("interlock.timeout.read=1s", "interlock.resources.account.lease=1s")
                .run(context -> assertThat(output).doesNotContain("WARN"));
    }

    @Test
    void switchedOffThereAreNoLocksAndOneLineSaysSo(CapturedOutput output) {
        contexts.withPropertyValues("interlock.enabled=false").run(context -> {
            assertThat(context).doesNotHaveBean(LockManager.class).doesNotHaveBean(InterlockProperties.class);
            assertThat(output.getOut().lines().filter(line -> line.contains("WARN")))
                    .singleElement()
                    .asString()
                    .contains("interlock.enabled=false", "annotated methods run without");
        });
    }

    @Test
    void switchedOffItIsSaidEvenIfBeansAreMadeLazily(CapturedOutput output) {
        contexts.withPropertyValues("interlock.enabled=false")
                .withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> assertThat(output).contains("interlock.enabled=false"));
    }

    @Test
    void switchedOffAfterConditionsWereDecidedItIsSaidToo(CapturedOutput output) {
        new ApplicationContextRunner()
                .withUserConfiguration(AfterTheFact.class)
                .withPropertyValues("interlock.enabled=false")
                .run(context -> assertThat(output).containsOnlyOnce("interlock.enabled=false"));
    }

    @Test
    void whatIsNeitherOnNorOffFailsRatherThanRunningWithoutLocks() {
        contexts.withPropertyValues("interlock.enabled=flase")
                .run(context -> assertThat(context).getFailure().hasMessageContaining("interlock"));
    }

    @Test
    void distributedLocksLiveInFilesUnlessOtherwiseSaidAndLeaveNoTraceBeforeTheFirstOne(@TempDir Path parent) {
        Path directory = parent.resolve("locks");
        ApplicationContextRunner application = contexts.withPropertyValues("interlock.file.directory=" + directory);
        application.run(one -> application.run(other -> {
            LockManager locks = one.getBean(LockManager.class);
            locks.write("account:1").run(() -> {});
            assertThat(locks.monitor().cluster().nodes()).hasSize(1);
            assertThat(directory).doesNotExist();

            try (LockHandle held = locks.distributed("report:1").acquire()) {
                assertThat(held.isHeld()).isTrue();
                assertThat(directory).isNotEmptyDirectory();
                assertThat(other.getBean(LockManager.class)
                                .distributed("report:1")
                                .tryAcquire())
                        .isEmpty();
            }
        }));
    }

    @Test
    void distributedStampsLiveInFilesUnlessOtherwiseSaidAndLeaveNoTraceBeforeTheFirstOne(@TempDir Path parent) {
        Path directory = parent.resolve("locks");
        ApplicationContextRunner application = contexts.withPropertyValues("interlock.file.directory=" + directory);
        application.run(one -> application.run(other -> {
            OptimisticLocks here = one.getBean(LockManager.class).distributedOptimistic();
            OptimisticLocks there = other.getBean(LockManager.class).distributedOptimistic();
            one.getBean(LockManager.class).optimistic().stamp("document:1");
            assertThat(directory).doesNotExist();

            VersionStamp before = here.stamp("document:1");
            assertThat(there.commit(there.stamp("document:1"), () -> {})).isPresent();

            assertThat(here.commit(before, () -> {})).isEmpty();
            assertThat(directory.resolve("stamps")).isNotEmptyDirectory();
        }));
    }

    @Test
    void plainLocksMayLiveInFilesToo(@TempDir Path directory) {
        ApplicationContextRunner application =
                contexts.withPropertyValues("interlock.backend=file", "interlock.file.directory=" + directory);
        application.run(one -> application.run(other -> {
            try (LockHandle held =
                    one.getBean(LockManager.class).read("account:1").acquire()) {
                assertThat(held.isHeld()).isTrue();
                assertThat(other.getBean(LockManager.class).read("account:1").tryAcquire())
                        .hasValueSatisfying(LockHandle::close);
                assertThat(other.getBean(LockManager.class).write("account:1").tryAcquire())
                        .isEmpty();
            }
        }));
    }

    @Test
    void filesThatAreAskedForAndCannotBeMadeFailTheStart(@TempDir Path parent) throws IOException {
        Path file = Files.createFile(parent.resolve("no-directory"));

        contexts.withPropertyValues("interlock.backend=file", "interlock.file.directory=" + file)
                .run(context -> assertThat(
                                Contexts.analysisOf(context.getStartupFailure()).getDescription())
                        .startsWith("the lock manager cannot use files in " + file));
    }

    @Test
    void anApplicationThatRunsOnceMayHaveDistributedLocksInMemory() {
        contexts.withPropertyValues("interlock.distributed.backend=memory").run(context -> {
            try (LockHandle held =
                    context.getBean(LockManager.class).distributed("door").acquire()) {
                assertThat(held.isHeld()).isTrue();
            }
        });
    }

    @Test
    void theProcessIsNamedAfterApplicationProcessAndHost() {
        contexts.withPropertyValues("spring.application.name=orders")
                .run(context -> assertThat(context.getBean(LockMonitor.class).node())
                        .startsWith("orders-" + ProcessHandle.current().pid() + "@")
                        .doesNotEndWith("@"));
        contexts.run(
                context -> assertThat(context.getBean(LockMonitor.class).node()).startsWith("application-"));
    }

    @Test
    void theEnvironmentMayHoldOtherThingsWithOurPrefix() {
        contexts.withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .replace(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                new SystemEnvironmentPropertySource(
                                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                        Map.of(
                                                "INTERLOCK_HOME", "/opt/interlock",
                                                "INTERLOCK_SERVICE_HOST", "10.0.0.1",
                                                "INTERLOCK_TIMEOUT_READ", "3s",
                                                "INTERLOCK_LIMITS_MAXQUEUE", "7",
                                                "INTERLOCK_RESOURCES_ORDERITEM_TIMEOUT", "4s"))))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    InterlockProperties properties = context.getBean(InterlockProperties.class);
                    assertThat(properties.timeout().read()).hasSeconds(3);
                    assertThat(properties.limits().maxQueue()).isEqualTo(7);
                    assertThat(properties.resources()).containsOnlyKeys("orderitem");
                    assertThat(properties.resources().get("orderitem").timeout())
                            .hasSeconds(4);
                });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class WithAutoConfiguration {}

    /** As in an application whose conditions were decided when it was built. */
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(InterlockProperties.class)
    @Import(InterlockAutoConfiguration.ManagerConfiguration.class)
    static class AfterTheFact {}

    @Configuration(proxyBeanMethods = false)
    static class OwnManager {

        @Bean
        LockManager mine() {
            return InterlockManager.builder().node("my own").build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {

        @Bean
        @Order(2)
        LockManagerCustomizer later() {
            return builder -> builder.node("configured later");
        }

        @Bean
        @Order(1)
        LockManagerCustomizer sooner() {
            return builder -> builder.node("configured sooner");
        }
    }
}
