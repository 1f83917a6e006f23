package dev.interlock.engine;

import dev.interlock.LockAttempt;
import dev.interlock.LockException;
import dev.interlock.LockHandle;
import dev.interlock.LockLostException;
import dev.interlock.LockMode;
import dev.interlock.LockOwner;
import dev.interlock.LockStoreException;
import dev.interlock.LogText;
import dev.interlock.event.LockEvent;
import dev.interlock.spi.StoreException;
import dev.interlock.spi.TimeSource.Scheduled;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hold, and the handle to it: one object, because it is made for every acquisition. See {@link LocalLock} for the stack
 * in which it stands and for how it ends.
 */
final class Hold implements LockHandle {

    private static final Logger log = LoggerFactory.getLogger(Hold.class);

    /** How many holds one sampled hold stands for while there is a pulse. */
    static final int SAMPLE = 64;

    private static final int DEPTH = 0xffff;
    private static final int SAMPLED = 1 << 16;
    private static final int SAMPLED_ALL = 1 << 17;
    private static final int OVER_WRITE = 1 << 18;
    private static final int IS_WRITE = 1 << 19;
    private static final int WRITES_SHIFT = 20;
    /** Holds longer than this are always recorded, whatever is sampled. */
    private static final long LONG_HOLD = 8_000_000;

    private static final VarHandle NEXT;
    private static final VarHandle STATUS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            NEXT = lookup.findVarHandle(Hold.class, "next", Hold.class);
            STATUS = lookup.findVarHandle(Hold.class, "status", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final LocalLock lock;
    final Options options;
    final Owner owner;
    private final long token;
    private final long acquiredAt;
    /**
     * The count of exclusive grants so far, four flags, and the depth of the stack: see the constants. All but the depth stay
     * as they are.
     */
    private long packed;

    /** The hold beneath, or one further down if that has ended. */
    @SuppressWarnings("unused") // through NEXT
    private volatile @Nullable Hold next;

    /** Null while held, {@link Details} while held with particulars, {@link Ended} for ever after. */
    @SuppressWarnings("unused") // through STATUS
    private volatile @Nullable Object status;

    private Hold(
            LocalLock lock,
            Options options,
            Owner owner,
            long token,
            long acquiredAt,
            long packed,
            @Nullable Hold under,
            @Nullable Object status) {
        this.lock = lock;
        this.options = options;
        this.owner = owner;
        this.token = token;
        this.acquiredAt = acquiredAt;
        this.packed = packed;
        if (under != null) {
            NEXT.set(this, under);
        }
        if (status != null) {
            STATUS.set(this, status);
        }
    }

    /** An ended hold, for a lock that has not been held yet. */
    static Hold before(LocalLock lock, long token) {
        return new Hold(lock, Options.READ, Nobody.OWNER, token, 0, 0, null, Ended.RELEASED);
    }

    /**
     * What others hold, to be put over {@code top}: everybody is kept out, or those who want it exclusively.
     *
     * @param live what stays beneath it
     * @param token the highest token that was given out
     */
    static Hold ofOthers(Hold top, @Nullable Hold live, boolean write, long token) {
        long bits = top.packed & -(1 << WRITES_SHIFT);
        return new Hold(
                top.lock,
                write ? Options.WRITE : Options.READ,
                Nobody.OTHERS,
                token,
                0,
                write ? bits | IS_WRITE : bits,
                live,
                null);
    }

    /** Somewhere to go on counting from: a hold that has ended, over what stays beneath it. */
    static Hold mark(Hold top, @Nullable Hold live, long token) {
        return new Hold(
                top.lock,
                Options.READ,
                Nobody.OWNER,
                token,
                0,
                top.packed & -(1 << WRITES_SHIFT),
                live,
                Ended.RELEASED);
    }

    /** What is put on the stack of a forgotten lock: an exclusive hold that never ends, so that nobody gets in. */
    static Hold tombstone(LocalLock lock, Hold last) {
        return new Hold(
                lock,
                Options.WRITE,
                Nobody.OWNER,
                last.token,
                0,
                (last.packed & -(1 << WRITES_SHIFT)) | IS_WRITE,
                null,
                null);
    }

    /**
     * A hold to be put over {@code top}.
     *
     * @param live the uppermost hold that has not ended
     * @param all whether every hold is timed, not only a sample
     * @param nested whether the owner holds exclusively already, so that this is no new grant
     */
    static Hold over(
            Hold top,
            @Nullable Hold live,
            Owner owner,
            Options options,
            @Nullable Details details,
            long now,
            boolean all,
            boolean nested) {
        long bits = top.packed & -(1 << WRITES_SHIFT);
        long token = top.token;
        if (nested) {
            bits |= OVER_WRITE;
        } else {
            token++;
            if (options.write) {
                bits += 1 << WRITES_SHIFT;
            }
        }
        if (options.write) {
            bits |= IS_WRITE;
        }
        if (live != null) {
            bits |= Math.min(DEPTH, live.depth() + 1);
        }
        if (all) {
            bits |= SAMPLED_ALL;
        } else if ((token & (SAMPLE - 1)) == 0) {
            bits |= SAMPLED;
        }
        return new Hold(top.lock, options, owner, token, now, bits, live, details);
    }

    // --- the stack -------------------------------------------------------------------------------------------------

    /** The uppermost hold from here down that has not ended. */
    static @Nullable Hold firstLive(@Nullable Hold from) {
        Hold hold = from;
        while (hold != null && hold.hasEnded()) {
            hold = hold.next;
        }
        return hold;
    }

    @Nullable Hold nextLive() {
        return firstLive(next);
    }

    /** Lets go of ended holds right beneath this one. */
    void trim() {
        Hold under = next;
        if (under != null && under.hasEnded()) {
            NEXT.setRelease(this, firstLive(under));
        }
    }

    boolean hasEnded() {
        Object s = status;
        return s == Ended.RELEASED || s instanceof Ended;
    }

    /** Whether it has an owner still: one that is kept has not, and keeps others out all the same. */
    boolean isOwned() {
        return !isSpent(status);
    }

    boolean isBy(Owner one) {
        return owner == one && isOwned();
    }

    private static boolean isSpent(@Nullable Object status) {
        return status instanceof Ended || (status instanceof Details details && details.kept());
    }

    boolean isWrite() {
        return (packed & IS_WRITE) != 0;
    }

    /** Whether it is on this resource, and not only on another key of its stripe. */
    boolean isOn(String resource) {
        return lock.name.equals(resource) || resource().equals(resource) || options.alsoFor.contains(resource);
    }

    /** Whether neither this nor anything beneath it is exclusive. */
    boolean plainlyShared() {
        return (packed & (IS_WRITE | OVER_WRITE)) == 0;
    }

    /** Whether its owner held exclusively when it was granted, so that it was no grant of its own. */
    boolean isNested() {
        return (packed & OVER_WRITE) != 0;
    }

    /** Whether somebody of this node holds, or did before it was closed early. */
    boolean isReal() {
        return !(owner instanceof Nobody);
    }

    boolean isTombstone() {
        return owner == Nobody.OWNER && isWrite();
    }

    /** Whether it only stands for what other nodes hold. */
    boolean isOthers() {
        return owner == Nobody.OTHERS;
    }

    int depth() {
        return (int) packed & DEPTH;
    }

    /** Corrects the depth once it has been found out; racy, for it only saves work. */
    void depth(int found) {
        packed = (packed & ~DEPTH) | Math.min(DEPTH, found);
    }

    /** Exclusive grants on this lock up to and with this one, nested ones not counted. */
    long writes() {
        return packed >>> WRITES_SHIFT;
    }

    boolean isTimed() {
        return (packed & (SAMPLED | SAMPLED_ALL)) != 0;
    }

    long token() {
        return token;
    }

    long acquiredNanos() {
        return acquiredAt;
    }

    // --- how it ends -----------------------------------------------------------------------------------------------

    @Override
    public void close() {
        if (STATUS.compareAndSet(this, null, Ended.RELEASED)) {
            ended(Ended.RELEASED);
        } else if (!(options.least > 0 && keep()) && !end(null, Ended.RELEASED)) {
            closedTooLate();
        }
    }

    /** Releases what nobody has used: it is not kept. */
    void giveBack() {
        end(null, Ended.RELEASED);
    }

    /** Ends the owner's part alone, if it is too early to release. Answers whether the hold is kept. */
    private boolean keep() {
        long until = acquiredAt + options.least;
        while (status instanceof Details known) {
            if (known.kept()) {
                return true;
            }
            if (isOver(known) || leastLeft(lock.type.engine.clock.now()) == 0) {
                return false;
            }
            if (STATUS.compareAndSet(this, known, known.keptUntil(until))) {
                left(known, until);
                return true;
            }
        }
        return false;
    }

    /** How much longer it must stay, in nanoseconds. */
    long leastLeft(long now) {
        return options.least == 0 ? 0 : Math.max(0, acquiredAt + options.least - now);
    }

    /** The owner has closed, and the hold is kept. */
    private void left(Details before, long until) {
        EngineClock.cancel(before.timer());
        try {
            startTimer(until);
        } catch (Throwable noTimer) {
            end(null, Ended.RELEASED);
            log.warn(
                    "{} was closed early and should be kept, but there is no timer to end it",
                    Texts.line(this),
                    noTimer);
        }
        Engine engine = lock.type.engine;
        if (engine.isClosed()) {
            engine.holdEndedAfterClose();
        }
        owner.letGo(this);
    }

    /** Answers whether it was this call that ended the hold. */
    private boolean end(@Nullable Details only, Ended how) {
        Object before;
        do {
            before = status;
            if (before instanceof Ended || (only != null && before != only)) {
                return false;
            }
        } while (!STATUS.compareAndSet(this, before, how));
        afterEnd((Details) before, how);
        return true;
    }

    private void afterEnd(@Nullable Details details, Ended how) {
        try {
            if (details != null && details.kept()) {
                freed(how);
            } else {
                ended(how);
            }
        } finally {
            if (details != null && how.lost()) {
                details.onLost().forEach(lock.type.engine::callBack);
            }
            if (details != null) {
                EngineClock.cancel(details.timer());
            }
        }
    }

    /** How its owner has noted it. */
    long mark() {
        return lock.mark(isWrite());
    }

    private void ended(Ended how) {
        lock.released();
        trim();
        try {
            owner.letGo(this);
        } finally {
            noteEnd(how);
            lock.eased(how);
        }
    }

    /** The same for a hold that its owner has left before. */
    private void freed(Ended how) {
        lock.released();
        trim();
        noteEnd(how);
        lock.eased(how);
    }

    private void noteEnd(Ended how) {
        Engine engine = lock.type.engine;
        if (how != Ended.RELEASED && how.lost()) {
            lock.tally().count(kindOf(how), isWrite());
            long held = engine.clock.now() - acquiredAt;
            lock.recordHold(isWrite(), held, 1);
            engine.publish(lostEvent(how, Duration.ofNanos(held)));
        } else if (isTimed() || engine.listening() || longHeld(engine)) {
            noteRelease(engine);
        }
        if (engine.table(options).crowded()) {
            engine.table(options).retire(lock);
        }
        if (engine.isClosed()) {
            engine.holdEndedAfterClose();
        }
    }

    private static Tally.Kind kindOf(Ended how) {
        return switch (how.how()) {
            case EXPIRED -> Tally.Kind.EXPIRATION;
            case LOST -> Tally.Kind.LOSS;
            default -> Tally.Kind.FORCED;
        };
    }

    private boolean longHeld(Engine engine) {
        long pulse = engine.clock.pulse();
        return pulse == 0 ? engine.clock.now() - acquiredAt > LONG_HOLD : pulse - acquiredAt > LONG_HOLD;
    }

    private void noteRelease(Engine engine) {
        long held = engine.clock.now() - acquiredAt;
        if ((packed & SAMPLED_ALL) != 0 || held > LONG_HOLD) {
            lock.recordHold(isWrite(), held, 1);
        } else if ((packed & SAMPLED) != 0) {
            lock.recordHold(isWrite(), held, SAMPLE);
        }
        if (!engine.recordsRoutine()) {
            return;
        }
        engine.publish(new LockEvent.Released(
                resource(),
                mode(),
                owner(),
                engine.clock.instantOf(acquiredAt + held),
                shownToken(),
                Duration.ofNanos(Math.max(0, held))));
    }

    private LockEvent lostEvent(Ended how, Duration held) {
        Instant now = lock.type.engine.clock.instant();
        if (how.how() == Ended.How.EXPIRED) {
            return new LockEvent.Expired(resource(), mode(), owner(), now, shownToken(), held);
        }
        if (how.how() == Ended.How.LOST) {
            return new LockEvent.Lost(resource(), mode(), owner(), now, shownToken(), held, how.describe());
        }
        return new LockEvent.ForceReleased(resource(), mode(), owner(), now, shownToken(), held, how.who(), how.why());
    }

    private void closedTooLate() {
        if (status instanceof Ended how && how.lost()) {
            log.warn(
                    "'{}' closed its {} hold on '{}' too late: {}. The late close changed nothing.",
                    LogText.of(owner().name()),
                    mode(),
                    LogText.of(resource()),
                    LogText.of(how.describe()));
        }
    }

    boolean takeAway(String who, String why) {
        return end(null, Ended.forced(who, why));
    }

    /** Whether the lease beneath it is gone, be it that it has ended for that or will be. */
    boolean isLostToOthers() {
        Keeper keeper = lock.keeper;
        return keeper != null && (hasEnded() ? status == Ended.LOST : keeper.isLost());
    }

    /** The lease beneath it is gone. */
    void leaseGone(Ended how) {
        if (isOthers()) {
            STATUS.set(this, Ended.RELEASED);
        } else {
            end(null, how);
        }
    }

    /** When it ends by itself, in any case; {@link Grant#OPEN} if it does not. */
    long endsBy() {
        Details known = details();
        Long ends = known.leaseEnds();
        if (ends == null) {
            return Grant.OPEN;
        }
        long kept = acquiredAt + options.least;
        return options.least > 0 && kept - ends > 0 ? kept : ends;
    }

    // --- particulars -----------------------------------------------------------------------------------------------

    Details details() {
        return status instanceof Details details ? details : Details.NONE;
    }

    /** Begins a lease, or begins it anew. Answers whether the hold had not ended. */
    boolean leaseFor(long nanos) {
        Engine engine = lock.type.engine;
        long ends = lock.notLaterThanLease(notLongerThanAllowed(engine.clock.now() + nanos));
        for (; ; ) {
            Object before = status;
            if (isSpent(before)) {
                return false;
            }
            Details known = before == null ? Details.NONE : (Details) before;
            if (STATUS.compareAndSet(this, before, known.leaseEnding(ends, null))) {
                if (known.timer() != null) {
                    known.timer().cancel();
                }
                startTimer(ends);
                return true;
            }
        }
    }

    private long notLongerThanAllowed(long ends) {
        long most = lock.type.maxHold();
        return most > 0 && ends - acquiredAt > most ? acquiredAt + most : ends;
    }

    /** Only once the lease stands in the status, or a timer that fires at once would find nothing to end. */
    private void startTimer(long ends) {
        Scheduled timer = lock.type.engine.clock.source().schedule(ends, this::leaseMayHaveEnded);
        for (; ; ) {
            Details known = details();
            if (known.leaseEnds() == null || known.leaseEnds() != ends) {
                EngineClock.cancel(timer);
                return;
            }
            if (STATUS.compareAndSet(this, known, known.timedBy(timer))) {
                return;
            }
        }
    }

    private void leaseMayHaveEnded() {
        Details known = details();
        while (isOver(known) && !end(known, known.kept() ? Ended.LET_GO : Ended.EXPIRED)) {
            known = details();
        }
    }

    private boolean isOver(Details known) {
        return known.leaseEnds() != null && known.leaseEnds() - lock.type.engine.clock.now() <= 0;
    }

    private static boolean isLeased(Details known) {
        return known.leaseEnds() != null;
    }

    private boolean renew(Details known, long nanos) {
        if (isOver(known)) {
            return false;
        }
        coverFor(nanos);
        return leaseFor(nanos);
    }

    /** Lets the store know first. */
    private void coverFor(long nanos) {
        Keeper keeper = lock.keeper;
        if (keeper == null) {
            return;
        }
        Engine engine = lock.type.engine;
        try {
            keeper.cover(engine.clock.now() + nanos);
        } catch (StoreException failure) {
            throw new LockStoreException(
                    "the lease of '" + owner().name() + "' on '" + resource() + "' was not extended: "
                            + failure.getMessage(),
                    new LockAttempt(resource(), mode(), owner(), Duration.ofNanos(engine.clock.now() - acquiredAt)),
                    failure);
        }
    }

    void askForPreemption(Waiter waiter) {
        if (priority() < waiter.priority && status instanceof Details details) {
            details.onPreemption().forEach(lock.type.engine::callBack);
            if (!details.onPreemption().isEmpty()) {
                lock.type.engine.publish(new LockEvent.PreemptionRequested(
                        resource(), mode(), owner(), lock.type.engine.clock.instant(), waiter.owner.identity()));
            }
        }
    }

    boolean needsLease() {
        return options.lease(lock.type) > 0;
    }

    int priority() {
        return options.priority(lock.type);
    }

    // --- the handle ------------------------------------------------------------------------------------------------

    @Override
    public String resource() {
        return options.askedFor == null ? lock.name : options.askedFor;
    }

    /** What it is for: several keys, if they share a stripe and were asked for at once. */
    Stream<String> resources() {
        return Stream.concat(Stream.of(resource()), options.alsoFor.stream());
    }

    @Override
    public LockMode mode() {
        return options.mode;
    }

    @Override
    public LockOwner owner() {
        return owner.identity();
    }

    /** Until when it is kept, if its owner has closed it. */
    @Nullable Instant keptUntil(Details known) {
        return known.kept() && known.leaseEnds() != null ? lock.type.engine.clock.instantOf(known.leaseEnds()) : null;
    }

    @Override
    public long fencingToken() {
        if (shownToken() == 0) {
            throw new LockException(
                    "the backend '" + lock.type.backend + "' has no fencing tokens, so the hold on '" + resource()
                            + "' has none; use another backend where something is to be fenced",
                    new LockAttempt(resource(), mode(), owner(), Duration.ZERO),
                    null);
        }
        return token;
    }

    /** The token as it is told: zero where there are none that mean something. */
    long shownToken() {
        return lock.keeper == null || lock.keeper.fences() ? token : 0;
    }

    @Override
    public Instant acquiredAt() {
        return lock.type.engine.clock.instantOf(acquiredAt);
    }

    @Override
    public Optional<Instant> leaseExpiresAt() {
        Long ends = details().leaseEnds();
        return ends == null ? Optional.empty() : Optional.of(lock.type.engine.clock.instantOf(ends));
    }

    @Override
    public boolean isHeld() {
        Object s = status;
        return !isSpent(s) && !(s instanceof Details details && isOver(details)) && lock.vouches();
    }

    @Override
    public void ensureHeld() {
        if (!isHeld()) {
            throw lost();
        }
    }

    @Override
    public void extend(Duration lease) {
        long nanos = Checks.nanos(Checks.positive(lease, "lease"));
        Object known = status;
        if (known instanceof Ended
                || !lock.vouches()
                || (known instanceof Details details && isLeased(details) && !renew(details, nanos))) {
            throw lost();
        }
    }

    LockLostException lost() {
        Duration since = Duration.ofNanos(lock.type.engine.clock.now() - acquiredAt);
        String cause = status == null && !lock.vouches() ? lock.whyNotVouched() : whyLost(status);
        return new LockLostException(
                mode() + " hold on '" + resource() + "' by '" + owner().name() + "', acquired " + Texts.of(since)
                        + " ago with token " + token + ", is no longer held: " + cause,
                new LockAttempt(resource(), mode(), owner(), since),
                null);
    }

    private static String whyLost(@Nullable Object status) {
        Ended open = isSpent(status) ? Ended.RELEASED : Ended.EXPIRED;
        return (status instanceof Ended how ? how : open).describe();
    }

    @Override
    public LockHandle downgrade() {
        if (!isWrite()) {
            ensureHeld();
            return this;
        }
        if (!isHeld()) {
            throw lost();
        }
        Engine engine = lock.type.engine;
        owner.enter();
        Hold shared = lock.pushDowngraded(this, engine.clock.now());
        if (shared == null) {
            owner.leave();
            throw lost();
        }
        owner.took(shared, owner.taken());
        boolean gaveWay = false;
        try {
            gaveWay = giveWayTo(shared);
        } finally {
            if (!gaveWay) {
                shared.end(null, Ended.RELEASED);
            }
        }
        if (!gaveWay) {
            throw lost();
        }
        engine.publish(new LockEvent.Downgraded(
                resource(), shared.mode(), owner(), engine.clock.instant(), shared.shownToken()));
        return shared;
    }

    /** Ends this hold and passes on just those particulars that it ended with, its lease among them. */
    private boolean giveWayTo(Hold shared) {
        Object last = status;
        while (!isSpent(last)) {
            Details particulars = last == null ? null : ((Details) last).withoutLease();
            Long leaseEnds = last == null ? null : ((Details) last).leaseEnds();
            if (!shared.takeOver(particulars)) {
                return false;
            }
            if (leaseEnds != null) {
                shared.leaseFor(leaseEnds - lock.type.engine.clock.now());
            }
            if (STATUS.compareAndSet(this, last, Ended.DOWNGRADED)) {
                afterEnd((Details) last, Ended.DOWNGRADED);
                return true;
            }
            last = status;
        }
        return false;
    }

    private boolean takeOver(@Nullable Details particulars) {
        Object present = status;
        return !(present instanceof Ended) && STATUS.compareAndSet(this, present, particulars);
    }

    @Override
    public void onLost(Runnable action) {
        Objects.requireNonNull(action, "the action is null");
        for (; ; ) {
            Object before = status;
            if (isSpent(before)) {
                if (before instanceof Ended how && how.lost()) {
                    lock.type.engine.callBack(action);
                }
                return;
            }
            Details known = before == null ? Details.NONE : (Details) before;
            if (STATUS.compareAndSet(this, before, known.alsoOnLost(action))) {
                return;
            }
        }
    }

    @Override
    public void onPreemptionRequested(Runnable action) {
        Objects.requireNonNull(action, "the action is null");
        for (; ; ) {
            Object before = status;
            if (isSpent(before)) {
                return;
            }
            Details known = before == null ? Details.NONE : (Details) before;
            if (STATUS.compareAndSet(this, before, known.alsoOnPreemption(action))) {
                break;
            }
        }
        if (lock.hasWaiterAbove(priority())) {
            lock.type.engine.callBack(action);
        }
    }

    @Override
    public String toString() {
        String open = isOwned() ? "held" : "closed, and kept for a while";
        String state = status instanceof Ended how ? "ended: " + how.describe() : open;
        return mode() + " hold on '" + resource() + "' by '" + owner().name() + "', token " + token + ", " + state;
    }
}
