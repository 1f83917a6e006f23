package dev.interlock.engine;

import dev.interlock.DeadlockPolicy;
import dev.interlock.FairnessPolicy;
import dev.interlock.LockException;
import dev.interlock.LockManager;
import dev.interlock.LockRequest;
import dev.interlock.MultiLock;
import dev.interlock.OrderingPolicy;
import dev.interlock.entity.ResourceDependencies;
import dev.interlock.event.LockListener;
import dev.interlock.monitor.LockMonitor;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.Operations;
import dev.interlock.optimistic.OptimisticLocks;
import dev.interlock.spi.ExclusiveStore;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The lock manager. Without a store its locks hold within this process.
 *
 * <pre>{@code
 * LockManager locks = InterlockManager.builder()
 *         .writeTimeout(Duration.ofSeconds(5))
 *         .type("account", account -> account.priority(7))
 *         .build();
 * }</pre>
 */
public final class InterlockManager implements LockManager {

    private final Engine engine;
    private final LockMonitor monitor;

    private InterlockManager(Settings settings) {
        settings.leases().check();
        engine = new Engine(settings);
        monitor = new Monitor(engine);
    }

    /** Everything has a default: {@code builder().build()} is a good manager. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public LockRequest read(String resource) {
        return shared(resource, Options.READ);
    }

    private LockRequest shared(String resource, Options options) {
        LockTable table = engine.table(options);
        if (!table.shares()) {
            throw new LockException("'" + resource + "' cannot be read-locked: the backend '" + table.backend()
                    + "' has exclusive locks alone. Ask for the write lock, or use a backend that shares.");
        }
        return Request.of(engine, resource, options);
    }

    @Override
    public LockRequest write(String resource) {
        return Request.of(engine, resource, Options.WRITE);
    }

    @Override
    public LockRequest distributed(String resource) {
        return distributed(resource, Options.DISTRIBUTED);
    }

    @Override
    public LockRequest distributedRead(String resource) {
        return distributed(resource, Options.DISTRIBUTED_READ);
    }

    private LockRequest distributed(String resource, Options options) {
        refuseUnlessDistributed("a distributed lock on '" + resource + "' needs");
        return options.write ? Request.of(engine, resource, options) : shared(resource, options);
    }

    private void refuseUnlessDistributed(String whatNeeds) {
        LeaseSettings leases = engine.settings.leases();
        if (!engine.settings.distributedLocally() && leases.store() == null && leases.distributedStore() == null) {
            throw new LockException(whatNeeds + " a backend that reaches other"
                    + " processes, and this manager has memory alone; if one process is all there is, build the manager"
                    + " with distributedLocally(true), or set interlock.distributed.backend=memory in Spring Boot");
        }
    }

    @Override
    public MultiLock all(LockRequest... requests) {
        return all(Arrays.asList(requests));
    }

    @Override
    public MultiLock all(Collection<? extends LockRequest> requests) {
        return MultiRequest.of(engine, requests);
    }

    @Override
    public ReadWriteLock readWriteLock(String resource) {
        if (!engine.table(Options.READ).shares()) {
            throw new LockException("there is no read-write lock on '" + resource + "': the backend '"
                    + engine.table(Options.READ).backend() + "' has exclusive locks alone. Use write(…).");
        }
        return new ReadWriteLockView(
                Request.of(engine, resource, Options.READ.releasingHeld(false)),
                Request.of(engine, resource, Options.WRITE.releasingHeld(false)),
                engine);
    }

    @Override
    public ResourceDependencies dependencies() {
        return engine.dependencies;
    }

    @Override
    public OptimisticLocks optimistic() {
        return optimistic(Options.WRITE);
    }

    @Override
    public OptimisticLocks distributedOptimistic() {
        refuseUnlessDistributed("optimistic operations that reach other processes need");
        return optimistic(Options.DISTRIBUTED);
    }

    private OptimisticLocks optimistic(Options options) {
        Stamps stamps = engine.stamps(options);
        if (stamps == null) {
            throw new LockException("the backend '" + engine.table(options).backend()
                    + "' keeps no version stamps, so there are no optimistic operations on it; use memory, a file, a database,"
                    + " or another store that is a StampStore");
        }
        return new Optimism(engine, stamps);
    }

    @Override
    public Operations operations() {
        return engine.operations;
    }

    @Override
    public LockMonitor monitor() {
        return monitor;
    }

    /** Adds somebody who hears of what happens from now on; for those who hear of everything see {@link Builder#listener}. */
    public void listen(LockListener listener) {
        engine.listen(Objects.requireNonNull(listener, "the listener is null"));
    }

    @Override
    public boolean isClosed() {
        return engine.isClosed();
    }

    @Override
    public void close() {
        engine.close();
    }

    @Override
    public String toString() {
        return "lock manager of node '" + engine.settings.node() + "'";
    }

    /** Settings of a manager to be. */
    public static final class Builder {

        private String node = "local-" + ProcessHandle.current().pid();
        private FairnessPolicy fairness = FairnessPolicy.BOUNDED;
        private Duration bargeBound = Duration.ofMillis(1);
        private Duration ageing = Duration.ofMillis(100);
        private Duration readTimeout = Duration.ofSeconds(10);
        private Duration writeTimeout = Duration.ofSeconds(30);
        private Duration distributedTimeout = Duration.ofSeconds(60);
        private @Nullable Bounds adaptive;
        private boolean releaseHeld;
        private boolean distributedLocally;
        private int maxLocksPerOwner = 100;
        private int maxQueue = 10_000;
        private int maxResourceLength = 255;
        private DeadlockPolicy deadlocks = DeadlockPolicy.REPORT;
        private OrderingPolicy ordering = OrderingPolicy.REPORT;
        private List<String> hierarchy = List.of();
        private Duration longWait = Duration.ofMinutes(5);
        private boolean statistics = true;
        private int historySize = 1000;
        private int maxResources = 10_000;
        private int maxTypes = 1000;
        private int maxDependencies = 100_000;
        private boolean captureStackTraces;
        private Duration drain = Duration.ZERO;
        private final Map<String, TypeSettings> types = new HashMap<>();
        private final List<LockListener> listeners = new ArrayList<>();
        private int listenerBacklog = 10_000;
        private @Nullable TimeSource time;
        private @Nullable Executor callbacks;
        private final StoreSettings stores = new StoreSettings();
        private final OptimisticSettings optimistic = new OptimisticSettings();

        private Builder() {}

        /** How this process is called in reports; by default {@code local-} and its number. */
        public Builder node(String name) {
            Objects.requireNonNull(name, "the node name is null");
            if (name.isBlank()) {
                throw new IllegalArgumentException("the node name is blank; name the process as its operators know it");
            }
            node = name;
            return this;
        }

        /** How strictly waiters are served in order; {@link FairnessPolicy#BOUNDED} by default. */
        public Builder fairness(FairnessPolicy policy) {
            fairness = Objects.requireNonNull(policy, "the fairness policy is null");
            return this;
        }

        /**
         * How long, under {@link FairnessPolicy#BOUNDED}, a waiter is left behind newcomers before it is served as soon as it is
         * awake; 1 ms by default. After eight times the bound newcomers overtake nobody.
         */
        public Builder fairnessBound(Duration bound) {
            bargeBound = Checks.notNegative(bound, "fairness bound");
            return this;
        }

        /**
         * What one step of priority is worth in time of waiting; 100 ms by default. A request is overtaken only by those that
         * come within (difference in priority) × this after it: by default within 0.9 s at the very most.
         */
        public Builder priorityAgeing(Duration perStep) {
            ageing = Checks.notNegative(perStep, "priority ageing");
            if (perStep.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("priority ageing of " + perStep
                        + " a step would starve low priorities;" + " use a day at the most");
            }
            return this;
        }

        /** How long read requests wait that name no timeout; 10 s by default. */
        public Builder readTimeout(Duration wait) {
            readTimeout = Checks.notNegative(wait, "read timeout");
            return this;
        }

        /** How long write requests wait that name no timeout; 30 s by default. */
        public Builder writeTimeout(Duration wait) {
            writeTimeout = Checks.notNegative(wait, "write timeout");
            return this;
        }

        /** How long distributed requests wait that name no timeout; 60 s by default. */
        public Builder distributedTimeout(Duration wait) {
            distributedTimeout = Checks.notNegative(wait, "distributed timeout");
            return this;
        }

        /**
         * Lets timeouts adapt to how long requests wait and holds last; off by default. A timeout rises when too many requests time
         * out, and falls when it has been far beyond anything seen for half an hour. That concerns requests that name no timeout
         * and would wait at all, and types that have no timeout of their own; until enough has been seen the timeout is what it
         * is otherwise. {@link LockMonitor#timeoutAdvice()} tells what it is now.
         *
         * @param min the shortest that it may become
         * @param max the longest: what callers are ready to wait
         */
        public Builder adaptiveTimeouts(Duration min, Duration max) {
            adaptive = Bounds.of(min, max);
            return this;
        }

        /**
         * Whether a timeout costs the owner everything that it holds, for requests that do not say; off by default. See
         * {@link LockRequest#releaseHeldOnTimeout}.
         */
        public Builder releaseHeldOnTimeout(boolean release) {
            releaseHeld = release;
            return this;
        }

        /**
         * Whether {@link LockManager#distributed} may be answered from memory although that reaches no other process: for
         * tests, and for an application that is known to run once. Off by default, so that nobody believes it by mistake.
         */
        public Builder distributedLocally(boolean allowed) {
            distributedLocally = allowed;
            return this;
        }

        /** How many locks one owner may hold or await at once; 100 by default. */
        public Builder maxLocksPerOwner(int most) {
            maxLocksPerOwner = Checks.atLeast(1, most, "number of locks per owner");
            return this;
        }

        /** How many requests may wait for one resource; 10,000 by default. */
        public Builder maxQueue(int most) {
            maxQueue = Checks.atLeast(1, most, "queue length");
            return this;
        }

        /** How long a resource name may be; 255 characters by default. */
        public Builder maxResourceLength(int most) {
            maxResourceLength = Checks.atLeast(1, most, "length of resource names");
            return this;
        }

        /** What happens on a deadlock; {@link DeadlockPolicy#REPORT} by default. */
        public Builder deadlocks(DeadlockPolicy policy) {
            deadlocks = Objects.requireNonNull(policy, "the deadlock policy is null");
            return this;
        }

        /** What happens when locks are taken in orders that do not agree; {@link OrderingPolicy#REPORT} by default. */
        public Builder ordering(OrderingPolicy policy) {
            ordering = Objects.requireNonNull(policy, "the ordering policy is null");
            return this;
        }

        /**
         * The order in which types are to be taken, the first one first; none by default. Asking for an earlier type while
         * holding a later one goes against it, and {@link #ordering} says what happens then. {@code all(…)} takes its locks in
         * this order, and those of other types after them.
         */
        public Builder hierarchy(String... typesInOrder) {
            return hierarchy(Arrays.asList(typesInOrder));
        }

        /** The same. */
        public Builder hierarchy(List<String> typesInOrder) {
            hierarchy = Checks.hierarchy(typesInOrder);
            return this;
        }

        /**
         * How long a request may wait, and a hold may last, before that is reported, once; 5 minutes by default, and never with
         * zero. It is looked for four times in that time, but at most once a second.
         */
        public Builder longWait(Duration threshold) {
            longWait = Checks.notNegative(threshold, "threshold for long waits");
            return this;
        }

        /** Whether hold and wait times are recorded; on by default. Counts are always kept. */
        public Builder statistics(boolean enabled) {
            statistics = enabled;
            return this;
        }

        /** How many events the history keeps; 1,000 by default, none with 0. */
        public Builder historySize(int events) {
            historySize = Checks.atLeast(0, events, "history size");
            return this;
        }

        /** How many idle resources are remembered, with their statistics; 10,000 by default. */
        public Builder maxResources(int most) {
            maxResources = Checks.atLeast(0, most, "number of remembered resources");
            return this;
        }

        /** How many types keep statistics of their own; the rest share them. 1,000 by default. */
        public Builder maxTypes(int most) {
            maxTypes = Checks.atLeast(1, most, "number of types");
            return this;
        }

        /** How many dependencies between resources may be declared; 100,000 by default, which take up to 50 MB. */
        public Builder maxDependencies(int most) {
            maxDependencies = Checks.atLeast(0, most, "number of dependencies");
            return this;
        }

        /** Whether each hold remembers where it was acquired; dear, and off by default. */
        public Builder captureStackTraces(boolean enabled) {
            captureStackTraces = enabled;
            return this;
        }

        /** How long {@link LockManager#close()} waits for those who hold; not at all by default. */
        public Builder drain(Duration wait) {
            drain = Checks.notNegative(wait, "drain time");
            return this;
        }

        /**
         * Where locks meet those of other processes; memory alone by default. The manager closes the store when it is closed and the
         * last of its holds has ended.
         */
        public Builder store(LockStore store) {
            stores.store = Objects.requireNonNull(store, "the store is null");
            return this;
        }

        /** Where {@link LockManager#distributed distributed} locks meet those of other processes, if that is not where all locks do. */
        public Builder distributedStore(LockStore store) {
            stores.distributedStore = Objects.requireNonNull(store, "the store for distributed locks is null");
            return this;
        }

        /** The same, where nothing but exclusive locks can be had: whoever asks to read is refused, and there are no fencing tokens. */
        public Builder store(ExclusiveStore store) {
            Objects.requireNonNull(store, "the store is null");
            stores.store = new ExclusiveAsLeases(store, new SystemTime());
            return this;
        }

        /** The same for distributed locks. */
        public Builder distributedStore(ExclusiveStore store) {
            Objects.requireNonNull(store, "the store for distributed locks is null");
            stores.distributedStore = new ExclusiveAsLeases(store, new SystemTime());
            return this;
        }

        /** How this manager deals with its stores. */
        public Builder stores(UnaryOperator<StoreSettings> settings) {
            Objects.requireNonNull(settings.apply(stores), "the settings for stores are null");
            return this;
        }

        /** How operations are tried that take no lock. */
        public Builder optimistic(UnaryOperator<OptimisticSettings> settings) {
            Objects.requireNonNull(settings.apply(optimistic), "the settings for operations are null");
            return this;
        }

        /** Settings for the resources of one type; said again for the same type, they add up. */
        public Builder type(String name, UnaryOperator<TypeSettings> settings) {
            TypeSettings own = types.computeIfAbsent(Checks.type(name), made -> new TypeSettings());
            types.put(name, Objects.requireNonNull(settings.apply(own), "the type's settings are null"));
            return this;
        }

        /** Adds somebody who hears of every event that it wants. */
        public Builder listener(LockListener listener) {
            listeners.add(Objects.requireNonNull(listener, "the listener is null"));
            return this;
        }

        /** How many events a listener may fall behind before it misses some; 10,000 by default. */
        public Builder listenerBacklog(int events) {
            listenerBacklog = Checks.atLeast(1, events, "listener backlog");
            return this;
        }

        /** Where time comes from; the system by default. For tests. */
        public Builder timeSource(TimeSource source) {
            time = Objects.requireNonNull(source, "the time source is null");
            return this;
        }

        /** What runs listeners, {@code onLost} and the like, and completes futures; up to 16 own daemon threads by default. */
        public Builder callbackExecutor(Executor executor) {
            callbacks = Objects.requireNonNull(executor, "the callback executor is null");
            return this;
        }

        /** The manager. */
        public InterlockManager build() {
            return new InterlockManager(new Settings(
                    node,
                    fairness,
                    Checks.nanos(bargeBound),
                    Checks.nanos(ageing),
                    Checks.nanos(readTimeout),
                    Checks.nanos(writeTimeout),
                    Checks.nanos(distributedTimeout),
                    adaptive,
                    releaseHeld,
                    distributedLocally,
                    maxLocksPerOwner,
                    maxQueue,
                    maxResourceLength,
                    deadlocks,
                    ordering,
                    hierarchy,
                    Checks.nanos(longWait),
                    statistics,
                    historySize,
                    maxResources,
                    maxTypes,
                    maxDependencies,
                    captureStackTraces,
                    Checks.nanos(drain),
                    Map.copyOf(types),
                    List.copyOf(listeners),
                    listenerBacklog,
                    time,
                    callbacks,
                    stores.leases(),
                    optimistic.rules()));
        }
    }

    /**
     * How a manager deals with stores that reach other processes.
     *
     * <p>Handed out by {@link Builder#stores}.
     */
    public static final class StoreSettings {

        private @Nullable LockStore store;
        private @Nullable LockStore distributedStore;
        private Duration timeToLive = Duration.ofSeconds(30);
        private boolean renew = true;
        private Duration maxHold = Duration.ZERO;
        private int handOffs = 16;
        private Duration term = Duration.ofMillis(20);
        private int attempts = 3;
        private Duration delay = Duration.ofMillis(100);
        private double multiplier = 1.5;
        private Duration jitter = Duration.ofMillis(20);
        private Duration publishAfter = Duration.ofSeconds(1);
        private Duration cleanupInterval = Duration.ofMinutes(1);
        private Duration keepIdle = Duration.ofHours(1);
        private TimeSource time = new SystemTime();

        StoreSettings() {}

        /**
         * How long the store waits for a sign of life of this node before others may have what it holds; 30 s by default. There is a
         * sign of life every second, or three times in this time if that is more often.
         */
        public StoreSettings timeToLive(Duration duration) {
            Checks.positive(duration, "time to live");
            if (duration.compareTo(Duration.ofMillis(100)) < 0) {
                throw new IllegalArgumentException(
                        "a time to live of " + duration
                                + " is shorter than a store can be relied on to answer; give it 100 ms at least, better some seconds");
            }
            timeToLive = duration;
            return this;
        }

        /**
         * Whether a hold that names no lease lasts until it is closed, as long as this node gives signs of life; on by default. If
         * not, it ends after the time to live unless it is extended.
         */
        public StoreSettings renew(boolean asLongAsTheNodeLives) {
            renew = asLongAsTheNodeLives;
            return this;
        }

        /** How long a hold may last altogether, extensions included; without end by default, and with zero. */
        public StoreSettings maxHold(Duration most) {
            maxHold = Checks.notNegative(most, "longest hold");
            return this;
        }

        /** To how many holders of this node a lease serves before waiters of other nodes get their turn; 16 by default. */
        public StoreSettings handOffs(int most) {
            handOffs = Checks.atLeast(1, most, "number of hand-offs");
            if (most > 1000) {
                throw new IllegalArgumentException("the number of hand-offs must be at most 1000, but is " + most
                        + ": other nodes wait for so many");
            }
            return this;
        }

        /** For how long it does; 20 ms by default. Whoever holds is never cut short by it. */
        public StoreSettings term(Duration duration) {
            term = Checks.positive(duration, "term");
            if (duration.compareTo(Duration.ofMillis(1)) < 0) {
                throw new IllegalArgumentException("a term must be 1 ms at least, but is " + duration);
            }
            return this;
        }

        /**
         * How a request asks again when the store fails, within its timeout.
         *
         * @param attempts how often altogether; 3 by default
         * @param delay how long before the second attempt; 100 ms by default
         * @param multiplier how much longer before each further one; 1.5 by default
         * @param jitter up to how much longer or shorter by chance; 20 ms by default
         */
        public StoreSettings retry(int attempts, Duration delay, double multiplier, Duration jitter) {
            this.attempts = Checks.atLeast(1, attempts, "number of attempts");
            this.delay = Checks.notNegative(delay, "delay");
            this.jitter = Checks.notNegative(jitter, "jitter");
            if (!(multiplier >= 1 && multiplier < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("the multiplier must be at least 1, but is " + multiplier);
            }
            this.multiplier = multiplier;
            return this;
        }

        /** From which age on holds and waits are told to other nodes in detail; 1 s by default. */
        public StoreSettings publishAfter(Duration age) {
            publishAfter = Checks.notNegative(age, "age of what is published");
            return this;
        }

        /**
         * How often what is left over in the store is cleared away, and what.
         *
         * @param interval how often; 1 minute by default
         * @param keepIdle how long records of idle resources are kept; 1 hour by default
         */
        public StoreSettings cleanup(Duration interval, Duration keepIdle) {
            this.cleanupInterval = Checks.positive(interval, "interval of cleaning up");
            if (keepIdle.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException(
                        "idle records must be kept for a second at least, but keepIdle is " + keepIdle);
            }
            this.keepIdle = keepIdle;
            return this;
        }

        /** The clock of sessions and heartbeats; that of the system by default, whatever the manager's own. For tests. */
        public StoreSettings timeSource(TimeSource source) {
            time = Objects.requireNonNull(source, "the time source is null");
            return this;
        }

        private LeaseSettings leases() {
            return new LeaseSettings(
                    store,
                    distributedStore,
                    Checks.nanos(timeToLive),
                    renew,
                    Checks.nanos(maxHold),
                    handOffs,
                    Checks.nanos(term),
                    attempts,
                    Checks.nanos(delay),
                    multiplier,
                    Checks.nanos(jitter),
                    Checks.nanos(publishAfter),
                    Checks.nanos(cleanupInterval),
                    Checks.nanos(keepIdle),
                    time);
        }
    }

    /**
     * How operations are tried that take no lock: see {@link dev.interlock.optimistic.OptimisticLocks}.
     *
     * <p>Handed out by {@link Builder#optimistic}.
     */
    public static final class OptimisticSettings {

        private final Map<String, OperationKind> kinds = new LinkedHashMap<>();
        private Duration first = Duration.ofMillis(10);
        private double multiplier = 2;
        private Duration most = Duration.ofSeconds(1);
        private double jitter = 0.5;
        private int history = 1000;
        private int maxStamps = 100_000;
        private int patience = 10;

        OptimisticSettings() {
            kind(OperationKind.STRUCTURAL).kind(OperationKind.NORMAL).kind(OperationKind.LOW);
        }

        /** A kind of operation, beside {@code STRUCTURAL}, {@code NORMAL} and {@code LOW}, or in the place of one of them. */
        public OptimisticSettings kind(OperationKind kind) {
            kinds.put(kind.name(), kind);
            return this;
        }

        /**
         * How long an operation rests after a conflict before it is tried again.
         *
         * @param first before the first retry; 10 ms by default
         * @param multiplier how much longer before each further one; 2 by default
         * @param most how long at the most; 1 s by default
         * @param jitter by which part of that, from 0 to 1, it is shorter by chance, at the most; 0.5 by default
         */
        public OptimisticSettings backOff(Duration first, double multiplier, Duration most, double jitter) {
            this.first = Checks.notNegative(first, "first back-off");
            this.most = Checks.notNegative(most, "longest back-off");
            if (!(multiplier >= 1 && multiplier < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("the multiplier must be at least 1, but is " + multiplier);
            }
            if (!(jitter >= 0 && jitter <= 1)) {
                throw new IllegalArgumentException("the jitter is a part from 0 to 1, but is " + jitter);
            }
            this.multiplier = multiplier;
            this.jitter = jitter;
            return this;
        }

        /** How many operations that are over are remembered; 1,000 by default, none with 0. */
        public OptimisticSettings history(int operations) {
            history = Checks.atLeast(0, operations, "number of remembered operations");
            return this;
        }

        /**
         * How many stamps are remembered in memory; 100,000 by default. Of resources that were forgotten, an old stamp may seem to have
         * moved where it has not. Stores keep all of theirs.
         */
        public OptimisticSettings maxStamps(int most) {
            maxStamps = Checks.atLeast(1, most, "number of stamps");
            return this;
        }

        /**
         * How many operations of one priority in a row may be refused a resource for good, because others go first, before the next of
         * them has its turn; 10 by default.
         */
        public OptimisticSettings turnsAway(int most) {
            patience = Checks.atLeast(0, most, "number of operations turned away in a row");
            return this;
        }

        private OptimisticRules rules() {
            return new OptimisticRules(
                    new BackOff(Checks.nanos(first), multiplier, Checks.nanos(most), jitter),
                    Map.copyOf(kinds),
                    history,
                    maxStamps,
                    patience);
        }
    }

    /**
     * Settings for the resources of one type; what is not said here comes from the manager's own settings.
     *
     * <p>Handed out by {@link Builder#type}.
     */
    public static final class TypeSettings {

        @Nullable Duration timeout;

        @Nullable Duration lease;

        @Nullable Bounds adaptive;

        int priority;
        int stripes;

        TypeSettings() {}

        /** How long requests wait, in both modes. */
        public TypeSettings timeout(Duration wait) {
            timeout = Checks.notNegative(wait, "timeout");
            return this;
        }

        /** Lets the timeout adapt, as {@link Builder#adaptiveTimeouts} says, beginning with the one that is set. */
        public TypeSettings adaptiveTimeouts(Duration min, Duration max) {
            adaptive = Bounds.of(min, max);
            return this;
        }

        /** How long holds last unless extended. */
        public TypeSettings lease(Duration duration) {
            lease = Checks.positive(duration, "lease");
            return this;
        }

        /** The priority of requests that name none. */
        public TypeSettings priority(int value) {
            priority = Checks.priority(value);
            return this;
        }

        /**
         * Hashes the keys of this type onto so many locks, so that any number of keys costs bounded memory. Two keys may then
         * share a lock: they exclude each other, and for one owner they are the same resource.
         */
        public TypeSettings stripes(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("stripes must be at least 1, but is " + count);
            }
            stripes = count;
            return this;
        }
    }
}
