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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

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
    /** How often the store was asked: whoever has looked at the record meanwhile has seen something old. */
    private volatile int asks;
    /** Whether somebody will come by after a failure: until then the store is left alone, but for those who come anew. */
    private final AtomicBoolean retrying = new AtomicBoolean();
    /** Whether the claim is made again and again, because the store cannot keep it. */
    private boolean repeated;
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

    /**
     * Whether a newcomer may be let in.
     *
     * @param end when its hold ends by itself
     * @param least how long the resource must stay taken for it in any case
     */
    boolean permits(long token, boolean write, long end, long least) {
        Grant has = grant;
        if (has == null || yielding || (write && !has.write()) || token >= has.lastToken()) {
            return false;
        }
        long now = leases.now();
        return has.session().isValid(now) && has.termEnds() - now > 0 && suits(has, end, least);
    }

    /** A lease without an end serves whoever is alone and needs one only as long as this node is at work: so it takes one with an end. */
    private boolean suits(Grant has, long end, long least) {
        if (has.until() == Grant.OPEN) {
            return end == Grant.OPEN || lock.hasHolders();
        }
        return has.covers(end, leases.engine.clock.now(), least);
    }

    /** Whether one that holds already may hold once more. */
    boolean permitsMore(long token, boolean nested, long end) {
        Grant has = grant;
        return has != null
                && (nested || token < has.lastToken())
                && (has.until() == Grant.OPEN || has.covers(end, leases.engine.clock.now(), 0))
                && has.session().isValid(leases.now());
    }

    /** Whether what is held here is still held, as far as the store is concerned. */
    boolean vouches() {
        Grant has = grant;
        return has != null
                && has.session().isValid(leases.now())
                && (has.until() == Grant.OPEN || has.until() - leases.engine.clock.now() > 0);
    }

    /** What can be said of a hold that is gone before the lock was told why. */
    String whyNotVouched() {
        return grant == null
                ? "this node has no lease in the store any more, and is finding out why"
                : Ended.LOST.describe();
    }

    /** Whether nothing can be held here, whatever the holders have been told. */
    boolean isLost() {
        Grant has = grant;
        return has == null || !has.session().isValid(leases.now());
    }

    /** Whether this is not the grant, nor none: then what stands on the stack is another's. */
    boolean hasOtherThan(@Nullable Grant lost) {
        Grant has = grant;
        return has != null && !has.equals(lost);
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

    boolean isOf(Leases some) {
        return leases == some;
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
            if (stirred || unseen) {
                stirAside();
            }
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
        if (lock.queueLength() > 0 || lock.isHeldAgainst(options.write) || !takeTurn(deadline)) {
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
                    stirAside();
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
        if (!lock.hasHolders() || mayShare()) {
            stirAside();
        }
    }

    /** Whoever was about to line up has done so, or has thought better of it. */
    void arrived() {
        coming.decrementAndGet();
        Claimed stands = claimed;
        Waiter first = lock.firstWaiter();
        if (grant != null || stands == null || first == null || !stands.serves(first.options.write, first.rank)) {
            stirAside();
        }
    }

    /** Makes sure that an owner that holds may hold once more, or longer; if the lease is lost meanwhile, the lock is told. */
    void prepare(Options options, boolean nested, long deadline) {
        long end = endOf(options, leases.engine.clock.now());
        if (permitsMore(lock.lastToken(), nested, end)) {
            return;
        }
        takeTurnOrFail(deadline);
        try {
            dropInvalid();
            Grant has = grant;
            if (has != null && !permitsMore(lock.lastToken(), nested, end)) {
                Wish wish = new Wish(lock.nameOfHolder(), modeOf(has), 0, null);
                renew(has, wish, end, true, leases.patienceUntil(deadline));
            }
        } finally {
            endTurn();
        }
    }

    /** Makes the lease last until a hold ends by itself, if it does not last so long. It is never made shorter while it is in use. */
    void cover(long end) {
        if (isCovered(grant, end)) {
            return;
        }
        takeTurnOrFail(deadlineIn(0));
        try {
            dropInvalid();
            Grant has = grant;
            if (has != null && !isCovered(has, end)) {
                coverInTurn(has, laterOf(has.until(), latestEnd(end)));
            }
        } finally {
            endTurn();
        }
    }

    private static boolean isCovered(@Nullable Grant has, long end) {
        return has == null || has.until() == Grant.OPEN || (end != Grant.OPEN && end - has.until() <= 0);
    }

    private void coverInTurn(Grant has, long end) {
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
        if (inThisThread && desk.fault() == null) {
            stir();
        } else {
            stirAside();
        }
    }

    void aside(Runnable work) {
        leases.aside(work);
    }

    boolean couldGoAside(Runnable work) {
        return leases.couldGoAside(work);
    }

    void stirAside() {
        leases.aside(this::stir);
    }

    /** So much later, by the clock of sessions; not at all later means as long as one call may take. */
    long deadlineIn(long nanos) {
        return leases.now() + (nanos > 0 ? nanos : leases.settings.patience());
    }

    /** Looks what there is to do, unless somebody is about to. What comes up meanwhile is for another thread. */
    void stir() {
        stirred = true;
        if (!turn.isHeldByCurrentThread() && turn.tryLock()) {
            try {
                stirred = false;
                if (!retrying.get() || desk.fault() == null) {
                    step();
                }
            } catch (RuntimeException failure) {
                desk.failed(failure);
                retryLater();
            } finally {
                endTurn();
            }
            leases.forgetIfCrowded(lock);
        }
    }

    /** The same for the last time: whoever has the turn is waited for. */
    void stirAtLast() {
        if (takeTurn(deadlineIn(0))) {
            try {
                step();
            } catch (RuntimeException failure) {
                desk.failed(failure);
            } finally {
                turn.unlock();
            }
        }
    }

    private void retryLater() {
        if (retrying.compareAndSet(false, true)) {
            leases.later(desk.delay(), () -> {
                retrying.set(false);
                stir();
            });
        }
    }

    private void endTurn() {
        turn.unlock();
        lookAgain();
        if (stirred) {
            stirAside();
        }
    }

    private void lookAgain() {
        if (unseen && claimed != null) {
            unseen = false;
            leases.lookSoon(this);
        }
    }

    /** Answers no if that takes too long, or if the thread is interrupted: whoever lines up is better off in the queue. */
    private boolean takeTurn(long deadline) {
        try {
            return turn.tryLock() || turn.tryLock(deadline - leases.now(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void takeTurnOrFail(long deadline) {
        if (!leases.lockBefore(deadline, turn)) {
            throw StoreException.passing(
                    leases.store.describe() + " has not answered an earlier call for '" + lock.name + "'",
                    desk.fault());
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
            return !yielding && renew(has, wish, endOf(wish), false, patience);
        }
        Claimed stands = claimed;
        if (has == null
                && stands != null
                && !desk.inDoubt()
                && !stands.session().isOver()
                && stands.serves(write, rankOf(wish))) {
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
            } catch (RuntimeException failure) {
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
            lock.seize(Ended.LOST, null);
        }
        yielding = false;
        long asked = leases.engine.clock.now();
        NodeSession session = wish == null ? leases.sessionIfAny() : leases.session(patience);
        if (session == null) {
            settled();
            return new Answer(null, false, true, false);
        }
        int hinted = hints;
        boolean again = repeated;
        claimed = null;
        Answer answer =
                ask(session, LeaseSteps.exchange(desk.key, node(session, waitingReaders(wish)), wish, claim), patience);
        if (answer.over()) {
            throw StoreException.passing(
                    "the session of node '" + leases.engine.settings.node() + "' has ended in "
                            + leases.store.describe(),
                    null);
        }
        if (answer.claimed() && wish != null) {
            claimed = new Claimed(session, wish.mode() == LockMode.WRITE, rankOf(wish));
            leases.watch(this, again);
            if (hinted != hints) {
                leases.lookSoon(this);
            }
        } else {
            leases.unwatch(this);
        }
        Lease lease = answer.lease();
        if (lease != null) {
            Duration lasting = wish == null || lease.until() == null ? null : wish.lasting();
            install(session, lease, lasting == null ? Grant.OPEN : Span.sureUntil(asked, lasting));
        }
        return answer;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // in turn
    private Answer ask(NodeSession session, Step<Answer> step, Duration patience) {
        asks++;
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

    /** More tokens, more time, or a later end for a lease that is in use; never an earlier one. */
    private boolean renew(Grant has, Wish wish, long until, boolean force, Duration patience) {
        long now = leases.engine.clock.now();
        long end = laterOf(has.until(), latestEnd(until));
        Wish whole = new Wish(wish.who(), wish.mode(), wish.headStart(), Span.until(end, now));
        Node node = node(has.session(), waitingReaders(wish));
        Answer answer = ask(has.session(), LeaseSteps.renew(desk.key, node, whole, force), patience);
        Lease lease = answer.lease();
        if (lease == null) {
            taken(has);
            return false;
        }
        if (answer.unchanged()) {
            yielding = true;
            return false;
        }
        lock.jump(lease.firstToken() - 1);
        Grant more =
                new Grant(has.session(), has.write(), lease.lastToken(), leases.now() + leases.settings.term(), end);
        return GRANT.compareAndSet(this, has, more);
    }

    private static long laterOf(long one, long other) {
        if (one == Grant.OPEN || other == Grant.OPEN) {
            return Grant.OPEN;
        }
        return one - other > 0 ? one : other;
    }

    private void install(NodeSession session, Lease lease, long until) {
        boolean write = lease.mode() == LockMode.WRITE;
        repeated = false;
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

    /** Goes with what is then seen of the record. */
    int asks() {
        return asks;
    }

    /**
     * Somebody has looked at the record for the sake of a claim.
     *
     * @param alive the sessions that live, if that was asked
     * @param askedBefore how often the store had been asked before that look
     */
    void seen(@Nullable LockRecord found, @Nullable Set<String> alive, int askedBefore) {
        if (!turn.tryLock()) {
            unseen = true;
            if (!turn.tryLock()) {
                return;
            }
        }
        unseen = asks != askedBefore;
        try {
            Claimed stands = claimed;
            if (stands == null || stands.session().isOver()) {
                stirred = true;
            } else if (!unseen) {
                seenInTurn(stands.session(), found, alive);
            }
        } finally {
            endTurn();
        }
    }

    private void seenInTurn(NodeSession session, @Nullable LockRecord found, @Nullable Set<String> alive) {
        desk.saw(found);
        Lease own = RecordDesk.leaseOf(found, session);
        if (own != null) {
            settled();
            install(session, own, Grant.OPEN);
            lock.queue().grant();
            if (!lock.hasHolders()) {
                stirred = true;
            }
        } else if (desk.isAstray(found, session, alive)) {
            claimed = null;
            repeated = true;
            desk.doubt(session);
            stirred = true;
        }
    }

    /**
     * Something may have happened to the lease: somebody may have taken it away. Never in a thread that others wait for.
     *
     * @return whether that is known now
     */
    boolean verify() {
        Grant has = grant;
        if (has == null) {
            return true;
        }
        if (!leases.lockBefore(deadlineIn(0), turn)) {
            return false;
        }
        try {
            if (has.equals(grant) && desk.isGone(has.session())) {
                taken(has);
            }
            return true;
        } catch (StoreException failure) {
            leases.faulty(failure);
            return false;
        } finally {
            endTurn();
        }
    }

    /** Something of this node's stands in the record that nobody here knows of, perhaps. */
    void doubt(NodeSession session) {
        if (grant == null && claimed == null && coming.get() == 0 && turn.tryLock()) {
            try {
                if (grant == null && claimed == null) {
                    desk.doubt(session);
                    stirred = true;
                }
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
            stirAside();
        }
    }

    /** Somebody has taken it away, and perhaps left word of why. */
    private void taken(Grant has) {
        if (GRANT.compareAndSet(this, has, null)) {
            goneFor(has, leases.whyTaken(lock.name));
        }
    }

    private void lose(Grant has, Ended how) {
        if (GRANT.compareAndSet(this, has, null)) {
            goneFor(has, how);
        }
    }

    private void goneFor(Grant had, Ended how) {
        yielding = false;
        lock.seize(how, had);
        stirAside();
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
        return new Node(session.id, leases.engine.settings.node(), leases.settings.handOffs() + more, lock.lastToken());
    }

    private int waitingReaders(@Nullable Wish wish) {
        return wish == null || wish.mode() == LockMode.WRITE ? 0 : Math.min(MOST_TOKENS, lock.queueLength());
    }

    private Wish wish(Owner owner, Options options, long arrived) {
        long now = leases.engine.clock.now();
        long ahead = now - arrived + options.priority(lock.type) * leases.engine.settings.ageing();
        long end = endOf(options, now);
        // what must stay taken for so long must do so however slow the store is
        long slack = options.least > 0 && end != Grant.OPEN ? leases.settings.patience() : 0;
        return new Wish(
                owner.identity().name(),
                options.mode,
                TimeUnit.NANOSECONDS.toMicros(ahead),
                Span.until(end + slack, now));
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
