package dev.interlock.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.engine.InterlockManager;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.mock.env.MockEnvironment;

@Timeout(60)
class LockMetricsAutoConfigurationTest {

    private final ApplicationContextRunner onlyLocks = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(LockMetricsAutoConfiguration.class, InterlockAutoConfiguration.class));

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    LockMetricsAutoConfiguration.class,
                    InterlockAutoConfiguration.class,
                    MetricsAutoConfiguration.class,
                    CompositeMeterRegistryAutoConfiguration.class))
            .withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new);

    private static Timer timer(MeterRegistry registry, String name) {
        await().until(() -> registry.find(name).timer() != null);
        return registry.get(name).timer();
    }

    @Test
    void locksAreMeteredWhereThereIsARegistry() {
        application.run(context -> {
            context.getBean(LockManager.class).write("door").run(() -> {});

            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(timer(registry, "interlock.hold").count()).isEqualTo(1);
            assertThat(timer(registry, "interlock.wait").getId().getTag("backend"))
                    .isEqualTo("memory");
            assertThat(registry.find("interlock.acquisitions").meters())
                    .as("found as soon as the first lock is timed")
                    .isNotEmpty();
        });
    }

    @Test
    void withoutARegistryOrMicrometerOrLocksThereIsNothing() {
        onlyLocks.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LockMeters.class));
        onlyLocks
                .withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
                .withClassLoader(new FilteredClassLoader(MetricsAutoConfiguration.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LockMeters.class));
        application
                .withPropertyValues("interlock.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LockMeters.class));
        application
                .withBean("one", LockManager.class, () -> InterlockManager.builder()
                        .build())
                .withBean("other", LockManager.class, () -> InterlockManager.builder()
                        .build())
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LockMeters.class));
    }

    @Test
    void withoutMicrometerTheApplicationStarts() {
        onlyLocks
                .withClassLoader(
                        new FilteredClassLoader("io.micrometer.core", "org.springframework.boot.micrometer.metrics"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(LockManager.class)
                        .doesNotHaveBean("lockMeters"));
    }

    @Test
    void whoBringsTheMetersKeepsThem() {
        InterlockManager locks = InterlockManager.builder().build();
        LockMeters own = new LockMeters(
                locks, "own", new LockTimers(new TimedEvents(false, false), false), new OperationMeters(locks, false));
        application.withBean(LockMeters.class, () -> own).run(context -> assertThat(context.getBean(LockMeters.class))
                .isSameAs(own));
    }

    @Test
    void aManagerThatTheApplicationBringsIsMetered() {
        application
                .withBean(LockManager.class, () -> InterlockManager.builder().build())
                .run(context -> {
                    context.getBean(LockManager.class).write("door").run(() -> {});
                    Timer hold = timer(context.getBean(MeterRegistry.class), "interlock.hold");
                    assertThat(hold.getId().getTag("backend")).isEqualTo("memory");
                });
    }

    @Test
    void metersAndBucketsFollowTheManagementProperties() {
        application
                .withPropertyValues(
                        "management.metrics.enable.interlock.wait=false",
                        "management.metrics.enable.interlock.contentions=false",
                        "management.metrics.distribution.slo.interlock.hold=7ms,70ms")
                .run(context -> {
                    context.getBean(LockManager.class).write("door").run(() -> {});

                    MeterRegistry registry = context.getBean(MeterRegistry.class);
                    Timer hold = timer(registry, "interlock.hold");
                    assertThat(Arrays.stream(hold.takeSnapshot().histogramCounts())
                                    .map(CountAtBucket::bucket)
                                    .map(nanos -> nanos / TimeUnit.MILLISECONDS.toNanos(1)))
                            .containsExactly(7.0, 70.0);
                    assertThat(registry.find("interlock.wait").meters()).isEmpty();
                    assertThat(registry.find("interlock.contentions").meters()).isEmpty();
                    assertThat(registry.find("interlock.releases").meters()).isNotEmpty();
                });
    }

    @Test
    void theOwnerIsATagWhereThatIsWanted() {
        application.withPropertyValues("interlock.metrics.owner-tag=true").run(context -> {
            context.getBean(LockManager.class)
                    .write("door")
                    .owner(LockOwner.named("alice"))
                    .run(() -> {});
            assertThat(timer(context.getBean(MeterRegistry.class), "interlock.hold")
                            .getId()
                            .getTag("owner"))
                    .isEqualTo("alice");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "                        ,                     , true,  true",
        "interlock.wait=false    ,                     , false, true",
        "interlock=false         ,                     , false, false",
        "interlock=false         , interlock.hold=true , false, true",
        "all=false               ,                     , false, false",
        "interlock.waiting=false ,                     , true,  true",
        "jvm=false               ,                     , true,  true"
    })
    void timersAreDeniedByTheLongestNameThatIsMentioned(String one, String other, boolean waits, boolean holds) {
        MockEnvironment environment = new MockEnvironment();
        Stream.of(one, other).filter(Objects::nonNull).forEach(setting -> TestPropertyValues.of(
                        "management.metrics.enable." + setting)
                .applyTo(environment));

        assertThat(TimedEvents.in(environment)).isEqualTo(new TimedEvents(waits, holds));
    }
}
