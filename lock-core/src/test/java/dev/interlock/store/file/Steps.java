package dev.interlock.store.file;

import dev.interlock.LockMode;
import dev.interlock.spi.Change;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockRecord.Lease;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.StampRecord;
import dev.interlock.spi.StampStore;
import dev.interlock.spi.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The simplest lock that can be made of a store. */
final class Steps {

    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final Duration LONG = Duration.ofHours(1);

    private Steps() {}

    /** Takes the lock for a session, unless one has it that lives. */
    static boolean take(LockStore store, String resource, String session) {
        RecordKey key = new RecordKey(resource);
        Step<Boolean> step = (current, view) -> {
            boolean held = current != null
                    && current.leases().stream()
                            .anyMatch(lease -> view.isAlive(lease.session()) && !isOver(lease, view.now()));
            return held ? Change.none(false) : Change.to(held(key, tokenAfter(current), session, null), true);
        };
        return store.update(key, null, step, PATIENCE).result();
    }

    private static boolean isOver(Lease lease, Instant now) {
        Instant until = lease.until();
        return until != null && !until.isAfter(now);
    }

    private static long tokenAfter(@Nullable LockRecord current) {
        return current == null ? 1 : current.token() + 1;
    }

    /** Gives it back. */
    static void free(LockStore store, String resource) {
        RecordKey key = new RecordKey(resource);
        store.update(
                key,
                null,
                (current, view) ->
                        Change.to(idle(key, Objects.requireNonNull(current).token()), ""),
                PATIENCE);
    }

    /** Gives it back, and tells another session. */
    static void free(LockStore store, String resource, String told) {
        RecordKey key = new RecordKey(resource);
        store.update(key, null, (current, view) -> new Change<>(idle(key, 1), "", Set.of(told)), PATIENCE);
    }

    /** One version more, unless somebody else is faster. */
    static boolean countInStamp(StampStore store, String resource) {
        StampRecord current = store.readStamp(resource, PATIENCE);
        long version = current == null ? 0 : current.version();
        return store.replaceStamp(resource, current, new StampRecord(version + 1, 7, null), PATIENCE);
    }

    static LockRecord idle(RecordKey key, long token) {
        return new LockRecord(key, 0, token, List.of(), List.of());
    }

    static LockRecord held(RecordKey key, long token, String session, @Nullable Instant until) {
        Lease lease = new Lease(session, "node", "somebody", LockMode.WRITE, token, token, Instant.EPOCH, until);
        return new LockRecord(key, 0, token, List.of(lease), List.of());
    }
}
