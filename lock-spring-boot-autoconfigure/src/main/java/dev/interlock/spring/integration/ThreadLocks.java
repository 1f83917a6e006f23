package dev.interlock.spring.integration;

import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.integration.support.locks.DistributedLock;
import org.springframework.integration.support.locks.LockRegistry;
import org.springframework.integration.support.locks.RenewableLockRegistry;

/** What one thread holds of a registry. Used by that thread only. */
final class ThreadLocks {

    private static final Logger log = LoggerFactory.getLogger(ThreadLocks.class);

    private final LockRegistry<?> registry;
    private final Peculiarities peculiarities;
    private final Duration timeToLive;
    private final Map<String, Taken> held = new HashMap<>();

    ThreadLocks(LockRegistry<?> registry, Peculiarities peculiarities, Duration timeToLive) {
        this.registry = registry;
        this.peculiarities = peculiarities;
        this.timeToLive = timeToLive;
    }

    private static final class Taken {
        private final Lock lock;

        /** The registry failed to give it back: it may be free within this process, and taken where others see it. */
        private boolean doubtful;

        Taken(Lock lock) {
            this.lock = lock;
        }
    }

    /** Takes it if it is free; what this store has taken itself is not. */
    boolean take(String resource) {
        Taken before = held.get(resource);
        if (before != null && !before.doubtful) {
            return false;
        }
        Lock lock = registry.obtain(resource);
        boolean free = tryLock(lock);
        if (free) {
            held.put(resource, new Taken(lock));
        } else {
            held.remove(resource);
        }
        return free;
    }

    private boolean tryLock(Lock lock) {
        if (!(lock instanceof DistributedLock distributed)) {
            return lock.tryLock();
        }
        try {
            return distributed.tryLock(Duration.ZERO, timeToLive);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Answers whether it is still held. */
    boolean keep(String resource, Duration span) {
        Taken taken = held.get(resource);
        if (taken == null || taken.doubtful) {
            return false;
        }
        boolean kept = registry instanceof RenewableLockRegistry<?> renewable
                ? isRenewed(renewable, resource, span)
                : isEnteredAgain(taken.lock);
        if (!kept) {
            held.remove(resource);
            leave(resource, taken.lock);
        }
        return kept;
    }

    private static boolean isRenewed(RenewableLockRegistry<?> renewable, String resource, Duration span) {
        try {
            renewable.renewLock(resource, span);
            return true;
        } catch (IllegalStateException | IllegalMonitorStateException lost) {
            log.debug("'{}' is no longer held: {}", resource, lost.getMessage());
            return false;
        }
    }

    /** All that can be asked of a registry that renews nothing: whether the thread that holds may come in once more. */
    private static boolean isEnteredAgain(Lock lock) {
        if (!lock.tryLock()) {
            return false;
        }
        lock.unlock();
        return true;
    }

    /** Gives back what was taken, if it was; answers whether it was still held. */
    boolean giveBack(String resource) {
        Taken taken = held.get(resource);
        if (taken == null || (taken.doubtful && !tryLock(taken.lock))) {
            held.remove(resource);
            return false;
        }
        taken.doubtful = true;
        boolean wasHeld = unlock(resource, taken.lock);
        held.remove(resource);
        return wasHeld;
    }

    private boolean unlock(String resource, Lock lock) {
        try {
            lock.unlock();
        } catch (ConcurrentModificationException | IllegalStateException | IllegalMonitorStateException lost) {
            log.debug("'{}' was lost before it was given back: {}", resource, lost.getMessage());
            return false;
        }
        if (held.size() > 1) {
            peculiarities.freeWhatUnlockLeft(resource);
        }
        return true;
    }

    /** Of what is lost, only the part within this process is left. */
    private static void leave(String resource, Lock lock) {
        try {
            lock.unlock();
        } catch (RuntimeException asExpected) {
            log.debug("'{}' was lost: {}", resource, asExpected.getMessage());
        }
    }

    @Nullable Void giveAllBack() {
        for (String each : List.copyOf(held.keySet())) {
            try {
                giveBack(each);
            } catch (RuntimeException failed) {
                log.warn("'{}' could not be given back at the end; it ends with its time to live", each, failed);
            }
        }
        return null;
    }
}
