package dev.interlock.testkit;

import dev.interlock.spi.Heartbeat;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.RecordText;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.StampRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A place where several managers of one JVM meet, as the nodes of a cluster meet in a database: for tests of what happens
 * between two nodes, without a database.
 *
 * <pre>{@code
 * SharedMemoryStore space = new SharedMemoryStore();
 * LockManager here = InterlockManager.builder().store(space.connect()).build();
 * LockManager there = InterlockManager.builder().store(space.connect()).build();
 * }</pre>
 *
 * <p>Its clock, by which sessions and leases end, is moved by hand where a test wants it. What goes wrong between a node and its
 * store is made by {@link StoreFaults}.
 *
 * <p>This is what other stores are held against, so it is as simple as can be: everything happens under one lock.
 */
public final class SharedMemoryStore {

    private final InstantSource source;
    private final Map<String, Entry> entries = new TreeMap<>();
    private final Map<String, Session> sessions = new TreeMap<>();
    private final Map<String, StampRecord> stamps = new TreeMap<>();
    private final Hints hints = new Hints();
    private Duration offset = Duration.ZERO;
    private @Nullable Instant frozen;
    private long begun;

    private record Entry(LockRecord record, Instant changed) {}

    private record Session(SessionInfo info, Instant until, List<String> notices) {}

    /** An empty place, whose clock goes like that of the system. */
    public SharedMemoryStore() {
        this(InstantSource.system());
    }

    /** An empty place with a clock that follows this one, for instance {@code time::instant} of a {@link ManualTime}. */
    public SharedMemoryStore(InstantSource source) {
        this.source = Objects.requireNonNull(source, "the clock is null");
    }

    /** A store for one manager. Closing it closes nothing but itself: a session that was not ended lives until it expires. */
    public LockStore connect() {
        return new MemoryConnection(this, hints);
    }

    // --- for tests -------------------------------------------------------------------------------------------------

    /** The time here, which decides when sessions and leases end. */
    public synchronized Instant now() {
        return frozen == null ? source.instant().plus(offset).truncatedTo(ChronoUnit.MICROS) : frozen;
    }

    /** Sets the clock forward, or back if the duration is negative. */
    public synchronized void moveClock(Duration by) {
        offset = offset.plus(by);
        frozen = frozen == null ? null : frozen.plus(by);
    }

    /** Stops the clock: from now on it only moves by {@link #moveClock}. */
    public synchronized void freezeClock() {
        frozen = now();
    }

    /** Lets the clock go on from where it stands. */
    public synchronized void runClock() {
        Instant from = now();
        frozen = null;
        offset = Duration.between(source.instant(), from);
    }

    /** Ends a session at once, as if it had not beaten in time. */
    public synchronized void expire(String session) {
        sessions.remove(session);
    }

    /** What is kept for a resource. */
    public synchronized Optional<LockRecord> record(String resource) {
        return Optional.ofNullable(find(new RecordKey(resource)));
    }

    /** All records, whether anybody holds or not, by the names of their resources. */
    public synchronized List<LockRecord> records() {
        return entries.values().stream().map(Entry::record).toList();
    }

    /** The version stamp that is kept for a resource. */
    public synchronized Optional<StampRecord> stamp(String resource) {
        return Optional.ofNullable(findStamp(resource));
    }

    /** The sessions that live. */
    public synchronized List<SessionInfo> sessions() {
        forgetExpired();
        return sessions.values().stream().map(Session::info).toList();
    }

    /** Forgets all records, sessions and stamps, as tables do that were emptied. */
    public synchronized void clear() {
        entries.clear();
        sessions.clear();
        stamps.clear();
    }

    // --- records ---------------------------------------------------------------------------------------------------

    synchronized @Nullable LockRecord find(RecordKey key) {
        Entry entry = entries.get(key.resource());
        return entry == null ? null : entry.record();
    }

    /** Makes the record the next one if it is still what the caller took it for; answers nothing if it is not. */
    synchronized @Nullable LockRecord replace(RecordKey key, @Nullable LockRecord expected, LockRecord next) {
        LockRecord current = find(key);
        boolean asExpected = current == null ? expected == null : isVersion(current, expected);
        if (!asExpected) {
            return null;
        }
        LockRecord stored = next.withVersion(current == null ? firstVersion() : current.version() + 1);
        entries.put(key.resource(), new Entry(stored, now()));
        return stored;
    }

    private static boolean isVersion(LockRecord current, @Nullable LockRecord expected) {
        return expected != null && expected.version() == current.version();
    }

    private static long firstVersion() {
        return ThreadLocalRandom.current().nextLong() >>> 1;
    }

    synchronized List<LockRecord> read(Collection<RecordKey> keys) {
        List<LockRecord> found = new ArrayList<>();
        for (RecordKey each : keys) {
            LockRecord record = find(each);
            if (record != null) {
                found.add(record);
            }
        }
        return found;
    }

    synchronized List<LockRecord> busy(int limit) {
        return records().stream()
                .filter(record -> !record.isIdle())
                .limit(limit)
                .toList();
    }

    synchronized int sweep(Duration idleFor) {
        forgetExpired();
        int before = entries.size();
        Instant now = now();
        entries.values()
                .removeIf(entry -> isOver(entry.record(), now)
                        && !entry.changed().plus(idleFor).isAfter(now));
        return before - entries.size();
    }

    /** Memory is fast enough for tokens to get ahead of the clock: then the record stays, or they would begin lower again. */
    private static boolean isOver(LockRecord record, Instant now) {
        return record.isIdle() && record.token() < RecordText.micros(now);
    }

    // --- stamps ----------------------------------------------------------------------------------------------------

    synchronized @Nullable StampRecord findStamp(String resource) {
        return stamps.get(resource);
    }

    synchronized boolean replaceStamp(String resource, @Nullable StampRecord expected, StampRecord next) {
        boolean asExpected = Objects.equals(stamps.get(resource), expected);
        if (asExpected) {
            stamps.put(resource, next);
        }
        return asExpected;
    }

    // --- sessions --------------------------------------------------------------------------------------------------

    synchronized SessionStart begin(String node, Duration timeToLive) {
        Instant now = now();
        SessionInfo info = new SessionInfo("session-" + ++begun, node, now, "");
        sessions.put(info.id(), new Session(info, now.plus(timeToLive), new ArrayList<>()));
        return new SessionStart(info.id(), now);
    }

    synchronized boolean isAlive(String id) {
        forgetExpired();
        return sessions.containsKey(id);
    }

    /** That a session does not live is final, even if the clock is set back afterwards. */
    private void forgetExpired() {
        Instant now = now();
        sessions.values().removeIf(session -> !session.until().isAfter(now));
    }

    synchronized Heartbeat beat(String id, Duration timeToLive, String published) {
        Session session = isAlive(id) ? sessions.get(id) : null;
        if (session == null) {
            return new Heartbeat(false, List.of());
        }
        SessionInfo info = session.info();
        info = new SessionInfo(id, info.node(), info.since(), published);
        sessions.put(id, new Session(info, now().plus(timeToLive), new ArrayList<>()));
        return new Heartbeat(true, session.notices());
    }

    synchronized boolean tell(String id, String notice) {
        Session session = isAlive(id) ? sessions.get(id) : null;
        return session != null && session.notices().add(notice);
    }

    synchronized void end(String id) {
        sessions.remove(id);
    }
}
