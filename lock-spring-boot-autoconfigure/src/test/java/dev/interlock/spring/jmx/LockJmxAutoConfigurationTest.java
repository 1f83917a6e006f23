package dev.interlock.spring.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.jmx.LockManagement;
import dev.interlock.jmx.LockManagerMXBean;
import dev.interlock.spring.actuate.LockActuatorAutoConfiguration;
import dev.interlock.spring.autoconfigure.InterlockAutoConfiguration;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jmx.JmxAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;

@Timeout(60)
class LockJmxAutoConfigurationTest {

    private final MBeanServer platform = ManagementFactory.getPlatformMBeanServer();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    InterlockAutoConfiguration.class,
                    LockActuatorAutoConfiguration.class,
                    JmxAutoConfiguration.class,
                    LockJmxAutoConfiguration.class))
            .withPropertyValues("interlock.node=orders-1");

    @Test
    void theLocksAreShownWhereBeansAre() {
        runner.run(context -> assertThat(context).doesNotHaveBean(LockManagement.class));
        runner.withPropertyValues("spring.jmx.enabled=true")
                .run(context -> assertThat(context).hasSingleBean(LockManagement.class));
    }

    @Test
    void thatCanBeSaidForTheLocksAlone() {
        runner.withPropertyValues("spring.jmx.enabled=true", "interlock.jmx.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(LockManagement.class));
        runner.withPropertyValues("interlock.jmx.enabled=true").run(context -> {
            ObjectName name = context.getBean(LockManagement.class).name();
            assertThat(platform.getAttribute(name, "Node")).isEqualTo("orders-1");
        });
    }

    @Test
    void noLocksNoJmx() {
        runner.withPropertyValues("interlock.jmx.enabled=true", "interlock.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(LockManagement.class));
    }

    @Test
    void theyAreGoneWhenTheApplicationHasEnded() {
        AtomicReference<ObjectName> name = new AtomicReference<>();
        runner.withPropertyValues("interlock.jmx.enabled=true").run(context -> {
            name.set(context.getBean(LockManagement.class).name());
            assertThat(platform.isRegistered(name.get())).isTrue();
        });

        assertThat(platform.isRegistered(name.get())).isFalse();
    }

    @Test
    void theServerOfTheApplicationIsUsed() {
        MBeanServer own = MBeanServerFactory.newMBeanServer();
        runner.withPropertyValues("spring.jmx.enabled=true")
                .withBean("mbeanServer", MBeanServer.class, () -> own)
                .run(context -> {
                    ObjectName name = context.getBean(LockManagement.class).name();
                    assertThat(own.isRegistered(name)).isTrue();
                    assertThat(platform.isRegistered(name)).isFalse();
                });
    }

    @Test
    void theyAreShownWhereBeansAreLazy() {
        MBeanServer own = MBeanServerFactory.newMBeanServer();
        runner.withPropertyValues("spring.jmx.enabled=true")
                .withBean("mbeanServer", MBeanServer.class, () -> own)
                .withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> assertThat(own.queryNames(new ObjectName("dev.interlock:*"), null))
                        .hasSize(1));
    }

    @Test
    void whatIsTakenAwayThroughItIsAudited() {
        List<AuditEvent> audited = new CopyOnWriteArrayList<>();
        ApplicationListener<AuditApplicationEvent> auditor = event -> audited.add(event.getAuditEvent());
        runner.withPropertyValues("interlock.jmx.enabled=true")
                .withInitializer(context -> context.addApplicationListener(auditor))
                .run(context -> {
                    LockHandle held = context.getBean(LockManager.class)
                            .write("account:1")
                            .owner(LockOwner.named("alice"))
                            .acquire();
                    LockManagerMXBean shown = JMX.newMXBeanProxy(
                            platform, context.getBean(LockManagement.class).name(), LockManagerMXBean.class);

                    assertThat(shown.forceRelease("account:1", "operator", "it hangs"))
                            .hasSize(1);

                    assertThat(held.isHeld()).isFalse();
                    await().until(() -> !audited.isEmpty());
                    assertThat(audited).singleElement().satisfies(event -> {
                        assertThat(event.getType()).isEqualTo("LOCK_FORCE_RELEASED");
                        assertThat(event.getPrincipal()).isEqualTo("operator");
                        assertThat(event.getData())
                                .containsEntry("resource", "account:1")
                                .containsEntry("owner", "alice")
                                .containsEntry("reason", "it hangs");
                    });
                });
    }
}
