package dev.interlock.engine;

import dev.interlock.DeadlockException;
import dev.interlock.LockAttempt;
import dev.interlock.LockClosedException;
import dev.interlock.LockException;
import dev.interlock.LockInterruptedException;
import dev.interlock.LockLimitException;
import dev.interlock.LockOwner;
import dev.interlock.LockStoreException;
import dev.interlock.LockTimeoutException;
import dev.interlock.LockUpgradeException;
import dev.interlock.engine.DependencyCheck.Subject;
import dev.interlock.event.LockEvent;
import dev.interlock.monitor.LockHolder;
import dev.interlock.spi.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One acquisition that did not succeed at the first glance: finds the lock, joins its queue, and says what came of it. The
 * owner has been counted as taking one thing more; {@link #abandon()} takes that back when nothing comes of it.
 */
final class Attempt {

    /** So often a lease may come and be gone again before the lock is tried: then it is waited for in the queue. */
    private static final int MOST_VAIN = 8;

    private final Engine engine;
    private final LockTable table;
    private final String resource;
    final Owner owner;
    final Options options;
    private final long began;
    private LocalLock lock;
    /** Fixed here, for it may adapt while somebody waits. */
    private final long timeout;

    Attempt(Engine engine, String resource, Owner owner, Options options) {
        this.engine = engine;
        this.table = engine.table(options);
        this.resource = resource;
        this.owner = owner;
        this.options = options;
        this.began = engine.clock.now();
        checkOpen();
        checkLimit();
        checkLength();
        this.lock = table.obtain(resource);
        this.timeout = options.timeout(lock.type);
        engine.longs.start();
        engine.adaptive.start();
    }

    private void checkLength() {
        int most = engine.settings.maxResourceLength();
        if (resource.length() > most) {
            throw refused(Texts.tooLong(resource, most));
        }
    }

    long timeout() {
        return timeout;
    }

    long deadline() {
        return began + timeout();
    }

    void abandon() {
        owner.leave();
    }

    /** Lets what is known of the order of locks have its say, before anything is acquired. */
    void mindOrder() {
        if (options.write) {
            engine.orders.writerAsks(owner, lock, options);
        }
        if (owner.taken() > 1) {
            engine.orders.asks(owner, lock, options);
        }
    }

    /** Acquires with the calling thread, waiting if need be. */
    Hold acquire(boolean interruptibly) {
        boolean patient = timeout() > 0;
        Arrival arrival = new Arrival(patient);
        try {
            Hold atOnce = withoutWaiting(arrival);
            if (atOnce != null) {
                arrival.cameThrough();
                return atOnce;
            }
            if (!patient) {
                throw timedOut();
            }
            return waiting(interruptibly, arrival);
        } finally {
            arrival.announce();
        }
    }

    /** Acquires if that is possible without waiting, which may take a look at the store; {@code null} if not. */
    @Nullable Hold withoutWaiting() {
        return withoutWaiting(new Arrival(false));
    }

    /** The same without a look at the store. */
    @Nullable Hold locally() {
        return withoutWaiting(null);
    }

    private @Nullable Hold withoutWaiting(@Nullable Arrival arrival) {
        Hold hold = null;
        try {
            hold = tryWithoutWaiting(arrival);
            return hold;
        } finally {
            // a lease that came for nothing goes back
            if (hold == null && arrival != null && arrival.hasAsked()) {
                linedUp();
            }
        }
    }

    private @Nullable Hold tryWithoutWaiting(@Nullable Arrival arrival) {
        int vain = 0;
        for (; ; ) {
            prepareToReenter(arrival != null);
            Details details = engine.detailsFor(owner, options);
            boolean all = engine.timesAll();
            long now = engine.clock.now();
            Hold hold = reenter(details, now, all);
            if (hold == null) {
                hold = lock.tryAcquire(owner, options, details, now, all);
            }
            if (hold != null && isGood(engine.granted(hold, Duration.ZERO))) {
                return hold;
            }
            if (lock.isRetired()) {
                lock = table.obtain(resource);
            } else if (arrival == null || vain++ == MOST_VAIN || !fetched(arrival)) {
                lock.tally().count(Tally.Kind.CONTENTION, options.write);
                return null;
            }
        }
    }

    /** The lease may have been lost before anybody was told that there was a hold: then there was none. */
    private static boolean isGood(Hold hold) {
        if (!hold.isLostToOthers()) {
            return true;
        }
        Engine.giveBack(hold);
        return false;
    }

    /** What the lock's keeper is told when somebody who may line up has done so, or has gone. */
    private static final class Arrival {

        private final boolean linesUp;
        private @Nullable Keeper awaits;
        private boolean asked;

        Arrival(boolean linesUp) {
            this.linesUp = linesUp;
        }

        boolean expectedBy(Keeper keeper) {
            announce();
            asked = true;
            awaits = linesUp ? keeper : null;
            return linesUp;
        }

        /** Whether the store was asked for somebody who does not line up. */
        boolean hasAsked() {
            return asked && !linesUp;
        }

        void announce() {
            Keeper waiting = awaits;
            awaits = null;
            if (waiting != null) {
                waiting.arrived();
            }
        }

        /** It has the lock, and will be heard of again when it closes. */
        void cameThrough() {
            if (awaits != null) {
                awaits.cameThrough();
                awaits = null;
            }
        }
    }

    /** Lets the store give what the lock needs; answers whether it is worth trying again. */
    private boolean fetched(Arrival arrival) {
        Keeper keeper = lock.keeper;
        if (keeper == null) {
            return false;
        }
        try {
            boolean linesUp = arrival.expectedBy(keeper);
            return keeper.fetch(
                    owner, options, linesUp, keeper.deadlineIn(linesUp ? deadline() - engine.clock.now() : 0));
        } catch (StoreException failure) {
            throw storeFailed(failure);
        }
    }

    private void prepareToReenter(boolean mayAsk) {
        Keeper keeper = lock.keeper;
        Hold own = keeper == null || !mayAsk ? null : lock.heldBy(owner);
        if (keeper != null && own != null) {
            try {
                keeper.prepare(options, own.isWrite(), keeper.deadlineIn(deadline() - engine.clock.now()));
            } catch (StoreException failure) {
                throw storeFailed(failure);
            }
        }
    }

    private void checkOpen() {
        if (engine.isClosed()) {
            throw new LockClosedException(
                    "'" + name() + "' asked to " + options.mode + " '" + named() + "', but the lock manager of node '"
                            + engine.settings.node() + "' is closed and gives out no more locks",
                    failed(),
                    null);
        }
    }

    private void checkLimit() {
        int most = engine.settings.maxLocksPerOwner();
        if (owner.taken() > most) {
            throw refused("'" + name() + "' asked to " + options.mode + " '" + named() + "', but holds or awaits "
                    + (owner.taken() - 1) + " locks already, and " + most
                    + " are allowed; close handles that are no longer needed, or raise maxLocksPerOwner");
        }
    }

    private @Nullable Hold reenter(@Nullable Details details, long now, boolean all) {
        try {
            return lock.reenter(owner, options, details, now, all);
        } catch (UpgradeRefused refused) {
            throw upgradeRefused();
        }
    }

    LockException upgradeRefused() {
        return new LockUpgradeException(
                "'" + name() + "' holds '" + heldAs() + "' in READ mode and asks to WRITE" + toWrite()
                        + ": an upgrade would"
                        + " wait for every other reader, and two readers that upgrade would wait for each other for ever."
                        + " Close the read hold first, or take the write lock from the start and downgrade()."
                        + (options.askedFor == null ? "" : " The lock is the stripe '" + lock.name + "'."),
                failed(),
                null);
    }

    /** What the owner holds already: it may be another key of the same stripe. */
    private String heldAs() {
        Hold own = lock.heldBy(owner);
        return own == null ? named() : own.resource();
    }

    private String toWrite() {
        return heldAs().equals(named()) ? "" : " '" + named() + "'";
    }

    /** Makes a waiter for a queue. */
    interface WaiterFactory<W extends Waiter> {
        W make(WaitQueue queue, @Nullable Details details, long now);
    }

    /** Lines up. The waiter may have been granted, or turned away, by the time this returns. */
    <W extends Waiter> W join(WaiterFactory<W> factory) {
        for (; ; ) {
            WaitQueue queue = lock.queue();
            W waiter = factory.make(queue, engine.detailsFor(owner, options), engine.clock.now());
            switch (queue.join(waiter)) {
                case RETIRED -> lock = table.obtain(resource);
                case FULL ->
                    throw refused("the queue for '" + named() + "' is full: " + queue.size()
                            + " requests wait already; look for a holder that does not release, or raise maxQueue");
                default -> {
                    return waiter;
                }
            }
        }
    }

    /** What comes with waiting: others are told, and a deadlock is looked for. */
    void waitBegan(Waiter waiter) {
        if (!waiter.isWaiting()) {
            return;
        }
        if (engine.records()) {
            engine.publish(
                    new LockEvent.Contended(named(), options.mode, who(), engine.clock.instant(), waiter.queue.size()));
        }
        for (Hold each : lock.holds()) {
            each.askForPreemption(waiter);
        }
        engine.deadlocks.waitBegan(waiter);
    }

    void waitEnded(Waiter waiter) {
        engine.waitEnded(waiter);
    }

    private Hold waiting(boolean interruptibly, Arrival arrival) {
        SyncWaiter waiter = join((queue, details, now) -> new SyncWaiter(queue, owner, options, details, now));
        SyncWaiter.Outcome outcome;
        try {
            waitBegan(waiter);
            lineUp(arrival);
            outcome = waiter.await(deadline(), interruptibly);
        } catch (Throwable unexpected) {
            if (!waiter.queue.withdraw(waiter) && waiter.state() == Waiter.State.GRANTED) {
                Engine.giveBack(waiter.hold());
            }
            throw unexpected;
        } finally {
            waitEnded(waiter);
            gone(waiter);
        }
        return switch (outcome) {
            case GRANTED -> grantedOrAgain(waiter, interruptibly);
            case TIMED_OUT -> throw timedOut();
            case INTERRUPTED -> throw interrupted();
            case UPGRADE -> throw upgradeRefused();
            case VICTIM -> throw victim(waiter);
            case CLOSED -> throw closed();
        };
    }

    /** The lock may have been forgotten since the keeper was asked, and there be another. */
    private void lineUp(Arrival arrival) {
        Keeper keeper = lock.keeper;
        if (keeper != null) {
            if (arrival.awaits != keeper) {
                arrival.announce();
                keeper.stirAside();
            }
            arrival.announce();
        }
    }

    /** There is somebody in the queue for whom no claim has been made. */
    void linedUp() {
        if (lock.keeper != null) {
            lock.keeper.stirAside();
        }
    }

    /** A waiter that leaves without the lock may leave a claim that nobody needs. */
    void gone(Waiter waiter) {
        Keeper keeper = waiter.queue.lock.keeper;
        if (keeper != null && waiter.state() != Waiter.State.GRANTED) {
            keeper.stirAside();
        }
    }

    boolean asksTheStore() {
        return lock.keeper != null;
    }

    /** What has been acquired, unless the request wants nobody to write what it depends on and somebody does: then it goes back. */
    Hold checked(Hold hold) {
        if (options.checks) {
            try {
                engine.dependencyCheck.check(List.of(new Subject(named(), hold)), Set.of(owner), began, timeout());
            } catch (Throwable failure) {
                Engine.giveBack(hold);
                throw failure;
            }
        }
        return hold;
    }

    /** Whether that may take as long as the store. */
    boolean checksInStore() {
        return options.checks && asksTheStore();
    }

    private Hold grantedOrAgain(SyncWaiter waiter, boolean interruptibly) {
        Hold hold = granted(waiter);
        if (isGood(hold)) {
            return hold;
        }
        if (deadline() - engine.clock.now() <= 0) {
            throw timedOut();
        }
        return acquire(interruptibly);
    }

    /** Whether the owner holds the lock already. */
    boolean comesAgain() {
        return lock.heldBy(owner) != null;
    }

    /** Runs this where it may take as long as the store. */
    void aside(Runnable work) {
        if (lock.keeper == null) {
            engine.complete(work);
        } else {
            lock.keeper.aside(work);
        }
    }

    /** The same for what must happen, or a hold would stay with nobody. */
    void surelyAside(Runnable work) {
        if (lock.keeper == null || !lock.keeper.couldGoAside(work)) {
            engine.complete(work);
        }
    }

    Hold granted(Waiter waiter) {
        Hold hold = waiter.hold();
        long waited = Math.max(0, hold.acquiredNanos() - waiter.arrived);
        if (engine.settings.statistics()) {
            lock.tally().waits(options.write).record(waited, 1);
        }
        return engine.granted(hold, Duration.ofNanos(waited));
    }

    // --- what can go wrong -----------------------------------------------------------------------------------------

    private LockException storeFailed(StoreException failure) {
        return new LockStoreException(
                "'" + name() + "' could not " + options.mode + "-lock '" + named() + "': " + failure.getMessage(),
                failed(),
                failure);
    }

    LockException timedOut() {
        StoreException fault = lock.keeper == null ? null : lock.keeper.fault();
        LockException timedOut = timedOutWaiting();
        if (fault == null && engine.settings.statistics()) {
            lock.tally().givenUp(options.write).record(engine.clock.now() - began, 1);
        } else if (fault != null) {
            return new LockStoreException(
                    timedOut.getMessage() + "; the store does not answer: " + fault.getMessage(), failed(), fault);
        }
        return timedOut;
    }

    private LockException timedOutWaiting() {
        LockAttempt attempt = failed();
        List<LockHolder> holders = engine.describe.everyHolder(lock);
        int queued = lock.queueLength();
        lock.tally().count(Tally.Kind.TIMEOUT, options.write);
        engine.publish(new LockEvent.TimedOut(named(), options.mode, who(), engine.clock.instant(), attempt.elapsed()));
        String released = released();
        String patience = timeout() == 0 ? "without waiting" : "within " + Texts.of(Duration.ofNanos(timeout()));
        return new LockTimeoutException(
                "'" + name() + "' could not " + options.mode + "-lock '" + named() + "' " + stripe() + patience
                        + " (waited "
                        + Texts.of(attempt.elapsed()) + "): " + Texts.holders(holders, named(), lock.name) + "; "
                        + queued
                        + (queued == 1 ? " other waits" : " others wait") + released,
                attempt,
                holders,
                queued);
    }

    /** Takes from the owner what it holds, if that is wanted; answers with what is to be said of it. */
    private String released() {
        if (!options.releasesHeld(engine.settings.releaseHeld()) || owner.holdsNothingElse()) {
            return "";
        }
        String why = "its request to " + options.mode + " '" + named() + "' timed out";
        List<LockHolder> released = new Eviction(engine, name(), why).everythingOf(owner);
        return released.isEmpty() ? "" : "; so it lost what it held: " + Texts.held(released);
    }

    private LockException interrupted() {
        cancelled();
        return new LockInterruptedException(
                "'" + name() + "' was interrupted while it waited to " + options.mode + " '" + named()
                        + "'; it holds nothing, and the interrupt flag is set again",
                failed(),
                null);
    }

    void cancelled() {
        lock.tally().count(Tally.Kind.CANCELLATION, options.write);
        engine.publish(
                new LockEvent.Cancelled(named(), options.mode, who(), engine.clock.instant(), failed().elapsed()));
    }

    LockException victim(Waiter waiter) {
        lock.tally().count(Tally.Kind.VICTIM, options.write);
        cancelled();
        return new DeadlockException(
                "'" + name() + "' gave up waiting to " + options.mode + " '" + named()
                        + "' so that a deadlock could end; release what you hold, and try again."
                        + System.lineSeparator()
                        + waiter.report().describe(),
                failed(),
                waiter.report());
    }

    LockException closed() {
        cancelled();
        return new LockClosedException(
                "the lock manager was closed while '" + name() + "' waited to " + options.mode + " '" + named() + "'",
                failed(),
                null);
    }

    private LockException refused(String why) {
        table.countRefusal(resource, options.write);
        engine.publish(new LockEvent.Refused(named(), options.mode, who(), engine.clock.instant(), why));
        return new LockLimitException(why, failed(), null);
    }

    private LockAttempt failed() {
        return new LockAttempt(named(), options.mode, who(), Duration.ofNanos(engine.clock.now() - began));
    }

    private String stripe() {
        return options.askedFor == null ? "" : "of the stripe '" + lock.name + "' ";
    }

    private String named() {
        return options.askedFor == null ? resource : options.askedFor;
    }

    private LockOwner who() {
        return owner.identity();
    }

    private String name() {
        return who().name();
    }
}
