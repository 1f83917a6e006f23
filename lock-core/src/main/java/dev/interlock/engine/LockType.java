package dev.interlock.engine;

import dev.interlock.engine.InterlockManager.TypeSettings;
import dev.interlock.monitor.LockStatistics;
import java.time.Duration;
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

    private volatile boolean awaitedByWriters;
    /** What was counted before statistics began anew. */
    private final Tally earlier = new Tally();

    private volatile Tally forgotten = new Tally();
    private volatile Sketch readHolds = new Sketch();
    private volatile Sketch writeHolds = new Sketch();

    LockType(String name, Engine engine, @Nullable TypeSettings own, int number, @Nullable Leases leases) {
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
        this.priority = own == null || own.priority == 0 ? DEFAULT_PRIORITY : own.priority;
        this.stripes = own == null ? 0 : own.stripes;
    }

    long timeout(Options options) {
        if (options.distributed) {
            return distributedTimeout;
        }
        return options.write ? writeTimeout : readTimeout;
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
            return new LockStatistics(
                    name,
                    backend,
                    tally.statistics(false, readHolds, readers, waitingReaders, timed),
                    tally.statistics(true, writeHolds, writers, waitingWriters, timed));
        }
    }
}
