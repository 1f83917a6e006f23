package dev.interlock.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.LockHandle;
import dev.interlock.LockLostException;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import dev.interlock.engine.InterlockManager;
import dev.interlock.jmx.LockManagerMXBean.Holder;
import dev.interlock.jmx.LockManagerMXBean.Lock;
import dev.interlock.jmx.LockManagerMXBean.Waiter;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.OperationTotals;
import java.io.IOException;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.rmi.server.RMIClientSocketFactory;
import java.rmi.server.RMIServerSocketFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.InstanceNotFoundException;
import javax.management.JMX;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerConnection;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.remote.JMXAuthenticator;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXPrincipal;
import javax.management.remote.JMXServiceURL;
import javax.management.remote.rmi.RMIConnectorServer;
import javax.security.auth.Subject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LockManagementTest {

    private static final LockOwner ALICE = LockOwner.named("alice");
    private static final LockOwner BOB = LockOwner.named("bob");

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final List<LockManager> made = new ArrayList<>();
    private final LockManager locks = manager("orders-1");

    @AfterEach
    void end() {
        made.forEach(LockManager::close);
    }

    private LockManager manager(String node) {
        LockManager manager = InterlockManager.builder().node(node).build();
        made.add(manager);
        return manager;
    }

    private LockManagerMXBean shown() {
        return proxy(server, LockManagement.register(locks, server).name());
    }

    private static LockManagerMXBean proxy(MBeanServerConnection connection, ObjectName name) {
        return JMX.newMXBeanProxy(connection, name, LockManagerMXBean.class);
    }

    private static LockRequest writing(LockManager locks, LockOwner owner) {
        return locks.write("account:1").owner(owner).timeout(Duration.ofMinutes(5));
    }

    @Test
    void whoHoldsAndWhoWaitsIsShown() {
        LockHandle held = writing(locks, ALICE)
                .reason("month's end")
                .metadata(LockRequest.METHOD, "Accounts.close")
                .acquire();
        assertThat(writing(locks, BOB).priority(7).acquireAsync()).isNotDone();

        LockManagerMXBean seen = shown();

        assertThat(seen.getNode()).isEqualTo("orders-1");
        assertThat(List.of(seen.getResources(), seen.getHolds(), seen.getWaiters()))
                .containsExactly(1, 1, 1);
        Lock lock = seen.getLocks().get(0);
        assertThat(lock.getResource()).isEqualTo("account:1");
        assertThat(lock.getBackend()).isEqualTo("memory");
        Holder holder = lock.getHolders().get(0);
        assertThat(List.of(holder.getOwner(), holder.getNode(), holder.getMode()))
                .containsExactly("alice", "orders-1", "WRITE");
        assertThat(holder.getFencingToken()).isEqualTo(held.fencingToken());
        assertThat(holder.getAcquiredAt()).isEqualTo(held.acquiredAt().toString());
        assertThat(holder.getReason()).isEqualTo("month's end");
        assertThat(holder.getMethod()).isEqualTo("Accounts.close");
        assertThat(holder.getLeaseExpiresAt()).isNull();
        Waiter waiter = lock.getWaiters().get(0);
        assertThat(waiter.getOwner()).isEqualTo("bob");
        assertThat(List.of(waiter.getPriority(), waiter.getPosition())).containsExactly(7, 1);
        assertThat(seen.findLocks(1)).extracting(Lock::getResource).containsExactly("account:1");
        assertThat(seen.findLock("account:1").getHolders()).hasSize(1);
        assertThat(seen.findLock("account:2")).isNull();
    }

    @Test
    void whatHangsAndWhatCouldIsTold() {
        LockHandle account = writing(locks, ALICE).acquire();
        LockHandle customer = locks.write("customer:1").owner(BOB).acquire();
        assertThat(locks.write("customer:1").owner(ALICE).acquireAsync()).isNotDone();
        assertThat(writing(locks, BOB).acquireAsync()).isNotDone();

        LockManagerMXBean seen = shown();

        assertThat(seen.getDeadlocks()).singleElement().asString().contains("'alice'", "'bob'", "account:1");
        assertThat(seen.getDeadlockCount()).isEqualTo(1);
        assertThat(seen.getNearMisses()).singleElement().asString().contains("account", "customer");
        assertThat(seen.getNearMissCount()).isEqualTo(1);
        account.close();
        customer.close();
        assertThat(seen.getDeadlocks()).isEmpty();
        assertThat(seen.getDeadlockCount()).isEqualTo(1);
    }

    @Test
    void operationsUnderWayAreToldInWordsAndAllAreCounted() {
        LockManagerMXBean seen = shown();
        List<String> underWay = new ArrayList<>();
        locks.optimistic()
                .on("account:1")
                .id("rename-1")
                .owner(ALICE)
                .kind(OperationKind.LOW)
                .attempt(current -> {
                    underWay.addAll(seen.getRunningOperations());
                    return null;
                });

        assertThat(underWay)
                .containsExactly("rename-1 (LOW, priority 2) of 'alice' on 'account:1': RUNNING, 0 of 3 retries");
        assertThat(seen.getRunningOperations()).isEmpty();
        assertThat(seen.getOperationTotals())
                .hasSize(OperationTotals.class.getRecordComponents().length)
                .containsEntry("started", 1L)
                .containsEntry("succeeded", 1L)
                .containsEntry("conflicts", 0L);
    }

    @Test
    void aHoldIsTakenAwayInSomebodysName() {
        LockHandle held = writing(locks, ALICE).acquire();

        List<Holder> lost = shown().forceRelease("account:1", "operator", "it hangs");

        assertThat(lost).extracting(Holder::getOwner).containsExactly("alice");
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(held::ensureHeld)
                .withMessageContaining("'operator' took it away: it hangs");
        assertThat(shown().forceRelease("account:1", "operator", "again")).isEmpty();
    }

    @Test
    void nobodyTakesAwayWithoutNameOrReason() {
        LockHandle held = writing(locks, ALICE).acquire();
        LockManagerMXBean seen = shown();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> seen.forceRelease("account:1", " ", "it hangs"))
                .withMessage("who releases 'account:1' by force must be said");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> seen.forceRelease("account:1", "operator", ""))
                .withMessage("why 'account:1' is released by force must be said");
        assertThat(held.isHeld()).isTrue();
    }

    @Test
    void nodesOfOddNamesAreShownToo() {
        for (String odd : List.of("a,b=c:d", "\"quoted\"", "star*", "what?", "two\nlines")) {
            try (LockManagement shown = LockManagement.register(manager(odd), server)) {
                assertThat(proxy(server, shown.name()).getNode()).isEqualTo(odd);
                assertThat(shown.name().isPattern()).isFalse();
            }
        }
        assertThat(LockManagement.register(locks, server).name())
                .hasToString("dev.interlock:type=LockManager,name=orders-1");
    }

    @Test
    void managersOfOneNodeDoNotCollideAndGoOneByOne() {
        LockManagement one = LockManagement.register(locks, server);
        LockManagement other = LockManagement.register(manager("orders-1"), server);
        writing(locks, ALICE).acquire();

        assertThat(other.name().getKeyProperty("instance")).isEqualTo("2");
        assertThat(proxy(server, one.name()).getHolds()).isEqualTo(1);
        assertThat(proxy(server, other.name()).getHolds()).isZero();
        one.close();
        one.close();
        assertThat(server.isRegistered(one.name())).isFalse();
        assertThat(server.isRegistered(other.name())).isTrue();
        assertThat(LockManagement.register(locks, server).name()).isEqualTo(one.name());
    }

    @Test
    void whoeverClosesTwiceLeavesTheNextOneOfThatNameAlone() {
        LockManagement one = LockManagement.register(locks, server);
        one.close();
        LockManagement next = LockManagement.register(manager("orders-1"), server);
        assertThat(next.name()).isEqualTo(one.name());

        one.close();

        assertThat(server.isRegistered(next.name())).isTrue();
    }

    @Test
    void thePlatformShowsItUnlessAnotherServerIsNamed() throws Exception {
        MBeanServer platform = ManagementFactory.getPlatformMBeanServer();
        ObjectName name;
        try (LockManagement shown = LockManagement.register(locks)) {
            name = shown.name();
            assertThat(platform.getAttribute(name, "Node")).isEqualTo("orders-1");
        }

        assertThatExceptionOfType(InstanceNotFoundException.class)
                .isThrownBy(() -> platform.getAttribute(name, "Node"));
    }

    @Test
    void aConsoleShowsWhatToFillIn() throws Exception {
        MBeanOperationInfo[] operations = server.getMBeanInfo(
                        LockManagement.register(locks, server).name())
                .getOperations();

        MBeanOperationInfo release = Arrays.stream(operations)
                .filter(each -> each.getName().equals("forceRelease"))
                .findFirst()
                .orElseThrow();
        assertThat(release.getSignature())
                .extracting(MBeanParameterInfo::getName)
                .containsExactly("resource", "who", "why");
        assertThat(release.getDescription()).startsWith("Takes a resource away");
        assertThat(release.getImpact()).isEqualTo(MBeanOperationInfo.ACTION);
    }

    // --- from elsewhere --------------------------------------------------------------------------------------------

    @Test
    void whoeverHasSignedInIsNamedWhateverTheArgumentSays() throws Exception {
        LockHandle held = writing(locks, ALICE).acquire();
        ObjectName name = LockManagement.register(locks, server).name();
        JMXConnectorServer remote = remote(credentials ->
                new Subject(true, Set.of(new JMXPrincipal(((String[]) credentials)[0])), Set.of(), Set.of()));
        try (JMXConnector connector = remote.toJMXConnector(null)) {
            connector.connect(Map.of(JMXConnector.CREDENTIALS, new String[] {"carol", "secret"}));
            LockManagerMXBean seen = proxy(connector.getMBeanServerConnection(), name);

            assertThat(seen.forceRelease("account:1", "somebody else", "it hangs"))
                    .hasSize(1);

            assertThatExceptionOfType(LockLostException.class)
                    .isThrownBy(held::ensureHeld)
                    .withMessageContaining("'carol' took it away: it hangs");
        } finally {
            remote.stop();
        }
    }

    private JMXConnectorServer remote(JMXAuthenticator authenticator) throws IOException {
        JMXConnectorServer remote = JMXConnectorServerFactory.newJMXConnectorServer(
                new JMXServiceURL("service:jmx:rmi://"),
                Map.of(
                        JMXConnectorServer.AUTHENTICATOR,
                        authenticator,
                        RMIConnectorServer.RMI_CLIENT_SOCKET_FACTORY_ATTRIBUTE,
                        new Loopback(),
                        RMIConnectorServer.RMI_SERVER_SOCKET_FACTORY_ATTRIBUTE,
                        new Loopback()),
                server);
        remote.start();
        return remote;
    }

    /** Reaches nothing but this machine. */
    private static final class Loopback implements RMIClientSocketFactory, RMIServerSocketFactory, Serializable {

        private static final long serialVersionUID = 1L;

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        }

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return new ServerSocket(port, 0, InetAddress.getLoopbackAddress());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Loopback;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }
}
