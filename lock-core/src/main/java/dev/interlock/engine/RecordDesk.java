package dev.interlock.engine;

import dev.interlock.spi.Guess;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockRecord.Lease;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.Step;
import dev.interlock.spi.StoreException;
import dev.interlock.spi.Updated;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a keeper knows of its record, and how it changes it. In turn, but for {@link #fault()} and {@link #elsewhere()}.
 *
 * <p>What it believes to be in the record is tried first, so that a change takes one call of the store as long as nobody else comes
 * by. And until a call has been answered, something may stand there that this node does not know of: then it is {@link #inDoubt()}.
 */
final class RecordDesk {

    final RecordKey key;
    private final Leases leases;
    private boolean known = true;
    private volatile @Nullable LockRecord record;
    private @Nullable NodeSession doubt;
    private int failures;
    private volatile @Nullable StoreException fault;

    RecordDesk(String resource, Leases leases) {
        this.key = new RecordKey(resource);
        this.leases = leases;
    }

    /** Changes the record for this session. */
    <R> R ask(NodeSession session, Step<R> step, Duration patience) {
        Guess guess = guess();
        known = false;
        doubt = session;
        long asked = leases.now();
        Updated<R> updated = update(guess, step, patience);
        doubt = null;
        leases.answered(updated.now(), asked);
        saw(updated.record());
        failures = 0;
        fault = null;
        return updated.result();
    }

    /**
     * Whatever a store throws, it has not said what it did. An interrupt is for the one who waits, not for the store, whose channels it
     * would close.
     */
    private <R> Updated<R> update(@Nullable Guess guess, Step<R> step, Duration patience) {
        boolean interrupted = Thread.interrupted();
        try {
            return leases.store.update(key, guess, step, patience);
        } catch (StoreException failure) {
            throw failure;
        } catch (RuntimeException odd) {
            throw StoreException.passing(leases.store.describe() + " failed: " + odd, odd);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Only of what concerns no other session, and while the store's time is known well enough. */
    private @Nullable Guess guess() {
        Instant now = leases.storeTime();
        LockRecord last = record;
        if (!known || now == null) {
            return null;
        }
        NodeSession own = leases.sessionIfAny();
        String id = own == null ? "" : own.id;
        boolean alone = last == null
                || (last.leases().stream().allMatch(each -> each.session().equals(id))
                        && last.claims().stream()
                                .allMatch(each -> each.session().equals(id)));
        return alone ? new Guess(last, now) : null;
    }

    /** This is what stands there. */
    void saw(@Nullable LockRecord found) {
        record = found;
        known = true;
    }

    /** The leases of other nodes when the record was last seen; may be out of date. */
    List<Lease> elsewhere() {
        LockRecord last = record;
        NodeSession own = leases.sessionIfAny();
        return last == null
                ? List.of()
                : last.leases().stream()
                        .filter(each -> own == null || !each.session().equals(own.id))
                        .toList();
    }

    // --- doubt -----------------------------------------------------------------------------------------------------

    /** Whether something of a session that lives may stand in the record for no reason. */
    boolean inDoubt() {
        NodeSession doubtful = doubt;
        return doubtful != null && !doubtful.isOver();
    }

    void doubt(NodeSession session) {
        doubt = session;
        known = false;
    }

    // --- faults ----------------------------------------------------------------------------------------------------

    /** What the store last failed with, if it has not answered since. */
    @Nullable StoreException fault() {
        return fault;
    }

    void failed(RuntimeException failure) {
        StoreException known = failure instanceof StoreException store
                ? store
                : StoreException.passing("looking after '" + key.resource() + "' failed: " + failure, failure);
        if (fault == null) {
            leases.faulty(known);
        }
        fault = known;
    }

    /** How long to wait before the next attempt, if there is nobody who waits for it. */
    long delay() {
        return leases.settings.restAfter(++failures);
    }

    // --- reading ---------------------------------------------------------------------------------------------------

    static @Nullable Lease leaseOf(@Nullable LockRecord found, NodeSession session) {
        return found == null
                ? null
                : found.leases().stream()
                        .filter(each -> each.session().equals(session.id))
                        .findFirst()
                        .orElse(null);
    }

    /** Whether nothing will come of the session's claim if nobody does anything: it is gone, or whoever is in its way is. */
    boolean isAstray(@Nullable LockRecord found, NodeSession session, @Nullable Set<String> alive) {
        if (found == null
                || found.leases().isEmpty()
                || found.claims().stream().noneMatch(each -> each.session().equals(session.id))) {
            return true;
        }
        Instant now = leases.storeTimeRoughly();
        return found.leases().stream()
                .anyMatch(each -> (alive != null && !alive.contains(each.session()))
                        || (each.until() != null && now != null && !each.until().isAfter(now)));
    }

    /** Whether the session's lease is gone. */
    boolean isGone(NodeSession session) {
        LockRecord found = leases.read(key);
        boolean gone = leaseOf(found, session) == null;
        if (gone) {
            saw(found);
        }
        return gone;
    }
}
