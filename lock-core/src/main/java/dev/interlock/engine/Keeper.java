package dev.interlock.engine;

import dev.interlock.LockMode;
import dev.interlock.engine.LeaseSteps.Answer;
import dev.interlock.engine.LeaseSteps.Node;
import dev.interlock.engine.LeaseSteps.Wish;
import dev.interlock.monitor.LockHolder;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockRecord.Lease;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.Step;
import dev.interlock.spi.StoreException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the lease of one resource: takes it from the store when the local lock needs it, and gives it back when that does not.
 *
 * <p><b>Others.</b> What other nodes hold is, to the local lock, one more hold on its stack: exclusive as long as this node has
 * no lease, shared as long as it has a shared one, none while it has an exclusive one. So the lock, its queue and everything that
 * looks at them need not know of stores, and taking a lease away is one compare-and-set that excludes every grant before or after.
 *
 * <p><b>Turns.</b> Whatever concerns the store happens in turn, one thread at a time: {@link #turn}. Whoever needs something that
 * only the store can give takes a turn itself, and waits for it; whoever only notices that there may be something to do
 * {@link #stir() stirs}, and if another has the turn, that one looks again when it is done.
 *
 * <p><b>The budget.</b> A lease serves a number of newcomers, which is its block of tokens, and some time. Then the store is asked
 * again, and if somebody on another node came before those who wait here, the lease goes there first.
 *
 * <p><b>Doubt.</b> While a call of the store is under way, or after it failed, something of this node's may stand in the record or
 * not. The next call settles that, because each begins by taking out what the node has there; if there is no other need, one is made
 * for this alone. What belongs to a session goes with the session.
 */
final class Keeper {

    private static final Logger log = LoggerFactory.getLogger(Keeper.class);

    /** So often a lease that was granted may turn out too short at once, before that is put down to a slow store. */
    private static final int MOST_VAIN = 3;

    private static final int MOST_TOKENS = 1024;
    /** Ranks that differ by less than this, in nanoseconds, are not worth a call of the store. */
    private static final long SAME_RANK = 1_000_000;

    private static final VarHandle GRANT;

    static {
        try {
            GRANT = MethodHandles.lookup().findVarHandle(Keeper.class, "grant", Grant.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A claim that stands in the record. */
    private record Claimed(NodeSession session, boolean write, long rank) {

        /** Whether it serves for a request of this rank: one that is much better deserves a better place. */
        boolean serves(boolean writes, long other) {
            return write == writes && rank - other <= SAME_RANK;
        }
    }

    final LocalLock lock;
    private final Leases leases;
    private final RecordDesk desk;

    private final ReentrantLock turn = new ReentrantLock();
    private volatile boolean stirred;
    /** How often a change was hinted at: one may come before the claim is known of here that it concerns. */
    private volatile int hints;
    /** Whether a look at the record came to nothing because somebody had the turn. */
    private volatile boolean unseen;
    /** How many are about to line up: for them a lease is kept. */
    private final AtomicInteger coming = new AtomicInteger();

    private volatile @Nullable Grant grant;
    private volatile @Nullable Claimed claimed;
    /** Whether others came first, so that nobody is to be let in until all have gone. */
    private volatile boolean yielding;

    Keeper(LocalLock lock, Leases leases) {
        this.lock = lock;
        this.leases = leases;
        this.desk = new RecordDesk(lock.name, leases);
    }

    // --- what the lock asks on its way -------------------------------------------------------------------------------

    /** Whether a newcomer may be let in whose hold ends by itself at this time. */
    boolean permits(long token, boolean write, long end) {
        Grant has = grant;
        if (has == null || (write && !has.write()) || token >= has.lastToken() || !covers(has, end)) {
            return false;
        }
        long now = leases.now();
        return has.session().isValid(now) && has.termEnds() - now > 0 && !yielding;
    }

    /** Whether one that holds already may hold once more. */
    boolean permitsMore(long token, boolean nested, long end) {
        Grant has = grant;
        return has != null
                && (nested || token < has.lastToken())
                && covers(has, end)
                && has.session().isValid(leases.now());
    }

    private boolean covers(Grant has, long end) {
        return has.until() == Grant.OPEN || has.covers(end, leases.engine.clock.now());
    }

    /** Whether what is held here is still held, as far as the store is concerned. */
    boolean vouches() {
        Grant has = grant;
        return has != null && has.session().isValid(leases.now());
    }

    /** This time, or the earlier one at which the lease ends. */
    long notLaterThanLease(long end) {
        Grant has = grant;
        return has == null || has.until() == Grant.OPEN || end - has.until() <= 0 ? end : has.until();
    }

    /** Who holds it on other nodes, as far as is known. */
    List<LockHolder> elsewhere() {
        return desk.elsewhere().stream()
                .map(each -> leases.engine.describe.holder(lock.name, each, leases.storeTimeRoughly()))
                .toList();
    }

    boolean fences() {
        return leases.fences();
    }

    boolean hasLease() {
        return grant != null;
    }

    /** What the store last failed with, if it has not answered since. */
    @Nullable StoreException fault() {
        return desk.fault();
    }

    /** Whether nothing of this node's stands in the record, as far as is known. */
    private boolean isResting() {
        return grant == null && claimed == null && coming.get() == 0 && !desk.inDoubt();
    }

    /** Puts the lock to rest for good if it is idle; there may be a new one of its name afterwards, with a keeper of its own. */
    boolean retire() {
        if (turn.isHeldByCurrentThread() || !turn.tryLock()) {
            return false;
        }
        try {
            return isResting() && lock.bury(true);
        } finally {
            turn.unlock();
        }
    }

    // --- taking ----------------------------------------------------------------------------------------------------

    /**
     * Gets from the store what the lock needs to let somebody in. If that cannot be had, and if whoever asks will line up, a claim
     * is left; {@link #arrived()} must follow.
     *
     * @param deadline by the clock of sessions
     * @return whether it is worth trying the lock again
     * @throws StoreException if the store fails until then, or too often
     */
    boolean fetch(Owner owner, Options options, boolean lineUp, long deadline) {
        if (lineUp) {
            coming.incrementAndGet();
        }
        if (!takeTurn(deadline)) {
            return false;
        }
        try {
            return fetchInTurn(owner, options, lineUp, deadline);
        } finally {
            endTurn();
        }
    }

    private boolean fetchInTurn(Owner owner, Options options, boolean lineUp, long deadline) {
        int failed = 0;
        for (; ; ) {
            try {
                if (lock.isRetired()) {
                    return true;
                }
                dropInvalid();
                if (lock.queueLength() > 0 || lock.isHeldAgainst(options.write)) {
                    return false;
                }
                if (lock.isOpenFor(options)) {
                    return true;
                }
                Boolean done = seek(wish(owner, options, leases.engine.clock.now()), lineUp, deadline);
                if (done != null) {
                    return done;
                }
            } catch (StoreException failure) {
                failed++;
                desk.failed(failure);
                if (!mayRetry(failure, failed, deadline)) {
                    leases.aside(this::stir);
                    throw failure;
                }
            }
        }
    }

    private boolean mayRetry(StoreException failure, int failed, long deadline) {
        long delay = leases.settings.delayAfter(failed);
        if (!failure.isPassing() || failed >= leases.settings.attempts() || leases.now() + delay - deadline >= 0) {
            return false;
        }
        leases.pause(delay);
        return !Thread.currentThread().isInterrupted();
    }

    /** Whoever was about to line up need not. */
    void cameThrough() {
        coming.decrementAndGet();
    }

    /** Whoever was about to line up has done so, or has thought better of it. */
    void arrived() {
        coming.decrementAndGet();
        Claimed stands = claimed;
        Waiter first = lock.firstWaiter();
        if (grant != null || stands == null || first == null || !stands.serves(first.options.write, first.rank)) {
            leases.aside(this::stir);
        }
    }

    /** Makes sure that an owner that holds may hold once more, or longer; if the lease is lost meanwhile, the lock is told. */
    void prepare(Options options, boolean nested) {
        long now = leases.engine.clock.now();
        long end = endOf(options, now);
        if (permitsMore(lock.lastToken(), nested, end)) {
            return;
        }
        turn.lock();
        try {
            dropInvalid();
            Grant has = grant;
            if (has != null && !permitsMore(lock.lastToken(), nested, end)) {
                Wish wish = new Wish(lock.nameOfHolder(), modeOf(has), 0, Span.until(latestEnd(end), now));
                renew(has, wish, latestEnd(end), true, leases.patience());
            }
        } finally {
            endTurn();
        }
    }

    /** Says when a hold ends by itself, so that the store knows as well; it is the end of the lease only if all holds end. */
    void cover(long end) {
        Grant has = grant;
        if (has == null || has.until() == Grant.OPEN || (end != Grant.OPEN && end - has.until() <= 0)) {
            return;
        }
        turn.lock();
        try {
            dropInvalid();
            coverInTurn(latestEnd(end));
        } finally {
            endTurn();
        }
    }

    /** A hold that was granted by the queue ends by itself: if it is alone, so does the lease. */
    void stamp(long end) {
        Grant has = grant;
        if (has == null || has.until() != Grant.OPEN || end == Grant.OPEN || !lock.isHeldOnce()) {
            return;
        }
        if (!turn.tryLock()) {
            return;
        }
        try {
            dropInvalid();
            if (lock.isHeldOnce()) {
                coverInTurn(end);
            }
        } catch (StoreException failure) {
            log.debug("the end of the lease on '{}' is not known to {}", lock.name, leases.store.describe(), failure);
        } finally {
            endTurn();
        }
    }

    private void coverInTurn(long end) {
        Grant has = grant;
        if (has == null) {
            return;
        }
        long now = leases.engine.clock.now();
        Answer answer = ask(
                has.session(),
                LeaseSteps.cover(desk.key, node(has.session(), 0), Span.until(end, now)),
                leases.patience());
        if (answer.granted()) {
            GRANT.compareAndSet(this, has, has.coveringUntil(end));
        } else {
            taken(has);
        }
    }

    // --- looking after it ------------------------------------------------------------------------------------------

    /** A hold has ended, or a waiter has gone. */
    void eased(boolean inThisThread) {
        if (lock.firstWaiter() == null && lock.hasHolders() && !mayShare()) {
            return;
        }
        if (inThisThread) {
            stir();
        } else {
            leases.aside(this::stir);
        }
    }

    void stirAside() {
        leases.aside(this::stir);
    }

    /** So much later, by the clock of sessions; not at all later means as long as one call may take. */
    long deadlineIn(long nanos) {
        return leases.now() + (nanos > 0 ? nanos : leases.settings.patience());
    }

    /** Looks what there is to do, unless somebody is about to. */
    void stir() {
        stirred = true;
        while (stirred && !turn.isHeldByCurrentThread() && turn.tryLock()) {
            try {
                stirred = false;
                step();
            } catch (StoreException failure) {
                desk.failed(failure);
                leases.later(desk.delay(), this::stir);
            } finally {
                turn.unlock();
            }
        }
        lookAgain();
        leases.forgetIfCrowded(lock);
    }

    private void endTurn() {
        turn.unlock();
        lookAgain();
        if (stirred) {
            stir();
        }
    }

    private void lookAgain() {
        if (unseen && claimed != null) {
            unseen = false;
            leases.lookSoon(this);
        }
    }

    private boolean takeTurn(long deadline) {
        boolean interrupted = false;
        try {
            for (; ; ) {
                try {
                    return turn.tryLock(deadline - leases.now(), TimeUnit.NANOSECONDS) || turn.tryLock();
                } catch (InterruptedException e) {
                    // the queue sees to it
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void step() {
        int vain = 0;
        while (vain < MOST_VAIN) {
            if (lock.isRetired()) {
                return;
            }
            dropInvalid();
            Waiter first = lock.firstWaiter();
            if (first == null) {
                rest();
                return;
            }
            if (lock.isHeldAgainst(first.options.write)) {
                return;
            }
            if (lock.isOpenFor(first.options)) {
                lock.queue().grant();
                vain = 0;
            } else if (Boolean.FALSE.equals(seek(wishOf(first), true, leases.now() + leases.settings.patience()))) {
                return;
            } else {
                vain++;
            }
        }
        throw StoreException.passing(
                leases.store.describe() + " answers so slowly that leases on '" + lock.name + "' are over at once",
                null);
    }

    /**
     * Goes to the store for somebody whom the lease does not let in although no holder of this node is in the way.
     *
     * @return whether there is a lease for it now; nothing if that has to be looked at again
     */
    private @Nullable Boolean seek(Wish wish, boolean claim, long deadline) {
        Duration patience = leases.patienceUntil(deadline);
        boolean write = wish.mode() == LockMode.WRITE;
        Grant has = grant;
        if (has != null && lock.hasHolders()) {
            long end = latestEnd(endOf(wish));
            return !yielding && renew(has, wish, end, false, patience);
        }
        Claimed stands = claimed;
        if (has == null && stands != null && !stands.session().isOver() && stands.serves(write, rankOf(wish))) {
            return false;
        }
        if (has != null && !shut(has)) {
            return null;
        }
        return exchange(wish, claim, patience).granted();
    }

    /** Nobody waits: what is not needed goes back. */
    private void rest() {
        Grant has = grant;
        if (lock.hasHolders()) {
            if (mayShare()) {
                share();
            }
            return;
        }
        if (coming.get() > 0 || (has == null && claimed == null && !desk.inDoubt())) {
            return;
        }
        if (has == null || shut(has)) {
            exchange(null, false, leases.patience());
        }
    }

    private boolean mayShare() {
        Grant has = grant;
        return has != null && has.write() && lock.firstWaiter() == null && lock.isHeldByReadersOnly();
    }

    private void share() {
        Grant has = grant;
        if (has == null || !lock.admitReaders()) {
            return;
        }
        Grant shared = has.shared();
        if (GRANT.compareAndSet(this, has, shared)) {
            try {
                Answer answer =
                        ask(has.session(), LeaseSteps.share(desk.key, node(has.session(), 0)), leases.patience());
                if (!answer.granted()) {
                    taken(shared);
                }
            } catch (StoreException failure) {
                GRANT.compareAndSet(this, shared, has);
                throw failure;
            }
        }
    }

    /** Lets nobody in any more, if nobody is in. */
    private boolean shut(Grant has) {
        if (!lock.shut()) {
            return false;
        }
        yielding = false;
        GRANT.compareAndSet(this, has, null);
        return true;
    }

    // --- the store -------------------------------------------------------------------------------------------------

    private Answer exchange(@Nullable Wish wish, boolean claim, Duration patience) {
        if (!lock.isShut()) {
            lock.seize(Ended.LOST);
        }
        yielding = false;
        long asked = leases.engine.clock.now();
        NodeSession session = wish == null ? leases.sessionIfAny() : leases.session(patience);
        if (session == null) {
            settled();
            return new Answer(null, false, false);
        }
        int hinted = hints;
        Answer answer =
                ask(session, LeaseSteps.exchange(desk.key, node(session, waitingReaders(wish)), wish, claim), patience);
        settled();
        if (answer.over()) {
            throw StoreException.passing(
                    "the session of node '" + leases.engine.settings.node() + "' has ended in "
                            + leases.store.describe(),
                    null);
        }
        if (answer.claimed() && wish != null) {
            claimed = new Claimed(session, wish.mode() == LockMode.WRITE, rankOf(wish));
            leases.watch(this);
            if (hinted != hints) {
                leases.lookSoon(this);
            }
        }
        Lease lease = answer.lease();
        if (lease != null) {
            Duration lasting = wish == null || lease.until() == null ? null : wish.lasting();
            install(session, lease, lasting == null ? Grant.OPEN : Span.sureUntil(asked, lasting));
        }
        return answer;
    }

    private Answer ask(NodeSession session, Step<Answer> step, Duration patience) {
        Answer answer = desk.ask(session, step, patience);
        if (answer.over()) {
            leases.lost(session);
        }
        return answer;
    }

    private void settled() {
        claimed = null;
        leases.unwatch(this);
    }

    /** More tokens, more time, or a later end for a lease that is in use. */
    private boolean renew(Grant has, Wish wish, long end, boolean force, Duration patience) {
        long now = leases.engine.clock.now();
        Wish whole = new Wish(wish.who(), wish.mode(), wish.headStart(), Span.until(end, now));
        Node node = node(has.session(), waitingReaders(wish));
        Answer answer = ask(has.session(), LeaseSteps.renew(desk.key, node, whole, force), patience);
        Lease lease = answer.lease();
        if (lease == null) {
            taken(has);
            return false;
        }
        if (lease.lastToken() == has.lastToken()) {
            yielding = true;
            return false;
        }
        lock.jump(lease.firstToken() - 1);
        Grant more =
                new Grant(has.session(), has.write(), lease.lastToken(), leases.now() + leases.settings.term(), end);
        return GRANT.compareAndSet(this, has, more);
    }

    private void install(NodeSession session, Lease lease, long until) {
        boolean write = lease.mode() == LockMode.WRITE;
        grant = new Grant(session, write, lease.lastToken(), leases.now() + leases.settings.term(), until);
        lock.open(write, lease.firstToken() - 1);
        dropInvalid();
    }

    // --- hearing of it ---------------------------------------------------------------------------------------------

    /** The store says that something has changed. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // by the store's one thread; what matters is that it changes
    void hinted() {
        hints++;
        leases.lookSoon(this);
    }

    /** Whether the store is to be looked at for this. */
    boolean hasClaim() {
        return claimed != null;
    }

    RecordKey key() {
        return desk.key;
    }

    /**
     * Somebody has looked at the record for the sake of a claim.
     *
     * @param alive the sessions that live, if that was asked
     */
    void seen(@Nullable LockRecord found, @Nullable Set<String> alive) {
        if (!turn.tryLock()) {
            unseen = true;
            if (!turn.tryLock()) {
                return;
            }
        }
        unseen = false;
        try {
            Claimed stands = claimed;
            if (stands == null || stands.session().isOver()) {
                stirred = true;
                return;
            }
            desk.saw(found);
            Lease own = RecordDesk.leaseOf(found, stands.session());
            if (own != null) {
                settled();
                install(stands.session(), own, Grant.OPEN);
                stirred = true;
            } else if (desk.isAstray(found, stands.session(), alive)) {
                claimed = null;
                stirred = true;
            }
        } finally {
            endTurn();
        }
    }

    /** Something may have happened to the lease: somebody may have taken it away. */
    void verify() {
        Grant has = grant;
        if (has == null) {
            return;
        }
        turn.lock();
        try {
            if (has.equals(grant) && desk.isGone(has.session())) {
                taken(has);
            }
        } finally {
            endTurn();
        }
    }

    /** Something of this node's stands in the record that nobody here knows of. */
    void doubt(NodeSession session) {
        if (isResting() && turn.tryLock()) {
            try {
                desk.doubt(session);
                stirred = true;
            } finally {
                endTurn();
            }
        }
    }

    // --- losing ----------------------------------------------------------------------------------------------------

    /** The session has ended, and with it what was held under it. */
    void sessionEnded(NodeSession ended) {
        Grant has = grant;
        if (has != null && has.session() == ended) {
            lose(has, Ended.LOST);
        }
        Claimed stands = claimed;
        if (stands != null && stands.session() == ended) {
            leases.aside(this::stir);
        }
    }

    /** Somebody has taken it away, and perhaps left word of why. */
    private void taken(Grant has) {
        lose(has, leases.whyTaken(lock.name));
    }

    private void lose(Grant has, Ended how) {
        if (GRANT.compareAndSet(this, has, null)) {
            yielding = false;
            lock.seize(how);
            leases.aside(this::stir);
        }
    }

    private void dropInvalid() {
        Grant has = grant;
        if (has != null && !has.session().isValid(leases.now())) {
            leases.lost(has.session());
            lose(has, Ended.LOST);
        }
        Claimed stands = claimed;
        if (stands != null && !stands.session().isValid(leases.now())) {
            settled();
        }
    }

    // --- words -----------------------------------------------------------------------------------------------------

    private Node node(NodeSession session, int more) {
        return new Node(session.id, leases.engine.settings.node(), leases.settings.handOffs() + more);
    }

    private int waitingReaders(@Nullable Wish wish) {
        return wish == null || wish.mode() == LockMode.WRITE ? 0 : Math.min(MOST_TOKENS, lock.queueLength());
    }

    private Wish wish(Owner owner, Options options, long arrived) {
        long now = leases.engine.clock.now();
        long ahead = now - arrived + options.priority(lock.type) * leases.engine.settings.ageing();
        return new Wish(
                owner.identity().name(),
                options.mode,
                TimeUnit.NANOSECONDS.toMicros(ahead),
                Span.until(endOf(options, now), now));
    }

    /** In the local queue's terms. */
    private long rankOf(Wish wish) {
        return leases.engine.clock.now() - TimeUnit.MICROSECONDS.toNanos(wish.headStart());
    }

    private Wish wishOf(Waiter waiter) {
        return wish(waiter.owner, waiter.options, waiter.arrived);
    }

    private static LockMode modeOf(Grant has) {
        return has.write() ? LockMode.WRITE : LockMode.READ;
    }

    /** When a hold that begins now ends by itself. */
    long endOf(Options options, long now) {
        long lease = options.lease(lock.type);
        return lease == 0 ? Grant.OPEN : now + Math.max(lease, options.least);
    }

    private long endOf(Wish wish) {
        Duration lasting = wish.lasting();
        return lasting == null ? Grant.OPEN : leases.engine.clock.now() + lasting.toNanos();
    }

    /** The latest time at which this and all present holds have ended by themselves. */
    private long latestEnd(long end) {
        long latest = end;
        for (Hold each : lock.holds()) {
            long other = each.endsBy();
            if (latest == Grant.OPEN || other == Grant.OPEN) {
                return Grant.OPEN;
            }
            latest = other - latest > 0 ? other : latest;
        }
        return latest;
    }

    @Override
    public String toString() {
        return "keeper of '" + lock.name + "'";
    }
}
