package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.spi.Change;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.SessionStart;
import dev.interlock.spi.Step;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A session that does not beat in time is dead, by the clock of the store, and whoever says so first has made it final. */
abstract class StoreExpiryContract extends StoreContract {

    private static final Duration SHORT = Duration.ofMillis(5);

    StoreExpiryContract(LockStoreContract storage) {
        super(storage);
    }

    @BeforeEach
    void sessionsEndWithoutBeats() {
        assumeTrue(storage.endsWithoutBeats(), "a store whose sessions end when they do not beat");
    }

    @Test
    void aSessionThatDoesNotBeatDies() {
        SessionStart session = store.beginSession("node", SHORT, PATIENCE);

        Contenders.until("the session has died", () -> !isAlive(other, session));

        assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isFalse();
        assertThat(isAlive(other, session)).isFalse();
        assertThat(store.tell(session.id(), "word", PATIENCE)).isFalse();
        assertThat(store.sessions(PATIENCE)).isEmpty();
    }

    @Test
    void aBeatThatComesTooLateRevivesNothing() {
        SessionStart session = store.beginSession("node", SHORT, PATIENCE);
        untilItsTimeIsOver(session);

        assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isFalse();
        assertThat(isAlive(other, session)).isFalse();
    }

    @Test
    void wordForASessionThatDiedUnnoticedIsNotTaken() {
        SessionStart session = store.beginSession("node", SHORT, PATIENCE);
        untilItsTimeIsOver(session);

        assertThat(other.tell(session.id(), "word", PATIENCE)).isFalse();
    }

    @Test
    void aSessionThatDiedUnnoticedIsNotListed() {
        SessionStart session = store.beginSession("node", SHORT, PATIENCE);
        untilItsTimeIsOver(session);

        assertThat(other.sessions(PATIENCE)).extracting(SessionInfo::id).doesNotContain(session.id());
    }

    @Test
    void aBeatKeepsTheSessionFromThenOn() {
        SessionStart session = store.beginSession("node", Duration.ofSeconds(5), PATIENCE);
        SessionStart silent = store.beginSession("silent", Duration.ofSeconds(5), PATIENCE);

        assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isTrue();
        storage.expire(silent);

        assertThat(isAlive(other, session)).isTrue();
        assertThat(isAlive(other, silent)).isFalse();
    }

    @Test
    void aBeatForAShorterTimeShortensIt() {
        SessionStart session = begin();

        store.beat(session.id(), SHORT, "", PATIENCE);

        Contenders.until("the session has died", () -> !isAlive(other, session));
        assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isFalse();
    }

    @Test
    void whoSawASessionDeadIsNotContradictedByALateBeat() {
        for (int i = 0; i < 20; i++) {
            SessionStart session = store.beginSession("node", SHORT, PATIENCE);
            Contender<Boolean> judging = contenders.start("judging", () -> {
                Contenders.until("the session has died", () -> !isAlive(other, session));
                return true;
            });
            while (!judging.isDone()) {
                store.beat(session.id(), Duration.ofNanos(10_000), "", PATIENCE);
            }

            assertThat(judging.result()).isTrue();
            assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isFalse();
            assertThat(isAlive(other, session)).isFalse();
        }
    }

    /** Without anybody asking about the session. */
    private void untilItsTimeIsOver(SessionStart session) {
        Step<Instant> look = (current, view) -> Change.none(view.now());
        Contenders.until("the session's time is over", () -> other.update(KEY, null, look, PATIENCE)
                .result()
                .isAfter(session.now().plus(SHORT)));
    }
}
