package dev.interlock.spi;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the locks of several processes meet. A store has two duties: to replace a record atomically, and to know which sessions
 * live. Everything else — who may hold, who is next, what a token is — is decided by the {@link Step steps} that the engine hands
 * in.
 *
 * <p>What only some stores can do is an interface of its own, {@link ChangeFeed} and {@link ScannableStore}, and is looked for
 * once, when a manager is put together.
 *
 * <p>Any method may throw a {@link StoreException}; then it is not known whether it had its effect. Each gives up when its
 * patience is at an end, whatever the network does. A store is used by many threads at once, and may be used by several managers.
 */
public interface LockStore extends AutoCloseable {

    /** The word for stores of this kind in settings, meters and reports, such as {@code jdbc}. */
    String kind();

    /** What it is and where, for messages: which database, which directory; without secrets. */
    String describe();

    /**
     * Looks whether the store can be used, with its tables, rights and all; called once, when a manager is put together.
     *
     * @throws StoreException with the way out
     */
    void check(Duration patience);

    /**
     * Atomically replaces one record.
     *
     * <p>If there is a guess, the step is applied to it, and if it wants a change this is tried before anything is read: it
     * succeeds only if the record is still of that version. If it fails, or the step wants no change, the record is read and the
     * step applied to that, as often as others get in between.
     */
    <R extends @Nullable Object> Updated<R> update(
            RecordKey key, @Nullable Guess guess, Step<R> step, Duration patience);

    /** Those of these records that there are, by a single question to the store or few. */
    List<LockRecord> read(Collection<RecordKey> keys, Duration patience);

    // --- sessions --------------------------------------------------------------------------------------------------

    /**
     * Begins a session, which lives for this long from now unless it beats.
     *
     * @param node the node whose session it is, for people
     */
    SessionStart beginSession(String node, Duration timeToLive, Duration patience);

    /**
     * Keeps the session alive for this long from now, and publishes what its node holds and waits for. A session that has ended
     * stays so.
     */
    Heartbeat beat(String session, Duration timeToLive, String published, Duration patience);

    /** Leaves word for a session, which its next heartbeat is told; answers whether the session lives. */
    boolean tell(String session, String notice, Duration patience);

    /** Ends a session, if it has not ended. What it still holds is free. */
    void endSession(String session, Duration patience);

    /** The sessions that live. */
    List<SessionInfo> sessions(Duration patience);

    /** How soon to look again whether something awaited has come, where nobody tells; longer and longer after that. */
    default Duration firstLook() {
        return Duration.ofMillis(10);
    }

    @Override
    void close();
}
