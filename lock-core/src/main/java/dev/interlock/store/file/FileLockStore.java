package dev.interlock.store.file;

import dev.interlock.spi.ChangeFeed;
import dev.interlock.spi.Guess;
import dev.interlock.spi.Heartbeat;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.ScannableStore;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.StampRecord;
import dev.interlock.spi.StampStore;
import dev.interlock.spi.Step;
import dev.interlock.spi.StoreException;
import dev.interlock.spi.Updated;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps locks in files of a directory, for all processes of one user on one machine.
 *
 * <p><b>Records.</b> Each resource has a small file, which people can read. It is changed under a lock of the kernel, for some
 * microseconds at a time, and in such a way that it is whole at every moment, whenever the process may be killed or the disk
 * full. If the file is deleted, it is brought back; who deletes the whole directory makes all processes there lose their locks,
 * and new ones are given out when they have noticed, on systems that tell who has a deleted file open (Linux).
 *
 * <p><b>Stamps.</b> Version stamps are kept in the same way, in files of their own that nobody ever sweeps away. As with records, what
 * was written last may be lost when the machine ends without warning: then no process is left that has seen it.
 *
 * <p><b>Sessions.</b> A session lives as long as its process. The kernel frees the locks of a process that ends, however it ends,
 * at once; one that is stopped keeps them, however long. A session that does not beat for its time to live is ended too, but only
 * by its own process: when that runs, its node has given the session up. The end of a lease counts by the machine's clock, whether
 * the process runs or not.
 *
 * <p><b>What remains.</b> A process loses its kernel locks without a word if anybody in it opens and closes the file
 * {@code kernel-locks}; each heartbeat takes them anew, and until then others still see the process itself. If they cannot, because
 * the directory is shared by containers that do not see each other's processes, the session is lost, and is told so with its next
 * heartbeat. And if it happens in the very microseconds of a change, this change and that of another process can overlap. A
 * process that is stopped in these microseconds keeps the others waiting until it goes on. Neither is likely; both end with the
 * process. Network file systems are no place for this store, even for the processes of one machine.
 *
 * <p>Stores of one process on the same directory share their files. There is one more limit where two class loaders of one process
 * both have this class: closing the last store of one drops the kernel locks of the other until its next heartbeat.
 */
public final class FileLockStore implements LockStore, ScannableStore, ChangeFeed, StampStore {

    private static final Logger log = LoggerFactory.getLogger(FileLockStore.class);

    private final Path path;
    private final Set<String> sessions = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Place place;
    private volatile boolean closed;

    private FileLockStore(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    /** A store in this directory, which is made when it is first used, for its owner only. */
    public static FileLockStore in(Path directory) {
        return new FileLockStore(Objects.requireNonNull(directory, "the directory is null"));
    }

    /** A store in the directory {@code interlock-<user>} under the one for temporary files. */
    public static FileLockStore inDefaultDirectory() {
        String user = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9._-]", "_");
        return in(Path.of(System.getProperty("java.io.tmpdir", "."), "interlock-" + user));
    }

    @Override
    public String kind() {
        return "file";
    }

    @Override
    public String describe() {
        return "files in " + path;
    }

    /** The machine's clock, in microseconds. */
    static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }

    // --- one call --------------------------------------------------------------------------------------------------

    /** What is done with the directory. */
    private interface Work<T> {
        T with(LockDirectory directory) throws IOException;
    }

    /** Finds it. */
    private interface Finder {
        LockDirectory in(Place place) throws IOException;
    }

    private <T> T call(String doing, Work<T> work) {
        return call(doing, Place::directory, work);
    }

    /** Sessions that are lost with their directory have to be told or ended all the same. */
    private <T> T callThoughLost(String doing, Work<T> work) {
        return call(doing, Place::asOpened, work);
    }

    private <T> T call(String doing, Finder finder, Work<T> work) {
        try {
            return with(finder.in(place()), work);
        } catch (IOException e) {
            throw closed ? isClosed() : Faults.of(doing, path, e);
        }
    }

    /** If the directory was removed, that explains all that goes wrong. */
    private static <T> T with(LockDirectory directory, Work<T> work) throws IOException {
        try {
            return work.with(directory);
        } catch (IOException e) {
            if (directory.ground.isInPlace()) {
                throw e;
            }
            throw directory.ground.lost();
        }
    }

    private Place place() throws IOException {
        Place entered = place;
        return entered == null || closed ? enter() : entered;
    }

    private synchronized Place enter() throws IOException {
        if (closed) {
            throw isClosed();
        }
        Place entered = place;
        if (entered == null) {
            entered = Place.enter(path);
            place = entered;
        }
        return entered;
    }

    private StoreException isClosed() {
        return StoreException.lasting("the store of " + describe() + " is closed", null);
    }

    @Override
    public void check(Duration patience) {
        call("keep locks in", directory -> {
            directory.ground.take(0, new Patience(patience)).release();
            return directory.sessions.list();
        });
    }

    // --- records ---------------------------------------------------------------------------------------------------

    @Override
    public <R extends @Nullable Object> Updated<R> update(
            RecordKey key, @Nullable Guess guess, Step<R> step, Duration patience) {
        return call("change a record in", directory -> new Update<>(directory, key, step, patience).from(guess));
    }

    @Override
    public List<LockRecord> read(Collection<RecordKey> keys, Duration patience) {
        return call("read records in", directory -> read(directory, keys, new Patience(patience)));
    }

    private static List<LockRecord> read(LockDirectory directory, Collection<RecordKey> keys, Patience patience)
            throws IOException {
        List<LockRecord> found = new ArrayList<>();
        for (RecordKey each : keys) {
            LockRecord record = directory.records.read(each, patience);
            if (record != null) {
                found.add(record);
            }
        }
        return found;
    }

    @Override
    public List<LockRecord> busy(int limit, Duration patience) {
        return call("list records in", directory -> directory.records.busy(limit, new Patience(patience)));
    }

    @Override
    public int sweep(Duration idleFor, Duration patience) {
        return call("clear away in", directory -> {
            directory.sessions.sweep();
            directory.ground.premises.sweep();
            Patience forAll = new Patience(patience);
            int swept = directory.records.sweep(idleFor, forAll);
            directory.stamps.lookAfter(forAll);
            return swept;
        });
    }

    // --- stamps ----------------------------------------------------------------------------------------------------

    @Override
    public @Nullable StampRecord readStamp(String resource, Duration patience) {
        return call(
                        "read a stamp in",
                        directory -> Optional.ofNullable(directory.stamps.read(resource, new Patience(patience))))
                .orElse(null);
    }

    @Override
    public boolean replaceStamp(String resource, @Nullable StampRecord expected, StampRecord next, Duration patience) {
        return call(
                "change a stamp in",
                directory -> directory.stamps.replace(resource, expected, next, new Patience(patience)));
    }

    // --- sessions --------------------------------------------------------------------------------------------------

    @Override
    public SessionStart beginSession(String node, Duration timeToLive, Duration patience) {
        SessionStart begun = call("begin a session in", directory -> directory.sessions.begin(node, timeToLive));
        sessions.add(begun.id());
        return begun;
    }

    @Override
    public Heartbeat beat(String session, Duration timeToLive, String published, Duration patience) {
        Heartbeat heard = callThoughLost(
                "keep a session in",
                directory -> directory.sessions.beat(session, timeToLive, published, new Patience(patience)));
        if (!heard.alive()) {
            sessions.remove(session);
        }
        return heard;
    }

    @Override
    public boolean tell(String session, String notice, Duration patience) {
        return call("leave word in", directory -> directory.sessions.tell(session, notice));
    }

    @Override
    public void endSession(String session, Duration patience) {
        callThoughLost("end a session in", directory -> {
            directory.sessions.end(session);
            return sessions.remove(session);
        });
    }

    @Override
    public List<SessionInfo> sessions(Duration patience) {
        return call("list sessions in", directory -> directory.sessions.list());
    }

    @Override
    public AutoCloseable subscribe(String session, Consumer<RecordKey> hint) {
        return call(
                "listen in",
                directory -> directory.wakeups.subscribe(session, key -> {
                    if (!closed) {
                        hint.accept(key);
                    }
                }));
    }

    /** Ends the sessions that were begun here, too: nobody could keep them alive. */
    @Override
    public synchronized void close() {
        Place entered = place;
        if (!closed && entered != null) {
            close(entered);
        }
        closed = true;
    }

    private void close(Place entered) {
        try {
            for (String each : sessions) {
                entered.asOpened().sessions.end(each);
            }
        } catch (IOException | StoreException e) {
            log.warn("what this process holds in {} is only free when it ends", path, e);
        }
        try {
            entered.leave();
        } catch (IOException e) {
            log.warn("files in {} could not be closed", path, e);
        }
    }
}
