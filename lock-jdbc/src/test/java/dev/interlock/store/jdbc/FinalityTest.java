package dev.interlock.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.spi.Change;
import dev.interlock.spi.SessionStart;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who was told that a session is dead is right for ever, even if the database's clock is set back. */
class FinalityTest extends StoreTest {

    private static final TestDatabase DATABASE = TestDatabase.H2_IN_MEMORY;

    private JdbcLockStore store;
    private JdbcLockStore other;
    private SessionStart session;

    @BeforeEach
    void openTwoStores() {
        store = store(DATABASE.dataSource());
        other = store(DATABASE.dataSource());
        session = store.beginSession("node", LONG, PATIENCE);
        DATABASE.execute("UPDATE " + prefix + "SESSION SET expires = 1");
    }

    private void setClockBack() {
        DATABASE.execute("UPDATE " + prefix + "SESSION SET expires = " + Long.MAX_VALUE);
    }

    private boolean isAlive() {
        return other.update(KEY, null, (current, view) -> Change.none(view.isAlive(session.id())), PATIENCE)
                .result();
    }

    private void assertDead() {
        assertThat(isAlive()).isFalse();
        assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isFalse();
        assertThat(other.tell(session.id(), "word", PATIENCE)).isFalse();
        assertThat(other.sessions(PATIENCE)).isEmpty();
    }

    @Test
    void forAStepOfAnotherNode() {
        assertThat(isAlive()).isFalse();
        setClockBack();
        assertDead();
    }

    @Test
    void forItsOwnNode() {
        assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isFalse();
        setClockBack();
        assertDead();
    }

    @Test
    void forWhoLeavesWord() {
        assertThat(other.tell(session.id(), "word", PATIENCE)).isFalse();
        setClockBack();
        assertDead();
    }

    @Test
    void forWhoListsSessions() {
        assertThat(other.sessions(PATIENCE)).isEmpty();
        setClockBack();
        assertDead();
    }

    @Test
    void forWhoSweeps() {
        other.sweep(LONG, PATIENCE);
        assertThat(DATABASE.query("SELECT id FROM " + prefix + "SESSION")).isEmpty();
    }

    @Test
    void aSessionOfWhichNobodyWasToldLivesOnWithTheClock() {
        setClockBack();

        assertThat(isAlive()).isTrue();
        assertThat(store.beat(session.id(), LONG, "", PATIENCE).alive()).isTrue();
    }
}
