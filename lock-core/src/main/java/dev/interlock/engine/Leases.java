package dev.interlock.engine;

import dev.interlock.engine.LeaseSteps.Node;
import dev.interlock.engine.NodePublisher.Publication;
import dev.interlock.spi.ChangeFeed;
import dev.interlock.spi.Heartbeat;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockRecord.Lease;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.StoreException;
import dev.interlock.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node has to do with one store: its session with the heartbeat, the leases under it, and the claims.
 *
 * <p>One heartbeat keeps all leases alive, however many. The node takes its session for ended a little before the store does: a
 * lifetime after the last heartbeat that was answered was <em>sent</em>, less a margin for clocks that go differently. Then every
 * holder is told, and whatever the node begins afterwards is in a new session.
 */
final class Leases {

    private static final Logger log = LoggerFactory.getLogger(Leases.class);

    private static final int THREADS = 8;
    private static final long LEAST_PATIENCE = 250_000_000L;
    /** Not oftener than this is it said that a store does not answer. */
    private static final long SAID_EVERY = 10_000_000_000L;

    private static final String EVICTED = "evicted";
    private static final String LOST = "lost";

    final Engine engine;
    final LockStore store;
    final LeaseSettings settings;
    final LockTable table;
    private final TimeSource time;
    private final StoreClock storeClock = new StoreClock();
    private final LeaseWatch watch = new LeaseWatch(this);
    private final NodePublisher publisher = new NodePublisher(this);
    private final ReentrantLock saying = new ReentrantLock();
    private final ClusterDeadlocks deadlocks;
    private final ThreadPoolExecutor aside;
    private final ReentrantLock beginning = new ReentrantLock();
    private final AtomicLong cleaned = new AtomicLong();
    /** Why others took leases away, by resource, until that is found out. */
    private final Map<String, Ended> notices = new ConcurrentHashMap<>();

    private volatile @Nullable NodeSession session;
    /** How often a session was begun, or tried to: whoever waited for an attempt shares in its failure. */
    private volatile int beginnings;

    private volatile @Nullable StoreException beginFailure;
    private volatile @Nullable AutoCloseable subscription;
    private volatile boolean faulty;
    private volatile boolean everFaulty;
    private volatile long saidAt;
    private volatile boolean closing;
    private volatile boolean closed;
    private long cleanedAt;

    Leases(Engine engine, LockStore store, LockTable table) {
        this.engine = engine;
        this.store = store;
        this.table = table;
        this.settings = engine.settings.leases();
        this.time = settings.time();
        this.cleanedAt = time.nanoTime();
        this.aside = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                5,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                DaemonThreads.named("interlock-lease"));
        aside.allowCoreThreadTimeOut(true);
        this.deadlocks = new ClusterDeadlocks(this);
    }

    // --- time ------------------------------------------------------------------------------------------------------

    long now() {
        return time.nanoTime();
    }

    void pause(long nanos) {
        time.parkUntil(this, time.nanoTime() + nanos);
    }

    void parkUntil(Object blocker, long moment) {
        time.parkUntil(blocker, moment);
    }

    Duration patience() {
        return Duration.ofNanos(settings.patience());
    }

    /** A little in any case: a call that is cut off leaves more to be cleared away than one that comes late. */
    Duration patienceUntil(long deadline) {
        return Duration.ofNanos(Math.min(settings.patience(), Math.max(LEAST_PATIENCE, deadline - now())));
    }

    @Nullable Instant storeTime() {
        return storeClock.at(now());
    }

    @Nullable Instant storeTimeRoughly() {
        return storeClock.roughly(now());
    }

    /** The same, or this node's own time as long as the store has said nothing. */
    Instant storeTimeOrOwn() {
        Instant known = storeTimeRoughly();
        return known == null ? engine.clock.instant() : known;
    }

    boolean isOwn(Lease lease) {
        return isOwn(lease.session());
    }

    boolean isOwn(String id) {
        NodeSession own = sessionIfAny();
        return own != null && own.id.equals(id);
    }

    /** Said once until it answers again, and not too often in any case. */
    void faulty(StoreException failure) {
        long now = now();
        if (faulty || (everFaulty && now - saidAt < SAID_EVERY)) {
            log.debug("{} does not answer", store.describe(), failure);
        } else {
            everFaulty = true;
            saidAt = now;
            faulty = true;
            log.warn("{} does not answer: {}", store.describe(), failure.getMessage(), failure);
        }
    }

    void answered(@Nullable Instant said, long asked) {
        if (faulty) {
            faulty = false;
            log.info("{} answers again", store.describe());
        }
        if (said != null) {
            storeClock.said(said, asked);
        }
    }

    // --- doing things aside ----------------------------------------------------------------------------------------

    /** Runs what may take as long as the store, in a thread of its own. */
    void aside(Runnable work) {
        if (!couldGoAside(work)) {
            // it is looked after by the next who comes by
            log.debug("nobody looks after {}", store.describe());
        }
    }

    /** The same; answers whether there is a thread for it. */
    boolean couldGoAside(Runnable work) {
        try {
            aside.execute(() -> {
                try {
                    work.run();
                } catch (Throwable failure) {
                    log.warn("what concerns {} failed", store.describe(), failure);
                }
            });
            return true;
        } catch (Throwable refused) {
            log.debug("there is no thread for what concerns {}", store.describe(), refused);
            return false;
        }
    }

    void later(long nanos, Runnable work) {
        time.schedule(now() + nanos, () -> aside(work));
    }

    // --- claims ----------------------------------------------------------------------------------------------------

    void watch(Keeper keeper, boolean again) {
        watch.add(keeper, again);
    }

    void unwatch(Keeper keeper) {
        watch.remove(keeper);
    }

    boolean hasFeed() {
        return subscription != null;
    }

    private void hinted(RecordKey key) {
        LocalLock lock = table.find(key.resource());
        Keeper keeper = lock == null ? null : lock.keeper;
        if (keeper != null) {
            keeper.hinted();
        }
    }

    void lookSoon(Keeper keeper) {
        watch.hint(keeper);
    }

    @Nullable LockRecord read(RecordKey key) {
        List<LockRecord> found = store.read(List.of(key), patience());
        return found.isEmpty() ? null : found.get(0);
    }

    /**
     * Takes these leases of other sessions away. They are told before, for whoever sees first that its lease is gone asks why; and
     * afterwards those that came in between.
     */
    List<Lease> evict(LockRecord found, Predicate<Lease> which, String notice) {
        Set<String> told = new HashSet<>();
        tellOnce(found.leases().stream().filter(which).toList(), notice, told);
        RecordKey key = found.key();
        NodeSession own = sessionIfAny();
        Node node = new Node(own == null ? "" : own.id, engine.settings.node(), settings.handOffs(), 0);
        List<Lease> lost = store.update(key, null, LeaseSteps.evict(key, node, which), patience())
                .result();
        tellOnce(lost, notice, told);
        return lost;
    }

    private void tellOnce(List<Lease> losing, String notice, Set<String> told) {
        for (Lease each : losing) {
            if (told.add(each.session())) {
                store.tell(each.session(), notice, patience());
            }
        }
    }

    /** Whether tokens mean something beyond this node. */
    boolean fences() {
        return !(store instanceof ExclusiveAsLeases);
    }

    void forgetIfCrowded(LocalLock lock) {
        if (table.crowded()) {
            table.retire(lock);
        }
    }

    // --- the session -----------------------------------------------------------------------------------------------

    /** The session, begun if there is none. */
    NodeSession session(Duration patience) {
        NodeSession present = session;
        if (present != null && present.isValid(now())) {
            return present;
        }
        int before = beginnings;
        takeBeginning(patience);
        try {
            present = session;
            if (present != null && present.isValid(now())) {
                return present;
            }
            StoreException failed = beginFailure;
            if (before != beginnings && failed != null) {
                throw failed;
            }
            if (present != null) {
                lost(present);
            }
            return begin(patience);
        } finally {
            beginning.unlock();
        }
    }

    private void takeBeginning(Duration patience) {
        if (!lockBefore(now() + patience.toNanos(), beginning)) {
            throw StoreException.passing(store.describe() + " has not begun a session yet", beginFailure);
        }
    }

    /** Takes this lock if that is possible in time; an interrupt waits until then. */
    boolean lockBefore(long deadline, ReentrantLock lock) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return lock.tryLock() || lock.tryLock(deadline - now(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Nullable NodeSession sessionIfAny() {
        NodeSession present = session;
        return present == null || present.isOver() ? null : present;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
    private NodeSession begin(Duration patience) {
        if (closed) {
            throw StoreException.lasting(store.describe() + " is closed for this manager", null);
        }
        try {
            NodeSession begun = started(patience);
            beginFailure = null;
            return begun;
        } catch (StoreException failure) {
            beginFailure = failure;
            throw failure;
        } finally {
            beginnings++;
        }
    }

    private NodeSession started(Duration patience) {
        long asked = now();
        SessionStart start = store.beginSession(engine.settings.node(), settings.ttl(), patience);
        storeClock.said(start.now(), asked);
        NodeSession begun = new NodeSession(start.id(), asked + settings.timeToLive() - settings.margin());
        arm(begun);
        DaemonThreads.named("interlock-session")
                .newThread(() -> keepAlive(begun))
                .start();
        session = begun;
        subscribe(begun);
        log.info("node '{}' began {} in {}", engine.settings.node(), begun, store.describe());
        return begun;
    }

    private void subscribe(NodeSession begun) {
        if (store instanceof ChangeFeed feed) {
            closeQuietly(subscription);
            subscription = null;
            try {
                subscription = feed.subscribe(begun.id, this::hinted);
            } catch (RuntimeException failure) {
                log.warn("{} gives no hints; changes are looked for", store.describe(), failure);
            }
        }
    }

    private static void closeQuietly(@Nullable AutoCloseable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (Exception failure) {
            log.debug("closing failed", failure);
        }
    }

    private void keepAlive(NodeSession kept) {
        long next = now() + settings.heartbeat();
        int failures = 0;
        while (!kept.isOver() && !closed) {
            time.parkUntil(kept, next);
            if (kept.isOver() || closed || next - now() > 0) {
                continue;
            }
            try {
                beat(kept);
                failures = 0;
                next = now() + settings.heartbeat();
                cleanUpIfTime();
            } catch (RuntimeException failure) {
                if (failures++ == 0) {
                    log.warn("the heartbeat of {} in {} failed: {}", kept, store.describe(), failure.toString());
                }
                next = now() + Math.min(settings.heartbeat(), settings.restAfter(failures));
            }
            if (!kept.isValid(now())) {
                lost(kept);
            }
        }
    }

    /** Even if the store does not answer the heartbeat for ever. */
    private void arm(NodeSession kept) {
        time.schedule(kept.validUntil(), () -> {
            if (kept.isOver()) {
                return;
            }
            if (kept.isValid(now())) {
                arm(kept);
            } else {
                // not with those who wait for the store
                DaemonThreads.named("interlock-loss")
                        .newThread(() -> lost(kept))
                        .start();
            }
        });
    }

    /** Out of turn, because others are to hear soon of what is held and awaited here. */
    void beatNow() {
        NodeSession present = sessionIfAny();
        if (present != null && !closed) {
            try {
                beat(present);
            } catch (StoreException failure) {
                log.debug("{} did not hear a heartbeat out of turn", store.describe(), failure);
            }
        }
    }

    private void beat(NodeSession kept) {
        long asked = now();
        Heartbeat answer = say(kept, patienceWithin(kept.validUntil() - asked));
        if (!answer.alive()) {
            lost(kept);
            return;
        }
        kept.validUntil(asked + settings.timeToLive() - settings.margin());
        answered(null, asked);
        answer.notices().forEach(notice -> aside(() -> heed(notice)));
    }

    /** One after the other, so that no report is put in the place of a later one. */
    private Heartbeat say(NodeSession session, Duration patience) {
        if (!lockBefore(now() + patience.toNanos(), saying)) {
            throw StoreException.passing(store.describe() + " has not answered the heartbeat before this one", null);
        }
        try {
            Publication said = publisher.next(session.id);
            Heartbeat answer = store.beat(session.id, settings.ttl(), said == null ? "" : said.text(), patience);
            if (said != null && answer.alive()) {
                publisher.heard(said.report());
                deadlocks.reported(said.report());
            }
            return answer;
        } finally {
            saying.unlock();
        }
    }

    /** What the nodes of all sessions say of themselves. */
    List<NodeReport> reports() {
        List<SessionInfo> sessions = store.sessions(patience());
        Instant now = storeTimeOrOwn();
        return sessions.stream().map(each -> NodeReportText.read(each, now)).toList();
    }

    private Duration patienceWithin(long nanos) {
        return Duration.ofNanos(Math.max(1, Math.min(settings.patience(), nanos)));
    }

    /** The session is over: every holder is told. */
    void lost(NodeSession ended) {
        if (ended.isOver()) {
            return;
        }
        ended.end();
        if (closed) {
            return;
        }
        log.warn(
                "node '{}' lost {} in {}: what it held under it is lost",
                engine.settings.node(),
                ended,
                store.describe());
        for (LocalLock lock : table.locks()) {
            Keeper keeper = lock.keeper;
            if (keeper != null) {
                keeper.sessionEnded(ended);
            }
        }
        // now that everybody knows, nobody elsewhere need wait for the rest of its time
        aside(() -> endInStore(ended));
    }

    // --- being told ------------------------------------------------------------------------------------------------

    /** What a session is told whose lease was taken away. */
    static String evicted(String resource, String who, String why) {
        return Words.join(EVICTED, resource, who, why);
    }

    /** What a session is told that has lost a single lease. */
    static String lostNotice(String resource) {
        return Words.join(LOST, resource);
    }

    private void heed(String notice) {
        heed(notice, now() + settings.patience());
    }

    /** Until the lock knows, for word is left only once; and it may come a little before what it speaks of. */
    private void heed(String notice, long foreseen) {
        List<String> words = Words.split(notice);
        Ended how = meaningOf(words);
        if (how != null) {
            String resource = words.get(1);
            notices.put(resource, how);
            LocalLock lock = table.find(resource);
            if (lock == null || lock.keeper == null || closed) {
                notices.remove(resource, how);
            } else if (!lock.keeper.verify() || (lock.keeper.hasLease() && now() - foreseen < 0)) {
                later(settings.restAfter(1), () -> heed(notice, foreseen));
            } else {
                notices.remove(resource, how);
            }
        }
    }

    private static @Nullable Ended meaningOf(List<String> words) {
        if (words.size() == 4 && words.get(0).equals(EVICTED)) {
            return Ended.forced(words.get(2), words.get(3));
        }
        return words.size() == 2 && words.get(0).equals(LOST) ? Ended.LOST : null;
    }

    /** Why the lease on this resource is gone. */
    Ended whyTaken(String resource) {
        Ended known = notices.get(resource);
        if (known == null) {
            NodeSession present = sessionIfAny();
            known = present == null ? null : askWhy(present, resource);
        }
        return known == null ? Ended.forced("another node", "the store has no lease of this node any more") : known;
    }

    private @Nullable Ended askWhy(NodeSession present, String resource) {
        try {
            Heartbeat answer = say(present, Duration.ofNanos(LEAST_PATIENCE));
            for (String notice : answer.notices()) {
                List<String> words = Words.split(notice);
                Ended how = meaningOf(words);
                if (how != null && words.get(1).equals(resource)) {
                    return how;
                }
                aside(() -> heed(notice));
            }
        } catch (StoreException failure) {
            log.debug("{} does not say why '{}' was taken away", store.describe(), resource, failure);
        }
        return null;
    }

    // --- clearing away ---------------------------------------------------------------------------------------------

    private void cleanUpIfTime() {
        long now = now();
        if (now - cleanedAt >= settings.cleanupInterval()) {
            cleanedAt = now;
            aside(new LeaseCleanup(this)::run);
        }
    }

    void cleaned(long number) {
        cleaned.addAndGet(number);
    }

    /** How many leases and records of others' were cleared away from here. */
    long cleaned() {
        return cleaned.get();
    }

    // --- the end ---------------------------------------------------------------------------------------------------

    /** The manager is closed: what nobody holds is given back, and the session ends with the last hold. */
    void close() {
        closing = true;
        endIfIdle();
    }

    /** A hold has ended after the manager was closed. */
    void holdEnded() {
        if (closing) {
            aside(this::endIfIdle);
        }
    }

    private void endIfIdle() {
        if (table.locks().stream().noneMatch(LocalLock::hasHolders) && !engine.isChanging(this)) {
            giveBackWhileItAnswers();
            end();
        }
    }

    /** The end of the session frees everything, but those who wait elsewhere hear of it sooner so. */
    private void giveBackWhileItAnswers() {
        for (LocalLock lock : table.locks()) {
            Keeper keeper = lock.keeper;
            if (keeper != null && !faulty && (keeper.hasLease() || keeper.hasClaim())) {
                keeper.stirAtLast();
            }
        }
    }

    private void end() {
        beginning.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            endSession();
        } finally {
            beginning.unlock();
        }
        closeQuietly(subscription);
        closeQuietly(store);
    }

    private void endSession() {
        NodeSession last = session;
        if (last == null || last.isOver()) {
            return;
        }
        last.end();
        endInStore(last);
    }

    private void endInStore(NodeSession ended) {
        try {
            store.endSession(ended.id, patience());
        } catch (RuntimeException failure) {
            log.warn("{} could not be ended in {}; it ends by itself", ended, store.describe(), failure);
        }
    }
}
