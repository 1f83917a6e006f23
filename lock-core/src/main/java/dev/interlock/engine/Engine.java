package dev.interlock.engine;

import dev.interlock.LockHandle;
import dev.interlock.LockRequest;
import dev.interlock.MultiLock;
import dev.interlock.OrderingPolicy;
import dev.interlock.ResourceNames;
import dev.interlock.event.LockEvent;
import dev.interlock.event.LockListener;
import dev.interlock.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a manager, and what they share. */
final class Engine {

    private static final Logger log = LoggerFactory.getLogger(Engine.class);
    private static final int STACK_DEPTH = 32;
    private static final String PACKAGE = Engine.class.getPackageName() + ".";
    /** Enough that a few callbacks may block, and few enough that ten thousand timeouts at once start no ten thousand threads. */
    private static final int CALLBACK_THREADS = 16;

    final Settings settings;
    final EngineClock clock;
    final Owners owners = new Owners();
    final LockTable table;
    /** Of the locks that reach other processes; the same table if all do, or if there are none. */
    private final LockTable distributed;

    final DeadlockWatch deadlocks;
    final Canonical canonical;
    final OrderWatch orders;
    final LongWatch longs;
    final AdaptiveTimeouts adaptive;
    final Describe describe = new Describe(this);
    final DependencyGraph dependencies;
    final DependencyCheck dependencyCheck;
    final EventBus events;
    final OperationBook operations;
    private final @Nullable Stamps stamps;
    private final @Nullable Stamps distributedStamps;
    private final Executor callbacks;
    private final boolean stripes;
    private final int maxLocksPerOwner;
    private final boolean capturesStacks;
    private volatile boolean listening;
    private final boolean recording;
    private final boolean learning;
    private volatile boolean closed;
    private final ReentrantLock closing = new ReentrantLock();
    private boolean drained;
    private volatile @Nullable Thread closer;

    Engine(Settings settings) {
        this.settings = settings;
        TimeSource time = settings.time();
        this.clock = new EngineClock(time == null ? new SystemTime() : time);
        Executor given = settings.callbacks();
        this.callbacks = given == null ? newExecutor() : given;
        this.events = new EventBus(
                settings.listeners(), settings.listenerBacklog(), settings.historySize(), this::couldCallBack);
        this.stripes = settings.types().values().stream().anyMatch(type -> type.stripes > 0);
        this.maxLocksPerOwner = settings.maxLocksPerOwner();
        this.capturesStacks = settings.captureStackTraces();
        this.listening = events.isListening();
        this.recording = events.isRecording();
        this.learning = settings.orderingPolicy() != OrderingPolicy.OFF;
        this.canonical = new Canonical(settings.hierarchy());
        LeaseSettings leases = settings.leases();
        this.table = new LockTable(this, null, leases.store());
        this.distributed = leases.distributedStore() == null || leases.distributedStore() == leases.store()
                ? table
                : new LockTable(this, table, leases.distributedStore());
        this.orders = new OrderWatch(this);
        this.longs = new LongWatch(this);
        this.adaptive = new AdaptiveTimeouts(this);
        this.deadlocks = new DeadlockWatch(this);
        this.dependencies = new DependencyGraph(settings.maxDependencies(), settings.maxResourceLength());
        this.dependencyCheck = new DependencyCheck(this, dependencies);
        this.operations = new OperationBook(settings.optimistic());
        this.stamps = stampsOf(table);
        this.distributedStamps = distributed == table ? stamps : stampsOf(distributed);
    }

    private @Nullable Stamps stampsOf(LockTable where) {
        return where.leases == null || Stamps.areKeptBy(where.leases.store) ? new Stamps(this, where.leases) : null;
    }

    private static Executor newExecutor() {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                CALLBACK_THREADS,
                CALLBACK_THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                DaemonThreads.named("interlock-callback"));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    // --- tables ----------------------------------------------------------------------------------------------------

    LockTable table(Options options) {
        return options.distributed ? distributed : table;
    }

    /** The stamps of resources whose locks would be of this kind; nothing if their store keeps none. */
    @Nullable Stamps stamps(Options options) {
        return options.distributed ? distributedStamps : stamps;
    }

    private Stream<Stamps> stamps() {
        return Stream.concat(Stream.ofNullable(stamps), Stream.ofNullable(distributedStamps))
                .distinct();
    }

    /** Whether a stamp in this store is being changed by this node. */
    boolean isChanging(Leases where) {
        return stamps().anyMatch(each -> each.areIn(where) && each.isChanging());
    }

    /** Whether such locks live elsewhere than others. */
    boolean isApart(Options options) {
        return options.distributed && distributed != table;
    }

    List<LockTable> tables() {
        return distributed == table ? List.of(table) : List.of(table, distributed);
    }

    List<LockType> types() {
        return tables().stream().flatMap(each -> each.types().stream()).toList();
    }

    /** All locks, wherever they live. */
    Stream<LocalLock> locks() {
        return tables().stream().flatMap(each -> each.locks().stream());
    }

    /** The locks of this name, or those of its stripe. */
    List<LocalLock> locks(String resource) {
        return tables().stream()
                .map(each -> {
                    LocalLock exact = each.find(resource);
                    return exact != null ? exact : each.find(lockName(resource));
                })
                .filter(lock -> lock != null && !lock.isRetired())
                .toList();
    }

    /** How much was cleared away in stores. */
    long cleaned() {
        return leases().mapToLong(Leases::cleaned).sum();
    }

    private Stream<Leases> leases() {
        return tables().stream().map(each -> each.leases).filter(Objects::nonNull);
    }

    // --- acquiring -------------------------------------------------------------------------------------------------

    /** The fast way: a look at the table, a look at the lock, a compare-and-set. Nothing if that was not enough. */
    private @Nullable Hold atOnce(String resource, Owner owner, Options options, boolean minded) {
        LocalLock lock = table(options).find(resource);
        int taken = owner.taken();
        if (lock == null || lock.keeper != null || closed || taken > maxLocksPerOwner || !options.plain) {
            return null;
        }
        if (taken > 1 && minded) {
            orders.asks(owner, lock, options);
        }
        Details details = capturesStacks || owner.anyThread() ? detailsFor(owner, options) : null;
        long pulse = clock.pulse();
        boolean all = pulse == 0;
        Hold hold = lock.tryAcquire(owner, options, details, all ? clock.nowAndCount() : pulse, all);
        if (hold == null) {
            return null;
        }
        if (hold.isTimed() || listening || hold.needsLease() || owner.isWaiting()) {
            return granted(hold, Duration.ZERO);
        }
        if (learning) {
            owner.took(hold, taken);
        }
        return hold;
    }

    /** What comes with a grant. If that fails the hold is given back, because nobody would have a handle to it. */
    Hold granted(Hold hold, Duration waited) {
        if (learning) {
            hold.owner.took(hold, hold.owner.taken());
        }
        try {
            if (hold.needsLease()) {
                hold.leaseFor(hold.options.lease(hold.lock.type));
            }
            noteGrant(hold, waited);
            if (hold.owner.isWaiting()) {
                hold.lock.settleOthersOf(hold.owner);
                deadlocks.waitingOwnerGotMore(hold.owner);
            }
            return hold;
        } catch (Throwable failure) {
            giveBack(hold);
            throw failure;
        }
    }

    /** Ends a hold that nobody will have; what its owner has taken is still counted, for the request under way. */
    static void giveBack(Hold hold) {
        hold.owner.enter();
        hold.giveBack();
    }

    Hold acquire(String resource, Options options, boolean interruptibly) {
        return acquire(resource, options, interruptibly, learning);
    }

    /** The same for somebody who had the lock and must have it back, whatever the order. */
    Hold acquireAgain(String resource, Options options) {
        return acquire(resource, options, false, false);
    }

    private Hold acquire(String resource, Options options, boolean interruptibly, boolean minded) {
        Owner owner = owners.enter(options.owner);
        Hold hold = null;
        try {
            hold = atOnce(resource, owner, options, minded);
            if (hold == null) {
                Attempt attempt = new Attempt(this, resource, owner, options);
                if (minded) {
                    attempt.mindOrder();
                }
                hold = attempt.checked(attempt.acquire(interruptibly));
            }
            return hold;
        } finally {
            if (hold == null) {
                owner.leave();
            }
        }
    }

    @Nullable Hold tryAcquire(String resource, Options options) {
        Owner owner = owners.enter(options.owner);
        Hold hold = null;
        try {
            hold = atOnce(resource, owner, options, false);
            if (hold == null) {
                Attempt attempt = new Attempt(this, resource, owner, options);
                Hold had = attempt.withoutWaiting();
                hold = had == null ? null : attempt.checked(had);
            }
            return hold;
        } finally {
            if (hold == null) {
                owner.leave();
            }
        }
    }

    CompletableFuture<LockHandle> acquireAsync(String resource, Options asked) {
        Options options = asked.owner == null ? asked.withOwner(owners.anonymous()) : asked;
        Owner owner = null;
        try {
            owner = owners.enter(options.owner);
            Attempt attempt = new Attempt(this, resource, owner, options);
            return new AsyncAcquisition(this, attempt).begin();
        } catch (Throwable failure) {
            if (owner != null) {
                owner.leave();
            }
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** The name of the lock that stands for this resource: its own, or that of its stripe. */
    String lockName(String resource) {
        if (!stripes) {
            return resource;
        }
        int count = table.stripesOf(resource);
        // a name that is too long is refused as it is, and so it needs no stripe
        if (count == 0 || resource.length() > settings.maxResourceLength()) {
            return resource;
        }
        int hash = resource.hashCode();
        return ResourceNames.typeOf(resource) + ":#" + Math.floorMod(hash ^ (hash >>> 16), count);
    }

    // --- what comes with a hold ------------------------------------------------------------------------------------

    boolean learnsOrder() {
        return learning;
    }

    boolean timesAll() {
        return clock.pulse() == 0;
    }

    /** A hold that may have to be kept has particulars in any case, so that a plain close does not end it. */
    @Nullable Details detailsFor(Owner owner, Options options) {
        boolean capture = capturesStacks;
        if (!capture && !owner.anyThread()) {
            return options.least > 0 ? Details.NONE : null;
        }
        Thread thread = Thread.currentThread();
        String name = owner.anyThread() ? ThreadOwner.nameOf(thread) : null;
        return new Details(name, capture ? callersOf(thread) : List.of(), null, null, false, List.of(), List.of());
    }

    /** Where the calling thread came from before it came to the locks. */
    static List<StackTraceElement> callersOf(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        int from = 1;
        while (from < stack.length && isOwn(stack[from].getClassName())) {
            from++;
        }
        return List.of(stack).subList(from, Math.min(stack.length, from + STACK_DEPTH));
    }

    private static boolean isOwn(String className) {
        return className.startsWith(PACKAGE)
                || className.equals(LockRequest.class.getName())
                || className.equals(MultiLock.class.getName());
    }

    private void noteGrant(Hold hold, Duration waited) {
        if (listening || (hold.isTimed() && recording)) {
            events.publish(new LockEvent.Acquired(
                    hold.resource(), hold.mode(), hold.owner(), clock.instant(), hold.shownToken(), waited));
        }
    }

    // --- waiting ---------------------------------------------------------------------------------------------------

    void waitBegan(Waiter waiter) {
        int waits = waiter.owner.beginWait(waiter);
        deadlocks.countWaits(waits - 1, waits);
    }

    void waitEnded(Waiter waiter) {
        int waits = waiter.owner.endWait(waiter);
        deadlocks.countWaits(waits + 1, waits);
    }

    // --- telling ---------------------------------------------------------------------------------------------------

    void listen(LockListener listener) {
        events.add(listener);
        if (events.isListening()) {
            listening = true;
        }
    }

    /** Whether every acquisition and release is told. */
    boolean listening() {
        return listening;
    }

    /** Whether acquisitions and releases that are timed are told. */
    boolean recordsRoutine() {
        return listening || recording;
    }

    /** Whether anything else is told. */
    boolean records() {
        return recording || events.isHeard();
    }

    void publish(LockEvent event) {
        events.publish(event);
    }

    /** Runs somebody else's code: not in this thread, and without letting it do harm. */
    void callBack(Runnable action) {
        if (!couldCallBack(action)) {
            log.warn("the callback executor refused {}, which is not run", action);
        }
    }

    /** The same; answers whether the executor took it. */
    boolean couldCallBack(Runnable action) {
        try {
            callbacks.execute(() -> runGuarded(action));
            return true;
        } catch (Throwable refused) {
            // an Error too: a thread that cannot be made is one
            return false;
        }
    }

    /** The same for what must happen, or a hold would stay with nobody: if need be in a thread of its own. */
    void complete(Runnable completion) {
        if (!couldCallBack(completion)) {
            try {
                DaemonThreads.named("interlock-completion")
                        .newThread(() -> runGuarded(completion))
                        .start();
            } catch (Throwable noThread) {
                runGuarded(completion);
            }
        }
    }

    private static void runGuarded(Runnable action) {
        try {
            action.run();
        } catch (Throwable failure) {
            log.warn("a callback failed: {}", action, failure);
        }
    }

    // --- the end ---------------------------------------------------------------------------------------------------

    boolean isClosed() {
        return closed;
    }

    /** Turns away who comes and who waits, and waits for those who hold as long as the drain time allows, once. */
    void close() {
        closing.lock();
        try {
            closed = true;
            longs.stop();
            adaptive.stop();
            turnWaitersAway();
            operations.wakeAll();
            stamps().forEach(Stamps::wakeAll);
            if (!drained) {
                drain();
                drained = true;
            }
            leases().forEach(Leases::close);
        } finally {
            closing.unlock();
        }
    }

    private void turnWaitersAway() {
        locks().filter(lock -> lock.queueLength() > 0)
                .forEach(lock -> lock.queue().close());
    }

    private void drain() {
        closer = Thread.currentThread();
        long deadline = clock.now() + settings.drain();
        while (clock.now() - deadline < 0
                && (anyOwned() || stamps().anyMatch(Stamps::isChanging))
                && !Thread.currentThread().isInterrupted()) {
            clock.source().parkUntil(this, deadline);
        }
        closer = null;
    }

    private boolean anyOwned() {
        return locks().flatMap(lock -> lock.holds().stream()).anyMatch(Hold::isOwned);
    }

    void holdEndedAfterClose() {
        LockSupport.unpark(closer);
        leases().forEach(Leases::holdEnded);
    }
}
