package dev.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.spi.Heartbeat;
import dev.interlock.spi.SessionInfo;
import dev.interlock.spi.SessionStart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Everybody knows which sessions live, and can leave word for them. */
abstract class StoreSessionContract extends StoreContract {

    StoreSessionContract(LockStoreContract storage) {
        super(storage);
    }

    @Test
    void aSessionThatHasBegunLivesForEverybody() {
        SessionStart session = store.beginSession("node-1", LONG, PATIENCE);

        assertThat(isAlive(store, session)).isTrue();
        assertThat(isAlive(other, session)).isTrue();
        assertThat(other.sessions(PATIENCE))
                .containsExactly(new SessionInfo(session.id(), "node-1", session.now(), ""));
    }

    @Test
    void aSessionThatNeverWasDoesNotLive() {
        begin();

        assertThat(isAlive(store, "nobody")).isFalse();
        assertThat(store.beat("nobody", LONG, "", PATIENCE)).isEqualTo(new Heartbeat(false, List.of()));
        assertThat(store.tell("nobody", "word", PATIENCE)).isFalse();
        store.endSession("nobody", PATIENCE);
        assertThat(store.sessions(PATIENCE)).hasSize(1);
    }

    @Test
    void noTwoSessionsHaveTheSameName() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            names.add(begin().id());
            names.add(other.beginSession("node", LONG, PATIENCE).id());
        }

        assertThat(names).hasSize(100);
        assertThat(store.sessions(PATIENCE)).hasSize(100);
    }

    @Test
    void whatANodePublishesReplacesWhatItPublishedBefore() {
        SessionStart session = begin();
        SessionStart another = other.beginSession("another", LONG, PATIENCE);

        store.beat(session.id(), LONG, "first", PATIENCE);
        assertThat(published(session)).isEqualTo("first");

        store.beat(session.id(), LONG, "second", PATIENCE);
        assertThat(published(session)).isEqualTo("second");
        assertThat(published(another)).isEmpty();

        store.beat(session.id(), LONG, "", PATIENCE);
        assertThat(published(session)).isEmpty();
    }

    private String published(SessionStart session) {
        return other.sessions(PATIENCE).stream()
                .filter(info -> info.id().equals(session.id()))
                .map(SessionInfo::published)
                .findAny()
                .orElseThrow();
    }

    @Test
    void wordIsDeliveredOnceAndToTheRightSession() {
        SessionStart session = begin();
        SessionStart another = other.beginSession("another", LONG, PATIENCE);

        assertThat(other.tell(session.id(), "one", PATIENCE)).isTrue();
        assertThat(store.tell(session.id(), "two", PATIENCE)).isTrue();

        assertThat(other.beat(another.id(), LONG, "", PATIENCE)).isEqualTo(new Heartbeat(true, List.of()));
        Heartbeat first = store.beat(session.id(), LONG, "", PATIENCE);
        assertThat(first.alive()).isTrue();
        assertThat(first.notices()).containsExactlyInAnyOrder("one", "two");
        assertThat(store.beat(session.id(), LONG, "", PATIENCE)).isEqualTo(new Heartbeat(true, List.of()));
    }

    @Test
    void theSameWordMayBeLeftTwice() {
        SessionStart session = begin();
        other.tell(session.id(), "again", PATIENCE);
        other.tell(session.id(), "again", PATIENCE);

        assertThat(store.beat(session.id(), LONG, "", PATIENCE).notices()).containsExactly("again", "again");
    }

    @Test
    void noWordIsLostWhileTheSessionBeats() {
        SessionStart session = begin();
        List<String> words = IntStream.range(0, 100).mapToObj(i -> "word-" + i).toList();
        Contender<Boolean> telling = contenders.start(
                "telling", () -> words.stream().allMatch(word -> other.tell(session.id(), word, PATIENCE)));

        List<String> heard = new ArrayList<>();
        while (!telling.isDone()) {
            heard.addAll(store.beat(session.id(), LONG, "", PATIENCE).notices());
        }
        heard.addAll(store.beat(session.id(), LONG, "", PATIENCE).notices());

        assertThat(telling.result()).isTrue();
        assertThat(heard).containsExactlyInAnyOrderElementsOf(words);
    }

    @Test
    void aSessionThatWasEndedStaysSo() {
        SessionStart session = begin();
        SessionStart another = begin();
        other.tell(session.id(), "word", PATIENCE);

        store.endSession(session.id(), PATIENCE);

        assertDead(session);
        assertThat(isAlive(other, another)).isTrue();
        store.endSession(session.id(), PATIENCE);
    }

    @Test
    void aSessionWhoseProcessDiedStaysDead() {
        SessionStart session = begin();
        SessionStart another = other.beginSession("another", LONG, PATIENCE);
        store.beat(session.id(), LONG, "alive and well", PATIENCE);
        other.tell(session.id(), "word", PATIENCE);

        storage.expire(session);

        assertThat(isAlive(other, session)).isFalse();
        assertDead(session);
        assertThat(isAlive(store, another)).isTrue();
        assertThat(other.beat(another.id(), LONG, "", PATIENCE).alive()).isTrue();
    }

    @Test
    void aLateHeartbeatIsToldThatItIsLateThoughNobodyNoticedBefore() {
        SessionStart session = begin();

        storage.expire(session);

        assertThat(store.beat(session.id(), LONG, "", PATIENCE)).isEqualTo(new Heartbeat(false, List.of()));
        assertDead(session);
    }

    @Test
    void aNodeThatReturnsBeginsAnotherSession() {
        SessionStart session = begin();
        storage.expire(session);

        SessionStart next = begin();

        assertThat(next.id()).isNotEqualTo(session.id());
        assertThat(isAlive(other, next)).isTrue();
        assertThat(isAlive(other, session)).isFalse();
    }

    private void assertDead(SessionStart session) {
        for (int i = 0; i < 2; i++) {
            assertThat(store.beat(session.id(), LONG, "late", PATIENCE)).isEqualTo(new Heartbeat(false, List.of()));
            assertThat(other.tell(session.id(), "word", PATIENCE)).isFalse();
            assertThat(isAlive(store, session)).isFalse();
            assertThat(isAlive(other, session)).isFalse();
            assertThat(other.sessions(PATIENCE)).extracting(SessionInfo::id).doesNotContain(session.id());
        }
    }
}
