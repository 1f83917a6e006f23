package dev.interlock.engine;

import dev.interlock.engine.InterlockManager.TypeSettings;
import dev.interlock.monitor.LockStatistics;
import dev.interlock.monitor.ModeStatistics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The settings of a type's locks, and the statistics of those that have been forgotten. */
final class LockType {

    static final int DEFAULT_PRIORITY = 5;
    static final String MEMORY = "memory";

    final String name;
    final Engine engine;
    /** By which its order is learned; zero if it is not. */
    final int number;
    /** Where its locks live. */
    final String backend;

    private final long readTimeout;
    private final long writeTimeout;
    private final long distributedTimeout;
    private final long lease;
    private final long maxHold;
    private final int priority;
    final int stripes;

    /** Whether none but distributed requests come here. */
    private final boolean distributedOnly;
    /** Between which its timeouts adapt, if they do. */
    private final @Nullable Bounds bounds;
    /** What they have become; zero as long as nothing has been learned. */
    private volatile long adaptedReadTimeout;

    private volatile long adaptedWriteTimeout;

    private volatile boolean awaitedByWriters;
    /** What was counted before statistics began anew. */
    private final Tally earlier = new Tally();

    private volatile Tally forgotten = new Tally();
    private volatile Sketch readHolds = new Sketch();
    private volatile Sketch writeHolds = new Sketch();

    LockType(
            String name,
            Engine engine,
            @Nullable TypeSettings own,
            int number,
            @Nullable Leases leases,
            boolean distributedOnly) {
        Settings common = engine.settings;
        this.name = name;
        this.engine = engine;
        this.number = number;
        this.backend = leases == null ? MEMORY : leases.store.kind();
        Duration timeout = own == null ? null : own.timeout;
        Duration ownLease = own == null ? null : own.lease;
        this.readTimeout = timeout == null ? common.readTimeout() : Checks.nanos(timeout);
        this.writeTimeout = timeout == null ? common.writeTimeout() : Checks.nanos(timeout);
        this.distributedTimeout = timeout == null ? common.distributedTimeout() : Checks.nanos(timeout);
        this.maxHold = leases == null ? 0 : leases.settings.maxHold();
        long unrenewed = leases == null || leases.settings.renew() ? 0 : leases.settings.timeToLive();
        this.lease = ownLease == null ? unrenewed : Checks.nanos(ownLease);
        this.bounds = boundsOf(own, common);
        this.distributedOnly = distributedOnly;
        this.priority = own == null || own.priority == 0 ? DEFAULT_PRIORITY : own.priority;
        this.stripes = own == null ? 0 : own.stripes;
    }

    /** A timeout that is set for a type stands, unless it is set for the type as well that it adapts. */
    private static @Nullable Bounds boundsOf(@Nullable TypeSettings own, Settings common) {
        if (own == null || (own.adaptive == null && own.timeout == null)) {
            return common.adaptive();
        }
        return own.adaptive;
    }

    long timeout(Options options) {
        return timeout(options.write, options.distributed);
    }

    /** That of most requests in this mode. */
    long timeout(boolean write) {
        return timeout(write, distributedOnly);
    }

    private long timeout(boolean write, boolean distributed) {
        long set = distributed ? distributedTimeout : write ? writeTimeout : readTimeout;
        long adapted = write ? adaptedWriteTimeout : adaptedReadTimeout;
        return set == 0 || adapted == 0 ? set : adapted;
    }

    @Nullable Bounds bounds() {
        return bounds;
    }

    void adapt(boolean write, long timeout) {
        if (write) {
            adaptedWriteTimeout = timeout;
        } else {
            adaptedReadTimeout = timeout;
        }
    }

    long lease() {
        return lease;
    }

    /** How long a hold may last altogether, in nanoseconds; zero for as long as it likes. */
    long maxHold() {
        return maxHold;
    }

    int priority() {
        return priority;
    }

    /** Whether somebody has asked to write who may have had to wait. */
    boolean awaitedByWriters() {
        return awaitedByWriters;
    }

    void setAwaitedByWriters() {
        awaitedByWriters = true;
    }

    /** Keeps what a lock has counted before it is forgotten. */
    void absorb(LocalLock lock) {
        lock.addTo(forgotten, readHolds, writeHolds);
    }

    void count(Tally.Kind kind, boolean write) {
        forgotten.count(kind, write);
    }

    /** Keeps what a lock had counted, after that has begun anew: totals may lag behind for a moment, and never run ahead. */
    void keepEarlier(Tally counted) {
        earlier.absorb(counted);
    }

    void resetStatistics() {
        Tally counted = forgotten;
        forgotten = new Tally();
        readHolds = new Sketch();
        writeHolds = new Sketch();
        keepEarlier(counted);
    }

    /** How often something happened to what is forgotten, and before statistics began anew. */
    long counted(Tally.Kind kind) {
        return forgotten.get(kind) + earlier.get(kind);
    }

    /** Adds what forgotten locks of this type have counted. */
    void addTo(StatisticsSum sum) {
        sum.tally.absorb(forgotten);
        sum.readHolds.absorb(readHolds);
        sum.writeHolds.absorb(writeHolds);
    }

    /** The same, and before that what was counted until statistics began anew. */
    void addAllTo(StatisticsSum sum) {
        sum.tally.absorb(earlier);
        addTo(sum);
    }

    /** Adds up the statistics of several locks. */
    static final class StatisticsSum {
        final Tally tally = new Tally();
        final Sketch readHolds = new Sketch();
        final Sketch writeHolds = new Sketch();
        private int readers;
        private int writers;
        private int waitingReaders;
        private int waitingWriters;

        /** Types come before their locks: what moves from a lock to its type meanwhile is missed, and not counted twice. */
        static Map<LockType, StatisticsSum> byType(Engine engine, BiConsumer<LockType, StatisticsSum> counted) {
            Map<LockType, StatisticsSum> sums = new HashMap<>();
            for (LockType type : engine.types()) {
                counted.accept(type, sums.computeIfAbsent(type, first -> new StatisticsSum()));
            }
            for (LocalLock lock : engine.locks().toList()) {
                if (!lock.isRetired()) {
                    sums.computeIfAbsent(lock.type, first -> new StatisticsSum())
                            .add(lock);
                }
            }
            return sums;
        }

        void add(LocalLock lock) {
            lock.addTo(tally, readHolds, writeHolds);
            for (Hold each : lock.holds()) {
                if (each.isWrite()) {
                    writers++;
                } else {
                    readers++;
                }
            }
            for (Waiter each : lock.waiting()) {
                if (each.options.write) {
                    waitingWriters++;
                } else {
                    waitingReaders++;
                }
            }
        }

        LockStatistics named(String name, String backend, boolean timed) {
            return new LockStatistics(name, backend, statistics(false, timed), statistics(true, timed));
        }

        ModeStatistics statistics(boolean write, boolean timed) {
            return write
                    ? tally.statistics(true, writeHolds, writers, waitingWriters, timed)
                    : tally.statistics(false, readHolds, readers, waitingReaders, timed);
        }

        boolean wasAskedFor(boolean write) {
            return tally.get(Tally.Kind.ACQUISITION, write)
                            + tally.get(Tally.Kind.TIMEOUT, write)
                            + tally.get(Tally.Kind.CANCELLATION, write)
                    > 0;
        }

        /** Whoever came in again did not wait, and could not have: it says nothing of waits. */
        Observed observed(boolean write) {
            Spread waits = tally.waits(write).spread();
            long first = tally.get(Tally.Kind.ACQUISITION, write) - tally.get(Tally.Kind.NESTED, write);
            Spread reads = readHolds.spread();
            Spread writes = writeHolds.spread();
            return new Observed(
                    waits.andInstant(Math.max(0, first - waits.total)),
                    tally.givenUp(write).spread(),
                    write ? writes : reads,
                    write ? writes.plus(reads) : writes);
        }
    }
}
