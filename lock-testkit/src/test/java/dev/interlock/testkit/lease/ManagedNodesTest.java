package dev.interlock.testkit.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.LockHandle;
import dev.interlock.LockLostException;
import dev.interlock.LockManager;
import dev.interlock.jmx.LockManagement;
import dev.interlock.jmx.LockManagerMXBean;
import dev.interlock.jmx.LockManagerMXBean.Holder;
import dev.interlock.testkit.Contenders;
import dev.interlock.testkit.StoreFault;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import org.junit.jupiter.api.Test;

/** Other nodes, as JMX shows them. */
class ManagedNodesTest extends NodesOverMemory {

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();

    private LockManagerMXBean shown(LockManager locks) {
        return JMX.newMXBeanProxy(server, LockManagement.register(locks, server).name(), LockManagerMXBean.class);
    }

    @Test
    void whatAnotherNodeHoldsIsFoundAndMayBeTakenAway() {
        LockHandle held = node("a").write(DOOR).acquire();
        LockManagerMXBean other = shown(node("b"));

        assertThat(other.getLocks()).isEmpty();
        assertThat(other.findLocks(10)).singleElement().satisfies(lock -> assertThat(lock.getHolders())
                .extracting(Holder::getNode)
                .containsExactly("a"));
        assertThat(other.forceRelease(DOOR, "operator", "it hangs"))
                .extracting(Holder::getNode)
                .containsExactly("a");

        Contenders.until("the holder knows why", () -> whyLost(held).contains("'operator' took it away: it hangs"));
    }

    private static String whyLost(LockHandle held) {
        try {
            held.ensureHeld();
            return "";
        } catch (LockLostException lost) {
            return String.valueOf(lost.getMessage());
        }
    }

    @Test
    void aStoreThatDoesNotAnswerIsToldInWordsThatAConsoleKnows() {
        LockManager faulty = faultyNode(settings -> settings);
        LockHandle held = faulty.write(DOOR).acquire();
        LockManagerMXBean shown = shown(faulty);
        faults.always(StoreFault.REFUSED);

        assertThat(shown.getLocks()).hasSize(1);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> shown.findLock(DOOR))
                .withMessageStartingWith("what other nodes hold cannot be seen: ")
                .withNoCause();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> shown.forceRelease(DOOR, "operator", "it hangs"))
                .withMessageStartingWith("'door' was taken from 1 holders of this node, but ");
        assertThat(held.isHeld()).isFalse();
    }
}
