package dev.interlock.jmx;

import dev.interlock.LockManager;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * A lock manager in JMX, from {@link #register} until {@link #close()}: as {@link LockManagerMXBean}, under
 * {@code dev.interlock:type=LockManager,name=<node>}.
 *
 * <pre>{@code
 * try (LockManagement shown = LockManagement.register(locks)) {
 *     // until the application ends
 * }
 * }</pre>
 *
 * <p>Whoever may call it may take locks away, so remote access to JMX wants to be protected.
 */
public final class LockManagement implements AutoCloseable {

    private static final String UNPLAIN = ",=:\"*?\n\r";

    private final MBeanServer server;
    private final ObjectName name;
    private final AtomicBoolean shown = new AtomicBoolean(true);

    private LockManagement(MBeanServer server, ObjectName name) {
        this.server = server;
        this.name = name;
    }

    /** Shows the manager in the MBean server of the platform. */
    public static LockManagement register(LockManager locks) {
        return register(locks, ManagementFactory.getPlatformMBeanServer());
    }

    /** Shows the manager in this server. A second one of the same node is told apart by {@code instance=2}, and so on. */
    public static LockManagement register(LockManager locks, MBeanServer server) {
        ManagedLocks bean = new ManagedLocks(locks);
        for (int instance = 1; ; instance++) {
            try {
                ObjectName name = nameOf(locks.monitor().node(), instance);
                return new LockManagement(
                        server, server.registerMBean(bean, name).getObjectName());
            } catch (InstanceAlreadyExistsException taken) {
                // the next number is free, or the one after it
            } catch (JMException failure) {
                throw new IllegalStateException(
                        "the locks of node '" + locks.monitor().node() + "' cannot be shown in JMX: "
                                + failure.getMessage(),
                        failure);
            }
        }
    }

    private static ObjectName nameOf(String node, int instance) throws JMException {
        boolean plain = node.chars().allMatch(each -> UNPLAIN.indexOf(each) < 0);
        String more = instance == 1 ? "" : ",instance=" + instance;
        return new ObjectName("dev.interlock:type=LockManager,name=" + (plain ? node : ObjectName.quote(node)) + more);
    }

    /** Under which name it is shown. */
    public ObjectName name() {
        return name;
    }

    /** Takes it out of JMX. The manager goes on. */
    @Override
    public void close() {
        // by then another manager may be shown under this name
        if (!shown.compareAndSet(true, false)) {
            return;
        }
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException gone) {
            // that was wanted
        } catch (JMException failure) {
            throw new IllegalStateException(name + " cannot be taken out of JMX: " + failure.getMessage(), failure);
        }
    }
}
