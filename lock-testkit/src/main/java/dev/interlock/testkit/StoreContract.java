package dev.interlock.testkit;

import dev.interlock.LockMode;
import dev.interlock.spi.Change;
import dev.interlock.spi.Guess;
import dev.interlock.spi.LockRecord;
import dev.interlock.spi.LockRecord.Claim;
import dev.interlock.spi.LockRecord.Lease;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.RecordKey;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.Step;
import dev.interlock.spi.Updated;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What the parts of the contract of stores have in common: two stores on one storage that was empty. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class StoreContract {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Long enough that no session ends by mistake. */
    static final Duration LONG = Duration.ofHours(1);

    static final Instant SINCE = Instant.parse("2026-01-02T03:04:05.123456Z");
    static final RecordKey KEY = new RecordKey("account:42");

    final LockStoreContract storage;
    final Contenders contenders = new Contenders();
    private final List<LockStore> opened = new ArrayList<>();
    LockStore store;
    LockStore other;

    StoreContract(LockStoreContract storage) {
        this.storage = storage;
    }

    @BeforeEach
    void openTwoStores() {
        storage.clear();
        store = open();
        other = open();
    }

    @AfterEach
    void closeAllStores() {
        contenders.close();
        opened.forEach(LockStore::close);
    }

    final LockStore open() {
        LockStore another = storage.open();
        opened.add(another);
        return another;
    }

    // --- records ---------------------------------------------------------------------------------------------------

    static LockRecord idle(RecordKey key, long token) {
        return new LockRecord(key, 0, token, List.of(), List.of());
    }

    static LockRecord held(RecordKey key, long token) {
        return new LockRecord(key, 0, token, List.of(lease("session", "node")), List.of());
    }

    static LockRecord awaited(RecordKey key, long token) {
        return new LockRecord(key, 0, token, List.of(), List.of(claim("session", "node")));
    }

    static Lease lease(String session, String who) {
        return new Lease(session, "node", who, LockMode.WRITE, 1, 16, SINCE, null);
    }

    static Claim claim(String session, String who) {
        return new Claim(session, "node", who, LockMode.READ, 7, SINCE);
    }

    /** Whatever was there, it is to be this. */
    static LockRecord put(LockStore store, LockRecord record) {
        return stored(store.update(record.key(), null, (current, view) -> Change.to(record, ""), PATIENCE));
    }

    static LockRecord stored(Updated<?> updated) {
        return Objects.requireNonNull(updated.record());
    }

    static @Nullable LockRecord find(LockStore store, RecordKey key) {
        List<LockRecord> found = store.read(List.of(key), PATIENCE);
        return found.isEmpty() ? null : found.get(0);
    }

    /** One token more, and what it is then; the first is 1. */
    static final Step<Long> INCREMENT = (current, view) -> {
        long token = current == null ? 1 : current.token() + 1;
        return Change.to(idle(current == null ? KEY : current.key(), token), token);
    };

    static Guess guess(@Nullable LockRecord record) {
        return new Guess(record, SINCE);
    }

    // --- sessions --------------------------------------------------------------------------------------------------

    SessionStart begin() {
        return store.beginSession("node", LONG, PATIENCE);
    }

    /** What a step is told. */
    static boolean isAlive(LockStore store, SessionStart session) {
        return isAlive(store, session.id());
    }

    static boolean isAlive(LockStore store, String session) {
        return store.update(KEY, null, (current, view) -> Change.none(view.isAlive(session)), PATIENCE)
                .result();
    }
}
