package dev.interlock.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

@Timeout(60)
class JmxEndpointsTest {

    private static final String DOMAIN = "dev.interlock.jmxtest";

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @Test
    void locksAreSeenAndReleasedWithoutAWebServer() throws Exception {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(EndpointsOverHttp.Application.class)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .properties(
                        RunningApplication.PLAIN,
                        "spring.jmx.enabled=true",
                        "spring.jmx.default-domain=" + DOMAIN,
                        "management.endpoints.jmx.exposure.include=*",
                        "management.endpoint.locks.access=unrestricted")
                .run()) {
            LockHandle handle = context.getBean(LockManager.class)
                    .write("account:1")
                    .owner(LockOwner.named("alice"))
                    .acquire();

            assertThat(invoke("Locks", "locks", "account:1", null, null, null, null, null, null, null))
                    .asInstanceOf(MAP)
                    .containsEntry("resource", "account:1");
            assertThatException()
                    .isThrownBy(() -> invoke("Locks", "locks", "account:2", null, null, null, null, null, null, null))
                    .withStackTraceContaining("nobody holds 'account:2' or waits for it");
            assertThat((Map<?, ?>) invoke("Deadlocks", "deadlocks", (Object) null))
                    .hasSize(5);
            assertThat((Map<?, ?>) invoke("Lockstats", "statistics", null, null, null))
                    .isNotEmpty();
            assertThat((Map<?, ?>) invoke("Lockevents", "events", null, null, null, null))
                    .isNotEmpty();
            assertThat(invoke("Locks", "release", "account:1", "by JMX", null, null))
                    .asInstanceOf(MAP)
                    .containsEntry("who", "actuator")
                    .containsEntry("reason", "by JMX");
            assertThat(handle.isHeld()).isFalse();
        }
    }

    private Object invoke(String endpoint, String operation, Object... arguments) throws Exception {
        ObjectName name = new ObjectName(DOMAIN + ":type=Endpoint,name=" + endpoint);
        MBeanOperationInfo info = Arrays.stream(server.getMBeanInfo(name).getOperations())
                .filter(each -> each.getName().equals(operation))
                .findFirst()
                .orElseThrow();
        String[] signature =
                Arrays.stream(info.getSignature()).map(each -> each.getType()).toArray(String[]::new);
        return server.invoke(name, operation, arguments, signature);
    }
}
