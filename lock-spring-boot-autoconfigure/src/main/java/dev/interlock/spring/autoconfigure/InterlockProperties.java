package dev.interlock.spring.autoconfigure;

import dev.interlock.DeadlockPolicy;
import dev.interlock.FairnessPolicy;
import dev.interlock.OrderingPolicy;
import dev.interlock.optimistic.OperationKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.Ordered;

/**
 * Everything that can be set under {@code interlock}. A name that is not known here fails the start.
 *
 * @param enabled Whether there are locks. If not, annotated methods run without them.
 * @param node Name of this process in reports. By default made of the application's name, the process number and the host.
 * @param backend Where the locks of @ReadLock and @WriteLock live.
 * @param distributed Locks that reach other processes.
 * @param timeout How long requests wait.
 * @param fairness In which order waiting requests are served.
 * @param lease Leases on backends that reach other processes.
 * @param file The file backend.
 * @param jdbc The JDBC backend.
 * @param integration Spring Integration.
 * @param limits How much one owner, one resource and one name may take.
 * @param retry What happens when a store fails.
 * @param deadlock Deadlocks and long waits.
 * @param ordering The order in which locks are taken.
 * @param statistics Statistics and history.
 * @param debug Help in finding faults.
 * @param transaction Transactions.
 * @param shutdown The end of the application.
 * @param cleanup Clearing away what is left over on backends that reach other processes.
 * @param aop The interceptor of annotated methods.
 * @param mdc Whether the lock that is held, and the operation that is under way, are named in the logging context (MDC).
 * @param metrics Meters.
 * @param jmx The lock manager in JMX.
 * @param dashboard The page that browsers see.
 * @param optimistic Operations that take no lock and are tried again.
 * @param resources Settings by type: the part of a resource's name before its first colon.
 */
@ConfigurationProperties(prefix = "interlock", ignoreUnknownFields = false)
public record InterlockProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String node,
        @DefaultValue("memory") String backend,
        @DefaultValue Distributed distributed,
        @DefaultValue Timeout timeout,
        @DefaultValue Fairness fairness,
        @DefaultValue Lease lease,
        @DefaultValue File file,
        @DefaultValue Jdbc jdbc,
        @DefaultValue Integration integration,
        @DefaultValue Limits limits,
        @DefaultValue Retry retry,
        @DefaultValue Deadlock deadlock,
        @DefaultValue Ordering ordering,
        @DefaultValue Statistics statistics,
        @DefaultValue Debug debug,
        @DefaultValue Transaction transaction,
        @DefaultValue Shutdown shutdown,
        @DefaultValue Cleanup cleanup,
        @DefaultValue Aop aop,
        @DefaultValue("true") boolean mdc,
        @DefaultValue Metrics metrics,
        @DefaultValue Jmx jmx,
        @DefaultValue Dashboard dashboard,
        @DefaultValue Optimistic optimistic,
        @DefaultValue Map<String, Resource> resources) {

    /** Copies what could change. */
    public InterlockProperties {
        backend = backend.strip().toLowerCase(Locale.ROOT);
        resources = Map.copyOf(resources);
    }

    /**
     * Locks that reach other processes.
     *
     * @param backend Where the locks of @DistributedLock live. By default where all locks live, if that reaches other
     *     processes, and otherwise 'file'. 'memory' says that this process is the only one.
     */
    public record Distributed(@Nullable String backend) {

        /** Words for backends are compared in lower case. */
        public Distributed {
            backend = backend == null ? null : backend.strip().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How long requests wait.
     *
     * @param read How long a request for a shared lock waits that names no timeout. Zero: it does not wait.
     * @param write How long a request for an exclusive lock waits that names no timeout. Zero: it does not wait.
     * @param distributed How long a request for a distributed lock waits that names no timeout. Zero: it does not wait.
     * @param releaseHeld Whether a request that times out costs its owner everything that it holds.
     * @param adaptive Timeouts that adapt to how long requests wait and holds last.
     */
    public record Timeout(
            @DefaultValue("10s") Duration read,
            @DefaultValue("30s") Duration write,
            @DefaultValue("60s") Duration distributed,
            @DefaultValue("false") boolean releaseHeld,
            @DefaultValue Adaptive adaptive) {}

    /**
     * Timeouts that adapt to how long requests wait and holds last.
     *
     * @param enabled Whether the timeouts of all types adapt that have none of their own.
     * @param min The shortest that a timeout may become.
     * @param max The longest that a timeout may become: what callers are ready to wait.
     */
    public record Adaptive(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("1s") Duration min,
            @DefaultValue("60s") Duration max) {}

    /**
     * In which order waiting requests are served.
     *
     * @param policy Whether a newcomer may take a free lock before those who wait: only as long as the oldest has waited less
     *     than the bound, or never.
     * @param bound How long a waiting request may be left behind newcomers under the policy 'bounded'.
     * @param priorityAgeing What one step of priority is worth in time of waiting. At most a day.
     */
    public record Fairness(
            @DefaultValue("bounded") FairnessPolicy policy,
            @DefaultValue("1ms") Duration bound,
            @DefaultValue("100ms") Duration priorityAgeing) {}

    /**
     * Leases on backends that reach other processes.
     *
     * @param duration How long what a process holds is kept for it after its last sign of life. For backends that reach other
     *     processes.
     * @param renew Whether a hold that names no lease lasts until it is given back, as long as its process lives. If not, it ends
     *     after the duration unless it is extended. For backends that reach other processes.
     * @param maxHold How long a hold may last altogether, extensions included. Zero: without end. For backends that reach other
     *     processes.
     * @param handOffs To how many holders of this process a lease serves before those of other processes get their turn. For
     *     backends that reach other processes.
     * @param term For how long it does. For backends that reach other processes.
     */
    public record Lease(
            @DefaultValue("30s") Duration duration,
            @DefaultValue("true") boolean renew,
            @DefaultValue("0") Duration maxHold,
            @DefaultValue("16") int handOffs,
            @DefaultValue("20ms") Duration term) {}

    /**
     * The file backend.
     *
     * @param directory Directory of the lock files, the same for all processes that share locks. For the backend 'file'. By
     *     default one for each user beside the other temporary files.
     */
    public record File(@Nullable Path directory) {}

    /**
     * The JDBC backend.
     *
     * @param tablePrefix What the names of the tables begin with. For the backend 'jdbc'.
     * @param initializeSchema Whether the tables are created at the start. For the backend 'jdbc'.
     * @param dataSource Name of the DataSource bean to use, where there are several. For the backend 'jdbc'.
     */
    public record Jdbc(
            @DefaultValue("LOCK_") String tablePrefix,
            @DefaultValue("embedded") SchemaInitialization initializeSchema,
            @Nullable String dataSource) {}

    /**
     * Spring Integration.
     *
     * @param lockRegistry Whether there is a LockRegistry bean through which Spring Integration's own components lock with
     *     Interlock.
     * @param type Type of the resources that are locked through it.
     * @param distributed Whether they are distributed locks, or plain ones.
     */
    public record Integration(
            @DefaultValue("false") boolean lockRegistry,
            @DefaultValue("integration") String type,
            @DefaultValue("true") boolean distributed) {}

    /** When the tables are created. */
    public enum SchemaInitialization {
        /** At every start, where they are missing. */
        ALWAYS,
        /** In an embedded database. */
        EMBEDDED,
        /** Never: the scripts are run otherwise. */
        NEVER
    }

    /**
     * How much one owner, one resource and one name may take.
     *
     * @param maxLocksPerOwner How many locks one owner may hold or await at once.
     * @param maxQueue How many requests may wait for one resource.
     * @param maxResourceLength How many characters the name of a resource may have.
     */
    public record Limits(
            @DefaultValue("100") int maxLocksPerOwner,
            @DefaultValue("10000") int maxQueue,
            @DefaultValue("255") int maxResourceLength) {}

    /**
     * What happens when a store fails.
     *
     * @param maxAttempts How often a store is asked altogether, within the deadline of the request. For backends that reach
     *     other processes.
     * @param delay How long to wait before the second attempt. For backends that reach other processes.
     * @param multiplier How much longer each further wait is than the one before. For backends that reach other processes.
     * @param jitter Up to how much each wait is lengthened or shortened by chance. For backends that reach other processes.
     */
    public record Retry(
            @DefaultValue("3") int maxAttempts,
            @DefaultValue("100ms") Duration delay,
            @DefaultValue("1.5") double multiplier,
            @DefaultValue("20ms") Duration jitter) {}

    /**
     * Deadlocks and long waits.
     *
     * @param policy What happens on a deadlock: nothing, a report, or a report and the end of one request.
     * @param longWait How long a request may wait and a hold may last before that is reported. Zero: for ever.
     * @param publishAfter How long somebody must wait or hold before other nodes are told; a deadlock through several nodes is found some
     *     seconds after that.
     */
    public record Deadlock(
            @DefaultValue("report") DeadlockPolicy policy,
            @DefaultValue("5m") Duration longWait,
            @DefaultValue("1s") Duration publishAfter) {}

    /**
     * The order in which locks are taken.
     *
     * @param policy What happens when locks are taken in an order that may one day end in a deadlock.
     * @param hierarchy The order in which types are to be taken, the first one first.
     */
    public record Ordering(
            @DefaultValue("report") OrderingPolicy policy,
            @DefaultValue List<String> hierarchy) {

        /** Copies what could change. */
        public Ordering {
            hierarchy = List.copyOf(hierarchy);
        }
    }

    /**
     * Statistics and history.
     *
     * @param enabled Whether the times of holds and waits are recorded. Counts are always kept.
     * @param historySize How many recent events are kept. Zero: none.
     * @param maxResources How many idle resources are remembered, with their statistics.
     */
    public record Statistics(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("1000") int historySize,
            @DefaultValue("10000") int maxResources) {}

    /**
     * Help in finding faults.
     *
     * @param captureStackTraces Whether each hold remembers where it was acquired. Dear.
     */
    public record Debug(@DefaultValue("false") boolean captureStackTraces) {}

    /**
     * Transactions.
     *
     * @param guard Whether a transaction is rolled back whose lock was lost before its end.
     */
    public record Transaction(@DefaultValue("true") boolean guard) {}

    /**
     * The end of the application.
     *
     * @param drain How long the application waits at its end for those who hold locks. Zero: not at all.
     */
    public record Shutdown(@DefaultValue("20s") Duration drain) {}

    /**
     * Clearing away what is left over.
     *
     * @param interval How often expired holds and idle records are cleared away. For backends that reach other processes.
     */
    public record Cleanup(@DefaultValue("1m") Duration interval) {}

    /**
     * The interceptor of annotated methods.
     *
     * @param order Order of the interceptor among others. It must come before that of transactions.
     */
    public record Aop(
            @DefaultValue("" + (Ordered.LOWEST_PRECEDENCE - 1000))
            int order) {}

    /**
     * Meters.
     *
     * @param ownerTag Whether the timers of waits and holds have the owner as a tag. Each owner then makes meters of its own, up to a bound.
     */
    public record Metrics(@DefaultValue("false") boolean ownerTag) {}

    /**
     * The lock manager in JMX.
     *
     * @param enabled Whether the lock manager can be looked at, and locks be released by force, over JMX. By default as
     *     spring.jmx.enabled has it.
     */
    public record Jmx(@Nullable Boolean enabled) {}

    /**
     * The page that browsers see.
     *
     * @param enabled Whether a browser at the endpoint 'locks' sees a page. If not, it gets the JSON that everything else gets.
     */
    public record Dashboard(@DefaultValue("true") boolean enabled) {}

    /**
     * Operations that take no lock and are tried again.
     *
     * @param backoff How long an operation rests after a conflict.
     * @param history How many operations that are over are remembered. Zero: none.
     * @param maxStamps How many version stamps are remembered in memory. Stores keep all of theirs.
     * @param turnsAway How many operations in a row may be turned away from a resource for more important ones before the next of
     *     them has its turn.
     * @param kinds Kinds of operations, by name: further ones, or other settings for 'STRUCTURAL', 'NORMAL' and 'LOW'.
     */
    public record Optimistic(
            @DefaultValue Backoff backoff,
            @DefaultValue("1000") int history,
            @DefaultValue("100000") int maxStamps,
            @DefaultValue("10") int turnsAway,
            @DefaultValue Map<String, Kind> kinds) {

        /** Copies what could change. */
        public Optimistic {
            kinds = Map.copyOf(kinds);
        }
    }

    /**
     * How long an operation rests after a conflict.
     *
     * @param initial How long an operation rests before it is tried again for the first time.
     * @param multiplier How much longer each further rest is than the one before.
     * @param max How long it rests at the most.
     * @param jitter By which part, from 0 to 1, a rest is shortened by chance at the most.
     */
    public record Backoff(
            @DefaultValue("10ms") Duration initial,
            @DefaultValue("2") double multiplier,
            @DefaultValue("1s") Duration max,
            @DefaultValue("0.5") double jitter) {}

    /**
     * One kind of operation. What is not said is as for the built-in kind of that name, or else for 'NORMAL'.
     *
     * @param priority How important its operations are, from 1 (lowest) to 10 (highest).
     * @param retries How often one is tried again after a conflict.
     * @param alert Whether it is an alert when one has been tried in vain to the end.
     */
    public record Kind(
            @Nullable Integer priority,
            @Nullable Integer retries,
            @Nullable Boolean alert) {

        /** The kind of this name. The built-in ones may be written in lower case, as variables of the environment are. */
        OperationKind named(String name) {
            OperationKind usual = Stream.of(OperationKind.STRUCTURAL, OperationKind.NORMAL, OperationKind.LOW)
                    .filter(each -> each.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseGet(() ->
                            OperationKind.of(name, OperationKind.NORMAL.priority(), OperationKind.NORMAL.retries()));
            return new OperationKind(
                    usual.name(),
                    priority == null ? usual.priority() : priority,
                    retries == null ? usual.retries() : retries,
                    alert == null ? usual.alerts() : alert);
        }
    }

    /**
     * Settings for the resources of one type.
     *
     * @param timeout How long requests wait, in every mode.
     * @param adaptive Between which its timeout adapts. Said here, it adapts in any case; it begins with the type's own timeout.
     * @param lease How long a hold lasts unless it is extended. By default it does not end by itself.
     * @param priority Priority of requests that name none, from 1 (lowest) to 10 (highest).
     * @param stripes Onto how many locks the keys of the type are hashed. Zero: each key has a lock of its own.
     */
    public record Resource(
            @Nullable Duration timeout,
            @Nullable Bounds adaptive,
            @Nullable Duration lease,
            @DefaultValue("5") int priority,
            @DefaultValue("0") int stripes) {}

    /**
     * Between which the timeout of one type adapts.
     *
     * @param min The shortest that it may become. By default as for all types.
     * @param max The longest that it may become. By default as for all types.
     */
    public record Bounds(@Nullable Duration min, @Nullable Duration max) {

        Duration min(Adaptive common) {
            return min == null ? common.min() : min;
        }

        Duration max(Adaptive common) {
            return max == null ? common.max() : max;
        }
    }
}
