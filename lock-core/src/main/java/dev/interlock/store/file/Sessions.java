package dev.interlock.store.file;

import dev.interlock.spi.Heartbeat;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of a directory. A session has begun when its file is there, and has ended when that is gone. It is removed by its
 * own process, or by whoever finds that this process has died: then the kernel has dropped its lock, and the process is not to be
 * seen. Both must be so. Whoever looks holds the lock meanwhile, so a heartbeat that comes just then waits for what was found.
 *
 * <p>To others, time alone ends no session: a process that is stopped keeps its lock. It is its own process that ends a session
 * which does not beat in time, because then its node has given it up.
 */
final class Sessions implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(Sessions.class);

    private static final Pattern ID = Pattern.compile("pid\\d{1,19}-([0-9a-z]{1,12})");
    private static final int RANDOM_BITS = 60;

    /** Where the bytes of sessions begin, two for each. */
    private static final long FIRST_PLACE = 1L << 32;

    private final Ground ground;
    private final Premises premises;
    private final Notices notices;
    private final int port;
    private final Map<String, LocalSession> local = new ConcurrentHashMap<>();
    private final ReentrantLock judging = new ReentrantLock();
    private volatile Instant touched = Instant.now();

    Sessions(Ground ground, int port) {
        this.ground = ground;
        this.premises = ground.premises;
        this.notices = new Notices(premises);
        this.port = port;
    }

    private Path file(String id) {
        return premises.sessions.resolve(id);
    }

    private Path published(String id) {
        return premises.sessions.resolve(id + ".published");
    }

    /** The first of the two bytes of a session; negative if there can be no such session. */
    static long place(String id) {
        Matcher matcher = ID.matcher(id);
        return matcher.matches() ? FIRST_PLACE + 2 * Long.parseLong(matcher.group(1), Character.MAX_RADIX) : -1;
    }

    // --- those of this process -------------------------------------------------------------------------------------

    SessionStart begin(String node, Duration timeToLive) throws IOException {
        long random = ThreadLocalRandom.current().nextLong() >>> (Long.SIZE - RANDOM_BITS);
        String id = "pid" + ProcessMark.own().pid() + "-" + Long.toString(random, Character.MAX_RADIX);
        FileLock lock = ground.kernel.tryAlone(place(id), 1);
        if (lock == null) {
            return begin(node, timeToLive);
        }
        LocalSession session = new LocalSession(id, ground.kernel, place(id), lock, timeToLive);
        Instant now = FileLockStore.now();
        try {
            premises.write(file(id), new SessionFile(node, ProcessMark.own(), now, port).text());
        } catch (IOException | RuntimeException e) {
            session.close();
            throw e;
        }
        local.put(id, session);
        return new SessionStart(id, now);
    }

    Heartbeat beat(String id, Duration timeToLive, String text, Patience patience) throws IOException {
        LocalSession session = local.get(id);
        if (session == null) {
            return new Heartbeat(false, List.of());
        }
        if (!patience.take(session.turn)) {
            throw StoreException.passing("another heartbeat of session " + id + " is still under way", null);
        }
        try {
            return beatInTurn(session, timeToLive, text, patience);
        } finally {
            session.turn.unlock();
        }
    }

    private Heartbeat beatInTurn(LocalSession session, Duration timeToLive, String text, Patience patience)
            throws IOException {
        if (session.isOverdue() || !ground.isInPlace() || !isThere(session.id)) {
            return dead(session);
        }
        session.prolong(timeToLive);
        session.assertAgain(patience);
        if (!isThere(session.id)) {
            return dead(session);
        }
        sayMore(session, text);
        return new Heartbeat(true, notices.take(session.id));
    }

    private Heartbeat dead(LocalSession session) throws IOException {
        end(session.id);
        session.close();
        return new Heartbeat(false, List.of());
    }

    /** That the disk is full, or whatever keeps a text from being written, is no reason to let a session die. */
    private void sayMore(LocalSession session, String text) {
        try {
            publish(session, text);
            touch();
        } catch (IOException e) {
            log.warn("others see old news of session {} in {}: {}", session.id, premises.root, e.toString());
        }
    }

    private void publish(LocalSession session, String text) throws IOException {
        if (!text.equals(session.published)) {
            premises.write(published(session.id), Texts.encode(text));
            session.published = text;
            if (!isThere(session.id)) {
                Files.deleteIfExists(published(session.id));
            }
        }
    }

    /** Keeps those away who delete what is old. */
    private void touch() throws IOException {
        Instant now = Instant.now();
        if (touched.plus(Records.TOUCH_AFTER).isBefore(now)) {
            touched = now;
            Premises.touch(premises.kernelLocks);
            for (String each : local.keySet()) {
                Premises.touch(file(each));
            }
        }
    }

    /** Ends it, wherever it lives. The file goes first: nobody is to see a session that is not held by its process. */
    void end(String id) throws IOException {
        if (place(id) < 0) {
            return;
        }
        Files.deleteIfExists(file(id));
        LocalSession session = local.remove(id);
        if (session != null) {
            session.close();
        }
        Files.deleteIfExists(published(id));
        notices.drop(id);
    }

    /** Ends those that did not beat in time; answers whether none is left. */
    boolean endOverdue() throws IOException {
        for (LocalSession each : local.values()) {
            endIfOverdue(each);
        }
        return local.isEmpty();
    }

    /** A heartbeat that is under way comes first. */
    private boolean endIfOverdue(LocalSession session) throws IOException {
        if (!session.isOverdue() || !session.turn.tryLock()) {
            return false;
        }
        try {
            boolean overdue = session.isOverdue();
            if (overdue) {
                end(session.id);
            }
            return overdue;
        } finally {
            session.turn.unlock();
        }
    }

    // --- all of them -----------------------------------------------------------------------------------------------

    /** Whether it lives; if not, that is final. */
    boolean isAlive(String id) throws IOException {
        if (place(id) < 0 || !isThere(id)) {
            return false;
        }
        LocalSession session = local.get(id);
        return session == null ? !isDead(id) : !endIfOverdue(session);
    }

    private boolean isThere(String id) throws IOException {
        return Premises.exists(file(id));
    }

    private boolean isDead(String id) throws IOException {
        ground.ensureInPlace();
        judging.lock();
        try (FileLock free = ground.kernel.tryShared(place(id), 2)) {
            if (free == null || isInSight(SessionFile.read(file(id)))) {
                return false;
            }
            end(id);
            return true;
        } finally {
            judging.unlock();
        }
    }

    /** If it were of this process, its lock would not be free. */
    private static boolean isInSight(@Nullable SessionFile found) {
        return found != null
                && !found.process().equals(ProcessMark.own())
                && found.process().isThere();
    }

    /** Leaves word for a session that lives. */
    boolean tell(String id, String notice) throws IOException {
        boolean alive = isAlive(id);
        if (alive) {
            notices.leave(id, notice);
        }
        return alive;
    }

    List<SessionInfo> list() throws IOException {
        List<SessionInfo> found = new ArrayList<>();
        for (Path each : Premises.list(premises.sessions)) {
            String id = each.getFileName().toString();
            SessionFile about = isAlive(id) ? SessionFile.read(each) : null;
            if (about != null) {
                found.add(new SessionInfo(id, about.node(), about.since(), Texts.read(published(id))));
            }
        }
        return found;
    }

    /** What is known of a session, dead or alive. */
    @Nullable SessionFile about(String id) throws IOException {
        return place(id) < 0 ? null : SessionFile.read(file(id));
    }

    /** Removes what belongs to sessions that are no more. */
    void sweep() throws IOException {
        for (Path each : Premises.list(premises.sessions)) {
            String name = each.getFileName().toString();
            if (name.endsWith(".published") && !isAlive(name.substring(0, name.indexOf('.')))) {
                Files.deleteIfExists(each);
            } else {
                isAlive(name);
            }
        }
        notices.sweep(this::isThere);
    }

    @Override
    public void close() throws IOException {
        for (String each : List.copyOf(local.keySet())) {
            end(each);
        }
    }
}
