package dev.interlock.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lock of one resource.
 *
 * <p><b>The stack.</b> Everyone who holds the resource is a {@link Hold} on a linked stack whose top is {@link #top}: any
 * number of shared holds, or the nested holds of one exclusive owner. A hold is acquired by putting it on top with one
 * compare-and-set, and it is released by setting its own status with another. Ended holds stay where they are until
 * somebody acquires over them; so <em>free</em> means that no hold on the stack has not ended.
 *
 * <p>Every acquisition replaces the top, and a hold that has ended never comes back. So whatever an acquirer concluded from
 * the stack beneath the top it read — nobody there, only readers, only myself — still holds when its compare-and-set
 * succeeds; releases in the meantime can only have made it freer. Fencing tokens and counts of grants travel from top to
 * top in the same step, which makes them exact, and strictly rising, without an atomic operation of their own.
 *
 * <p><b>Waiting.</b> Who cannot acquire waits in a {@link WaitQueue}, made when first needed. Two fields join the fast path
 * to it, and each works by the same handshake: one side writes A and reads B, the other writes B and reads A.
 * {@link #onRelease} tells whoever releases what to do next: a release ends its hold, then reads this field; the queue writes
 * the field, then looks at the stack once more. {@link #gateClosed} tells newcomers to line up; a newcomer that read it too
 * early overtakes once.
 *
 * <p><b>Being kept.</b> A hold that is closed before the least time that its request named stays on the stack and loses only its
 * owner, by a change of its status. So there is no moment in between, and a timer ends it as a lease would. Whoever asks
 * whose a hold is asks {@link Hold#isBy}, for one that is kept is nobody's; whoever asks whether a hold is in the way need not
 * know.
 *
 * <p><b>Being forgotten.</b> An idle lock is forgotten by putting a tombstone on the stack with the same compare-and-set. Who
 * finds it there goes back to the table. A lock with waiters is not idle, so nobody waits on a tombstone.
 */
final class LocalLock {

    /** Tells whoever releases to let the queue grant. */
    static final Object GRANT = new Object();

    private static final int COMPACT_FROM = 32;

    private static final VarHandle TOP;
    private static final VarHandle QUEUE;
    private static final VarHandle TALLY;
    private static final VarHandle ON_RELEASE;
    private static final VarHandle READ_HOLDS;
    private static final VarHandle WRITE_HOLDS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TOP = lookup.findVarHandle(LocalLock.class, "top", Hold.class);
            QUEUE = lookup.findVarHandle(LocalLock.class, "queue", WaitQueue.class);
            TALLY = lookup.findVarHandle(LocalLock.class, "tally", Tally.class);
            ON_RELEASE = lookup.findVarHandle(LocalLock.class, "onRelease", Object.class);
            READ_HOLDS = lookup.findVarHandle(LocalLock.class, "readHolds", Sketch.class);
            WRITE_HOLDS = lookup.findVarHandle(LocalLock.class, "writeHolds", Sketch.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final String name;
    final LockType type;
    /** By which owners note their holds; zero if they need not. */
    final int number;

    /** Keeps the lease on which holds rest, for locks that reach other processes. */
    final @Nullable Keeper keeper;

    /**
     * The highest token that any hold on this resource had before this lock was made, and since then all that were left out: how
     * many were given out is counted from here.
     */
    private volatile long base;

    /** Whether the base and the top are just being moved together. */
    private volatile boolean moving;

    private volatile Hold top;
    private volatile boolean gateClosed;
    private volatile @Nullable Object onRelease;
    private volatile @Nullable WaitQueue queue;
    private volatile @Nullable Tally tally;
    private volatile @Nullable Sketch readHolds;
    private volatile @Nullable Sketch writeHolds;
    /** The depth at which ended holds are looked for throughout the stack; racy, for it only saves work. */
    private int compactAt = COMPACT_FROM;
    /** Part of the token at the last look of the sweep; a lock that has been used since is kept. */
    private short seenToken;

    LocalLock(String name, LockType type, long base, int number) {
        this(name, type, base, number, null);
    }

    /**
     * A lock that reaches other processes if there are leases.
     */
    LocalLock(String name, LockType type, long base, int number, @Nullable Leases leases) {
        this.name = name;
        this.type = type;
        this.base = base;
        this.number = number;
        Hold before = Hold.before(this, base);
        this.keeper = leases == null ? null : new Keeper(this, leases);
        this.top = leases == null ? before : Hold.ofOthers(before, null, true, base);
    }

    // --- acquiring -------------------------------------------------------------------------------------------------

    /** Acquires if nobody is in the way and nobody must be let go first. */
    @Nullable Hold tryAcquire(Owner owner, Options options, @Nullable Details details, long now, boolean all) {
        return gateClosed ? null : push(owner, options, details, now, all);
    }

    /** Acquires if nobody is in the way, whoever waits. */
    @Nullable Hold push(Owner owner, Options options, @Nullable Details details, long now, boolean all) {
        for (; ; ) {
            Hold before = top;
            Hold live = Hold.firstLive(before);
            if (live != null && (options.write || !isShared(live))) {
                return null;
            }
            if (keeper != null
                    && !keeper.permits(before.token(), options.write, keeper.endOf(options, now), options.least)) {
                return null;
            }
            Hold fresh = Hold.over(before, live, owner, options, details, now, all, false);
            if (TOP.compareAndSet(this, before, fresh)) {
                if (live != null) {
                    tidy(fresh, live);
                }
                return fresh;
            }
        }
    }

    private static boolean isShared(Hold live) {
        return live.plainlyShared() || exclusive(live) == null;
    }

    /** The exclusive hold at or beneath this one, if there is one. */
    private static @Nullable Hold exclusive(@Nullable Hold from) {
        for (Hold each = Hold.firstLive(from); each != null; each = each.nextLive()) {
            if (each.isWrite()) {
                return each;
            }
        }
        return null;
    }

    /**
     * Acquires for an owner that holds already, whoever waits.
     *
     * @return nothing if the owner does not hold
     * @throws UpgradeRefused if it reads and wants to write
     */
    @Nullable Hold reenter(Owner owner, Options options, @Nullable Details details, long now, boolean all) throws UpgradeRefused {
        for (; ; ) {
            Hold before = top;
            Hold live = Hold.firstLive(before);
            Hold own = heldBy(owner, live);
            if (own == null) {
                return null;
            }
            if (options.write && !own.isWrite()) {
                throw new UpgradeRefused();
            }
            boolean nested = own.isWrite() || (live != null && !isShared(live));
            if (keeper != null && !keeper.permitsMore(before.token(), nested, keeper.endOf(options, now))) {
                return null;
            }
            Hold fresh = Hold.over(before, live, owner, options, details, now, all, nested);
            if (TOP.compareAndSet(this, before, fresh)) {
                if (fresh.isNested()) {
                    tally().count(Tally.Kind.NESTED, fresh.isWrite());
                }
                return fresh;
            }
        }
    }

    /** How a hold in this mode is noted. */
    long mark(boolean write) {
        return number == 0 ? Mark.NONE : Mark.of(number, Mark.node(type.number, write));
    }

    /** A hold of this owner, if it has one. */
    @Nullable Hold heldBy(Owner owner) {
        return heldBy(owner, Hold.firstLive(top));
    }

    /** A hold of this owner, an exclusive one if there is one. */
    private static @Nullable Hold heldBy(Owner owner, @Nullable Hold from) {
        Hold shared = null;
        for (Hold each = from; each != null; each = each.nextLive()) {
            if (each.isBy(owner)) {
                if (each.isWrite()) {
                    return each;
                }
                shared = each;
            }
        }
        return shared;
    }

    /**
     * Puts a shared hold over this exclusive one, which is to end afterwards.
     *
     * @return nothing if that one has ended: then what is beneath may be somebody else's, or a tombstone
     */
    @Nullable Hold pushDowngraded(Hold held, long now) {
        Options shared = held.options.downgraded(held.leastLeft(now));
        for (; ; ) {
            Hold before = top;
            Hold live = Hold.firstLive(before);
            if (held.hasEnded() || !vouches()) {
                return null;
            }
            Hold fresh = Hold.over(before, live, held.owner, shared, null, now, held.isTimed(), true);
            if (TOP.compareAndSet(this, before, fresh)) {
                tally().count(Tally.Kind.NESTED, false);
                return fresh;
            }
        }
    }

    // --- releasing -------------------------------------------------------------------------------------------------

    /** A hold has ended: lets go who waits for that. */
    void released() {
        Object next = onRelease;
        if (next != null) {
            wake(next);
        }
    }

    private void wake(Object next) {
        if (next == GRANT) {
            queue().grant();
        } else if (mustWake((SyncWaiter) next) && ON_RELEASE.compareAndSet(this, next, null)) {
            ((SyncWaiter) next).unpark();
        }
    }

    /** Readers that overlap let in one another and never leave the lock free: a late writer must come and close the gate. */
    private boolean mustWake(SyncWaiter first) {
        return isFreeFor(first) || queue().isLate(first);
    }

    // --- the queue's side ------------------------------------------------------------------------------------------

    /** Whether nobody who holds is in the way of this waiter. */
    boolean isFreeFor(Waiter waiter) {
        return keeper == null ? isFreeFor(waiter.options.write) : isOpenFor(waiter.options);
    }

    private boolean isFreeFor(boolean write) {
        Hold live = Hold.firstLive(top);
        return live == null || (!write && isShared(live));
    }

    void onRelease(@Nullable Object next) {
        onRelease = next;
    }

    boolean isGateClosed() {
        return gateClosed;
    }

    void closeGate(boolean closed) {
        if (gateClosed != closed) {
            gateClosed = closed;
        }
    }

    WaitQueue queue() {
        WaitQueue present = queue;
        if (present != null) {
            return present;
        }
        WaitQueue made = new WaitQueue(this);
        WaitQueue other = (WaitQueue) QUEUE.compareAndExchange(this, null, made);
        return other == null ? made : other;
    }

    void settleOthersOf(Owner owner) {
        WaitQueue present = queue;
        if (present != null) {
            present.settleOthersOf(owner);
        }
    }

    boolean hasWaiterAbove(int priority) {
        return waiting().stream().anyMatch(each -> each.priority > priority);
    }

    // --- the lease ---------------------------------------------------------------------------------------------------

    /** Nobody of this node may let himself in any more; answers no if somebody is in. */
    boolean shut() {
        for (; ; ) {
            Hold before = top;
            if (firstReal(before) != null || before.isTombstone()) {
                return false;
            }
            if (isShut(before) || TOP.compareAndSet(this, before, Hold.ofOthers(before, null, true, before.token()))) {
                return true;
            }
        }
    }

    boolean isShut() {
        return isShut(top) && !hasHolders();
    }

    private static boolean isShut(Hold last) {
        Hold live = Hold.firstLive(last);
        return live != null && live.isOthers() && live.isWrite();
    }

    /**
     * Others may have the resource: whoever holds it has lost it.
     *
     * @param lost the grant under which it was held; whoever holds under another one meanwhile is left alone
     */
    void seize(Ended how, @Nullable Grant lost) {
        for (; ; ) {
            Hold before = top;
            if (before.isTombstone() || keeper == null || keeper.hasOtherThan(lost)) {
                return;
            }
            Hold over = Hold.ofOthers(before, Hold.firstLive(before), true, before.token());
            if (TOP.compareAndSet(this, before, over)) {
                endBeneath(over, how);
                return;
            }
        }
    }

    private static void endBeneath(Hold over, Ended how) {
        for (Hold each = over.nextLive(); each != null; each = each.nextLive()) {
            each.leaseGone(how);
        }
    }

    /** There is a lease whose tokens come after this one: who fits under it may come in. In turn, after {@link #shut()}. */
    void open(boolean write, long token) {
        moving = true;
        try {
            for (; ; ) {
                Hold before = top;
                if (before.isTombstone() || !isShut(before)) {
                    return;
                }
                endBeneath(before, Ended.LOST);
                Hold fresh = write ? Hold.mark(before, null, token) : Hold.ofOthers(before, null, false, token);
                if (TOP.compareAndSet(this, before, fresh)) {
                    base = base + token - before.token();
                    return;
                }
            }
        } finally {
            moving = false;
        }
    }

    /** Further tokens come after this one; whoever holds goes on holding. In turn. */
    void jump(long token) {
        moving = true;
        try {
            for (; ; ) {
                Hold before = top;
                Hold mark = Hold.mark(before, Hold.firstLive(before), token);
                if (TOP.compareAndSet(this, before, mark)) {
                    base = base + token - before.token();
                    return;
                }
            }
        } finally {
            moving = false;
        }
    }

    /** Others may read as well from now on; answers no if those who hold here are not just readers. In turn. */
    boolean admitReaders() {
        for (; ; ) {
            Hold before = top;
            Hold live = Hold.firstLive(before);
            if (live == null || !isShared(live)) {
                return false;
            }
            if (TOP.compareAndSet(this, before, Hold.ofOthers(before, live, false, before.token()))) {
                return true;
            }
        }
    }

    /** Whether a holder of this node is in the way of one in this mode. */
    boolean isHeldAgainst(boolean write) {
        for (Hold each = firstReal(top); each != null; each = firstReal(each.nextLive())) {
            if (write || each.isWrite()) {
                return true;
            }
        }
        return false;
    }

    boolean isHeldByReadersOnly() {
        return hasHolders() && !isHeldAgainst(false);
    }

    /** Whether neither a holder nor the lease is in the way of such a request. */
    boolean isOpenFor(Options options) {
        if (keeper == null || !isFreeFor(options.write)) {
            return false;
        }
        long now = type.engine.clock.now();
        return keeper.permits(top.token(), options.write, keeper.endOf(options, now), options.least);
    }

    /** Who waits first, if somebody waits. */
    @Nullable Waiter firstWaiter() {
        WaitQueue present = queue;
        return present == null ? null : present.first();
    }

    String nameOfHolder() {
        Hold holder = firstReal(top);
        return holder == null ? "" : holder.owner().name();
    }

    /** A hold has ended in this way, and everybody of this node knows. */
    void eased(Ended how) {
        if (keeper != null) {
            keeper.eased(how == Ended.RELEASED || how == Ended.DOWNGRADED);
        }
    }

    boolean vouches() {
        return keeper == null || keeper.vouches();
    }

    String whyNotVouched() {
        return keeper == null ? Ended.LOST.describe() : keeper.whyNotVouched();
    }

    long notLaterThanLease(long end) {
        return keeper == null ? end : keeper.notLaterThanLease(end);
    }

    // --- looking ---------------------------------------------------------------------------------------------------

    /** The holds that have not ended, the latest first. */
    List<Hold> holds() {
        List<Hold> holds = new ArrayList<>();
        for (Hold each = Hold.firstLive(top); each != null; each = each.nextLive()) {
            if (each.isReal()) {
                holds.add(each);
            }
        }
        return holds;
    }

    /** Who waits, in the order in which they will be granted. */
    List<Waiter> waiting() {
        WaitQueue present = queue;
        return present == null ? List.of() : present.inOrder();
    }

    int queueLength() {
        WaitQueue present = queue;
        return present == null ? 0 : present.size();
    }

    boolean isHeld() {
        return hasHolders();
    }

    /** Whether somebody of this node holds it. */
    boolean hasHolders() {
        return firstReal(top) != null;
    }

    private static @Nullable Hold firstReal(@Nullable Hold from) {
        Hold live = Hold.firstLive(from);
        while (live != null && !live.isReal()) {
            live = live.nextLive();
        }
        return live;
    }

    // --- being forgotten -------------------------------------------------------------------------------------------

    boolean isRetired() {
        return top.isTombstone();
    }

    /** Ends the lock if nobody holds it or waits for it; answers its last token, or nothing. */
    boolean retire() {
        return keeper == null ? bury(false) : keeper.retire();
    }

    /** The same for the keeper, in turn, when it has nothing in the store. */
    boolean bury(boolean shut) {
        Hold last = top;
        boolean idle = shut ? isShut() : Hold.firstLive(last) == null;
        return idle && queueLength() == 0 && TOP.compareAndSet(this, last, Hold.tombstone(this, last));
    }

    long lastToken() {
        return top.token();
    }

    /** Whether it has been acquired since this was last asked. */
    boolean usedSinceLastLook() {
        short now = (short) top.token();
        boolean used = now != seenToken;
        seenToken = now;
        return used;
    }

    // --- keeping the stack short -----------------------------------------------------------------------------------

    /**
     * Takes ended holds out from beneath a new one: the next few always, all of them whenever the stack has become twice as
     * deep as it was found to be, which bounds both its length and the work.
     */
    private void tidy(Hold fresh, Hold live) {
        live.trim();
        if (fresh.depth() >= compactAt) {
            int found = 0;
            for (Hold each = live; each != null; each = each.nextLive()) {
                each.trim();
                found++;
            }
            fresh.depth(found + 1);
            compactAt = 2 * found + COMPACT_FROM;
        }
    }

    // --- counting --------------------------------------------------------------------------------------------------

    Tally tally() {
        Tally present = tally;
        if (present != null) {
            return present;
        }
        Tally made = new Tally();
        Tally other = (Tally) TALLY.compareAndExchange(this, null, made);
        return other == null ? made : other;
    }

    void recordHold(boolean write, long nanos, int weight) {
        if (type.engine.settings.statistics()) {
            sketch(write).record(nanos, weight);
        }
    }

    private Sketch sketch(boolean write) {
        Sketch present = write ? writeHolds : readHolds;
        if (present != null) {
            return present;
        }
        Sketch made = new Sketch();
        Sketch other = (Sketch) (write ? WRITE_HOLDS : READ_HOLDS).compareAndExchange(this, null, made);
        return other == null ? made : other;
    }

    /** Adds what has been counted here. */
    void addTo(Tally sum, Sketch reads, Sketch writes) {
        Tally known = tally;
        if (known != null) {
            sum.absorb(known);
        }
        addGrants(sum, false, known, granted(false), live(false));
        addGrants(sum, true, known, granted(true), live(true));
        Sketch readTimes = readHolds;
        if (readTimes != null) {
            reads.absorb(readTimes);
        }
        Sketch writeTimes = writeHolds;
        if (writeTimes != null) {
            writes.absorb(writeTimes);
        }
    }

    private static void addGrants(Tally sum, boolean write, @Nullable Tally known, long granted, int live) {
        long nested = 0;
        long lost = 0;
        long since = granted;
        if (known != null) {
            nested = known.get(Tally.Kind.NESTED, write);
            lost = known.get(Tally.Kind.EXPIRATION, write)
                    + known.get(Tally.Kind.FORCED, write)
                    + known.get(Tally.Kind.LOSS, write);
            since += known.get(Tally.Kind.ACQUISITION, write);
        }
        sum.add(Tally.Kind.ACQUISITION, write, granted + nested);
        sum.add(Tally.Kind.RELEASE, write, since + nested - lost - live);
    }

    /** How often something happened since statistics began; grants are not counted here. */
    long counted(Tally.Kind kind) {
        Tally known = tally;
        return known == null ? 0 : known.get(kind);
    }

    long acquisitions() {
        return granted(false) + granted(true) + counted(Tally.Kind.NESTED) + counted(Tally.Kind.ACQUISITION);
    }

    /** Grants, nested ones not counted. */
    private long granted(boolean write) {
        for (; ; ) {
            long from = base;
            Hold last = top;
            if (!moving && from == base) {
                return write ? last.writes() : last.token() - from - last.writes();
            }
            Thread.onSpinWait();
        }
    }

    private int live(boolean write) {
        int live = 0;
        for (Hold each = Hold.firstLive(top); each != null; each = each.nextLive()) {
            if (each.isWrite() == write && each.isReal()) {
                live++;
            }
        }
        return live;
    }

    /** Begins all counts anew: what was counted so far is taken off from now on. */
    void resetStatistics() {
        Tally before = tally();
        Tally fresh = new Tally();
        Tally earlier = new Tally();
        for (boolean write : new boolean[] {false, true}) {
            long granted = granted(write);
            int live = live(write);
            fresh.add(Tally.Kind.ACQUISITION, write, -granted);
            fresh.add(Tally.Kind.RELEASE, write, live);
            addGrants(earlier, write, before, granted, live);
        }
        tally = fresh;
        readHolds = null;
        writeHolds = null;
        earlier.absorb(before);
        type.keepEarlier(earlier);
    }
}
