package dev.interlock.engine;

import dev.interlock.monitor.DurationSummary;
import dev.interlock.monitor.ModeStatistics;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The counts of a lock that do not follow from its holds, and what all its counts were when statistics began anew. Made
 * when the first such thing happens: most locks never need one.
 */
final class Tally {

    /** What is counted. */
    enum Kind {
        NESTED,
        TIMEOUT,
        CANCELLATION,
        VICTIM,
        REFUSAL,
        CONTENTION,
        EXPIRATION,
        FORCED,
        LOSS,
        /** Those of a forgotten lock, or those before a reset taken off. */
        ACQUISITION,
        RELEASE
    }

    private static final int KINDS = Kind.values().length;

    private final AtomicLongArray counts = new AtomicLongArray(2 * KINDS);
    private final Sketch readWaits = new Sketch();
    private final Sketch writeWaits = new Sketch();
    private final Sketch readsGivenUp = new Sketch();
    private final Sketch writesGivenUp = new Sketch();

    void count(Kind kind, boolean write) {
        add(kind, write, 1);
    }

    void add(Kind kind, boolean write, long number) {
        counts.addAndGet(index(kind, write), number);
    }

    long get(Kind kind, boolean write) {
        return counts.get(index(kind, write));
    }

    /** In either mode. */
    long get(Kind kind) {
        return get(kind, false) + get(kind, true);
    }

    Sketch waits(boolean write) {
        return write ? writeWaits : readWaits;
    }

    /** How long those waited that timed out. */
    Sketch givenUp(boolean write) {
        return write ? writesGivenUp : readsGivenUp;
    }

    void absorb(Tally other) {
        for (int i = 0; i < 2 * KINDS; i++) {
            counts.addAndGet(i, other.counts.get(i));
        }
        readWaits.absorb(other.readWaits);
        writeWaits.absorb(other.writeWaits);
        readsGivenUp.absorb(other.readsGivenUp);
        writesGivenUp.absorb(other.writesGivenUp);
    }

    ModeStatistics statistics(boolean write, Sketch holds, int holders, int waiters, boolean timed) {
        long acquisitions = get(Kind.ACQUISITION, write);
        DurationSummary waited = waits(write).summary(0);
        long atOnce = timed ? Math.max(0, acquisitions - waited.count()) : 0;
        return new ModeStatistics(
                acquisitions,
                get(Kind.RELEASE, write),
                get(Kind.TIMEOUT, write),
                get(Kind.CANCELLATION, write),
                get(Kind.VICTIM, write),
                get(Kind.REFUSAL, write),
                get(Kind.CONTENTION, write),
                get(Kind.EXPIRATION, write),
                get(Kind.FORCED, write),
                get(Kind.LOSS, write),
                holders,
                waiters,
                waits(write).summary(atOnce),
                holds.summary(0));
    }

    @SuppressWarnings("EnumOrdinal") // an array in place of a map, because it is counted in while others wait
    private static int index(Kind kind, boolean write) {
        return kind.ordinal() + (write ? KINDS : 0);
    }
}
