package dev.interlock.engine;

import dev.interlock.spi.Guess;
import dev.interlock.spi.Heartbeat;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.Step;
import dev.interlock.spi.StoreException;
import dev.interlock.spi.Updated;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store that is there to be had, and never asked. */
final class NoStore implements LockStore {

    @Override
    public String kind() {
        return "none";
    }

    @Override
    public String describe() {
        return "no store";
    }

    @Override
    public void check(Duration patience) {}

    @Override
    public <R extends @Nullable Object> Updated<R> update(
            RecordKey key, @Nullable Guess guess, Step<R> step, Duration patience) {
        throw asked();
    }

    private static StoreException asked() {
        return StoreException.lasting("nobody should have asked", null);
    }

    @Override
    public List<LockRecord> read(Collection<RecordKey> keys, Duration patience) {
        throw asked();
    }

    @Override
    public SessionStart beginSession(String node, Duration timeToLive, Duration patience) {
        throw asked();
    }

    @Override
    public Heartbeat beat(String session, Duration timeToLive, String published, Duration patience) {
        throw asked();
    }

    @Override
    public boolean tell(String session, String notice, Duration patience) {
        throw asked();
    }

    @Override
    public void endSession(String session, Duration patience) {}

    @Override
    public List<SessionInfo> sessions(Duration patience) {
        throw asked();
    }

    @Override
    public void close() {}
}
