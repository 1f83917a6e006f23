package dev.interlock.engine;

import dev.interlock.spi.LockRecord;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after claims: by one question for all of them, as soon as the store hints at a change, and from time to time in any case.
 * Its thread lives as long as there are claims.
 */
final class LeaseWatch {

    private static final Logger log = LoggerFactory.getLogger(LeaseWatch.class);

    /** With hints a look is the net below; without them it is how a grant is noticed. */
    private static final long LONGEST = 100_000_000L;

    private static final long WITH_HINTS = 500_000_000L;
    private static final double GROWTH = 1.5;
    /** How often it is looked who lives, while somebody waits. */
    private static final long ROLL_CALL = 500_000_000L;

    private static final long LINGER = 1_000_000_000L;

    private final Leases leases;
    private final Set<Keeper> claims = ConcurrentHashMap.newKeySet();
    private final Set<Keeper> hinted = ConcurrentHashMap.newKeySet();
    private @Nullable Thread watcher;
    private long pause;
    private long nextLook;
    private long calledAt;
    private boolean called;
    private volatile boolean fresh;

    LeaseWatch(Leases leases) {
        this.leases = leases;
    }

    /**
     * There is a claim.
     *
     * @param again whether it was made again only because the store does not keep it: then there is no hurry
     */
    void add(Keeper keeper, boolean again) {
        claims.add(keeper);
        if (!again) {
            fresh = true;
        }
        wake();
    }

    void remove(Keeper keeper) {
        claims.remove(keeper);
        hinted.remove(keeper);
    }

    /** The record of this keeper has changed. */
    void hint(Keeper keeper) {
        hinted.add(keeper);
        wake();
    }

    private synchronized void wake() {
        Thread present = watcher;
        if (present == null) {
            Thread thread = DaemonThreads.named("interlock-claims").newThread(this::watch);
            thread.start();
            watcher = thread;
        } else {
            LockSupport.unpark(present);
        }
    }

    private void watch() {
        do {
            while (!claims.isEmpty() || !hinted.isEmpty()) {
                try {
                    lookIfTime();
                } catch (StoreException failure) {
                    log.debug("{} does not say what became of claims", leases.store.describe(), failure);
                    leases.pause(leases.settings.restAfter(1));
                } catch (Throwable unexpected) {
                    log.warn("looking after claims failed", unexpected);
                    leases.pause(leases.settings.restAfter(1));
                }
            }
            leases.parkUntil(this, leases.now() + LINGER);
        } while (!retire());
    }

    private synchronized boolean retire() {
        if (claims.isEmpty() && hinted.isEmpty()) {
            watcher = null;
            return true;
        }
        return false;
    }

    private void lookIfTime() {
        long now = leases.now();
        if (fresh) {
            fresh = false;
            pause = leases.hasFeed() ? WITH_HINTS : leases.store.firstLook().toNanos();
            nextLook = nextLook - now > 0 && nextLook - now < pause ? nextLook : now + pause;
        }
        if (!hinted.isEmpty()) {
            List<Keeper> some = new ArrayList<>(hinted);
            hinted.removeAll(some);
            look(some, null);
        } else if (nextLook - now > 0) {
            leases.parkUntil(this, nextLook);
        } else {
            pause = leases.hasFeed() ? WITH_HINTS : Math.min(LONGEST, (long) (pause * GROWTH));
            nextLook = now + pause + ThreadLocalRandom.current().nextLong(1 + pause / 4);
            claims.forEach(this::dropIfSettled);
            if (!claims.isEmpty()) {
                look(List.copyOf(claims), rollCall());
            }
        }
    }

    /** Looks once more afterwards: it may have come back in between. */
    private void dropIfSettled(Keeper keeper) {
        if (!keeper.hasClaim()) {
            claims.remove(keeper);
            if (keeper.hasClaim()) {
                claims.add(keeper);
            }
        }
    }

    private @Nullable Set<String> rollCall() {
        long now = leases.now();
        if (called && now - calledAt < ROLL_CALL) {
            return null;
        }
        called = true;
        calledAt = now;
        return leases.store.sessions(leases.patience()).stream()
                .map(SessionInfo::id)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private void look(List<Keeper> keepers, @Nullable Set<String> alive) {
        Map<Keeper, Integer> claiming = new HashMap<>();
        List<Keeper> leasing = new ArrayList<>();
        for (Keeper each : keepers) {
            // in this order: whoever changes the claim withdraws it before the count is raised
            int asked = each.asks();
            if (each.hasClaim()) {
                claiming.put(each, asked);
            } else if (each.hasLease()) {
                leasing.add(each);
            }
        }
        if (!claiming.isEmpty()) {
            List<RecordKey> keys = claiming.keySet().stream().map(Keeper::key).toList();
            Map<RecordKey, LockRecord> found = new HashMap<>();
            leases.store.read(keys, leases.patience()).forEach(each -> found.put(each.key(), each));
            claiming.forEach((each, asked) -> each.seen(found.get(each.key()), alive, asked));
        }
        leasing.forEach(each -> leases.aside(each::verify));
    }
}
