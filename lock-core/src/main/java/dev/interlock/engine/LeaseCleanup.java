package dev.interlock.engine;

import dev.interlock.engine.LeaseSteps.Node;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.ScannableStore;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.StoreException;
import dev.interlock.spi.Updated;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears away what nobody asks for any more: leases and claims of sessions that have ended, records of resources that have been idle
 * for long, and what this node itself may have left behind when an answer was lost.
 */
final class LeaseCleanup {

    private static final Logger log = LoggerFactory.getLogger(LeaseCleanup.class);
    private static final int MOST = 10_000;

    private final Leases leases;

    LeaseCleanup(Leases leases) {
        this.leases = leases;
    }

    void run() {
        if (leases.store instanceof ScannableStore scannable) {
            try {
                clear(scannable);
            } catch (StoreException failure) {
                log.warn("{} could not be cleaned up: {}", leases.store.describe(), failure.getMessage());
            }
        }
    }

    private void clear(ScannableStore scannable) {
        Duration keep = Duration.ofNanos(leases.settings.keepIdle());
        leases.cleaned(scannable.sweep(keep, leases.patience()));
        Set<String> alive = leases.store.sessions(leases.patience()).stream()
                .map(SessionInfo::id)
                .collect(Collectors.toSet());
        for (LockRecord each : scannable.busy(MOST, leases.patience())) {
            if (!alive.containsAll(sessionsOf(each))) {
                bury(each);
            }
            tidyOwn(each);
        }
    }

    private static Set<String> sessionsOf(LockRecord record) {
        return Stream.concat(
                        record.leases().stream().map(LockRecord.Lease::session),
                        record.claims().stream().map(LockRecord.Claim::session))
                .collect(Collectors.toSet());
    }

    private void bury(LockRecord record) {
        Node nobody = new Node("", leases.engine.settings.node(), leases.settings.handOffs(), 0);
        Updated<Integer> buried =
                leases.store.update(record.key(), null, LeaseSteps.bury(record.key(), nobody), leases.patience());
        leases.cleaned(buried.result());
    }

    /** An answer that was lost long ago may have left a lease that no lock knows of. */
    private void tidyOwn(LockRecord record) {
        NodeSession own = leases.sessionIfAny();
        if (own == null || !sessionsOf(record).contains(own.id)) {
            return;
        }
        Keeper keeper = leases.table.obtain(record.key().resource()).keeper;
        if (keeper != null) {
            keeper.doubt(own);
        }
    }
}
