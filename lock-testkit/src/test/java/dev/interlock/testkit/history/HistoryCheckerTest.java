package dev.interlock.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockMode;
import dev.interlock.monitor.LockCounts;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryCheckerTest {

    private static final Duration AGEING = Duration.ofNanos(10);

    private final History history = new History();

    @Test
    void acceptsHoldsOneAfterTheOther() {
        history.held(write("a", 1, 0, 1, 5));
        history.held(write("b", 2, 2, 6, 9));
        history.held(read("a", 3, 2, 10, 20));
        history.held(read("b", 4, 2, 11, 19));

        assertThat(checker().exclusion()).isEmpty();
        assertThat(checker().tokens()).isEmpty();
        assertThat(checker().order(AGEING)).isEmpty();
    }

    @Test
    void findsTwoWhoWriteAtOnce() {
        history.held(write("a", 1, 0, 1, 5));
        history.held(write("b", 2, 2, 4, 9));

        assertThat(checker().exclusion()).hasSize(1);
    }

    @Test
    void findsWhoReadsWhileAnotherWritesThroughALongHistory() {
        history.held(read("long", 1, 0, 1, 1000));
        for (int i = 2; i < 50; i++) {
            history.held(read("r" + i, i, i, i + 1, i + 2));
        }
        history.held(write("w", 50, 60, 70, 71));

        assertThat(checker().exclusion()).singleElement().asString().contains("owner=long", "owner=w");
    }

    @Test
    void acceptsThatAnOwnerHoldsTwice() {
        history.held(write("a", 1, 0, 1, 9));
        history.held(read("a", 1, 2, 3, 5));

        assertThat(checker().exclusion()).isEmpty();
    }

    @Test
    void acceptsASuccessorAfterTheEndOfALeaseOrAHoldTakenAway() {
        history.held(write("a", 1, 0, 1, 50).lostAt(5));
        history.held(write("b", 2, 2, 6, 60));
        history.held(write("c", 3, 2, 11, 12));
        history.lost("r", 2, 10);

        assertThat(checker().exclusion()).isEmpty();
    }

    @Test
    void findsASuccessorBeforeTheEndOfALease() {
        history.held(write("a", 1, 0, 1, 50).lostAt(8));
        history.held(write("b", 2, 2, 6, 60));

        assertThat(checker().exclusion()).hasSize(1);
    }

    @Test
    void findsATokenGrantedTwice() {
        history.held(write("a", 1, 0, 10, 11));
        history.held(write("b", 1, 0, 12, 13));

        assertThat(checker().tokens()).hasSize(1);
    }

    @Test
    void findsATokenThatFell() {
        history.held(write("a", 7, 0, 1, 2));
        history.held(write("b", 5, 3, 4, 5));

        assertThat(checker().tokens()).hasSize(1);
    }

    @Test
    void findsALostUpdate() {
        history.held(write("a", 1, 0, 1, 2));
        history.held(write("b", 2, 3, 4, 5));

        assertThat(checker().counters(Map.of("r", 1L))).hasSize(1);
        assertThat(checker().counters(Map.of("r", 2L))).isEmpty();
    }

    @Test
    void findsARequestThatWasNeverAnswered() {
        history.requested();

        assertThat(checker().answers(Duration.ofSeconds(1))).hasSize(1);
    }

    @Test
    void findsAnswersThatCameTooEarlyOrTooLate() {
        answer(new Wait("r", "a", 0, 5, 10, Wait.Outcome.TIMED_OUT));
        answer(new Wait("r", "b", 0, 50, 10, Wait.Outcome.GRANTED));
        answer(new Wait("r", "c", 0, 12, 10, Wait.Outcome.TIMED_OUT));

        assertThat(checker().answers(Duration.ofNanos(20))).hasSize(2);
    }

    @Test
    void findsWhatIsLeft() {
        assertThat(HistoryChecker.nothingRemains(new LockCounts(0, 0, 0, 3, 0, 0)))
                .isEmpty();
        assertThat(HistoryChecker.nothingRemains(new LockCounts(1, 0, 1, 1, 0, 0)))
                .hasSize(1);
    }

    @Test
    void findsWhoOvertakesAWaiterOfTheSamePriority() {
        history.held(write("late", 1, 8, 20, 30));
        history.held(write("early", 2, 4, 40, 50).queuedAt(6, 5));

        assertThat(checker().order(AGEING)).hasSize(1);
    }

    @Test
    void acceptsThatHigherPriorityOvertakesWithinItsBound() {
        history.held(write("high", 1, 20, 25, 30).queuedAt(21, 7));
        history.held(write("early", 2, 4, 40, 50).queuedAt(6, 5));

        assertThat(checker().order(AGEING)).isEmpty();
        assertThat(checker().order(Duration.ofNanos(5))).hasSize(1);
    }

    @Test
    void findsWhoWasToldThatItHeldAfterItsSuccessorDid() {
        history.held(write("a", 1, 0, 1, 50).lostAt(5));
        history.held(write("b", 2, 2, 6, 60));
        history.claimed(new Claim("r", LockMode.WRITE, "a", 1, 4, true));
        history.claimed(new Claim("r", LockMode.WRITE, "a", 1, 7, false));
        assertThat(checker().claims()).isEmpty();

        history.claimed(new Claim("r", LockMode.WRITE, "a", 1, 7, true));
        assertThat(checker().claims()).hasSize(1);
    }

    @Test
    void acceptsThatNodesWhoShareHaveTheirTokensFromBlocksOfTheirOwn() {
        history.held(read("a", 17, 0, 1, 50));
        history.held(read("b", 1, 2, 3, 50));

        assertThat(checker().tokensOfNodes()).isEmpty();
        assertThat(checker().tokens()).hasSize(1);
    }

    @Test
    void findsTokensOfConflictingHoldsThatDoNotRiseAcrossNodes() {
        history.held(read("a", 17, 0, 1, 5));
        history.held(read("b", 1, 2, 3, 5));
        history.held(write("c", 16, 6, 7, 8));
        history.held(read("d", 15, 9, 10, 11));
        history.held(read("e", 20, 12, 13, 14));

        assertThat(checker().tokensOfNodes())
                .hasSize(2)
                .anySatisfy(found -> assertThat(found).contains("owner=a", "owner=c"))
                .anySatisfy(found -> assertThat(found).contains("owner=c", "owner=d"));
    }

    @Test
    void findsTokensThatNodesWhoShareHaveBothGivenOut() {
        history.held(read("a", 1, 0, 1, 5));
        history.held(read("b", 1, 0, 1, 5));

        assertThat(checker().tokensOfNodes()).hasSize(1);
    }

    @Test
    void findsWhoWasOvertakenTooOftenWhenAllKnewThatItWaited() {
        Duration settled = Duration.ofNanos(100);
        history.held(write("early", 99, 0, 1000, 1001));
        history.held(write("before all knew", 1, 50, 200, 201));
        for (int i = 0; i < 3; i++) {
            history.held(write("late" + i, 2 + i, 101 + i, 300 + i, 301 + i));
        }

        assertThat(checker().overtaking(settled, 3, hold -> true)).isEmpty();
        assertThat(checker().overtaking(settled, 2, hold -> true))
                .singleElement()
                .asString()
                .contains("owner=early");
        assertThat(checker().overtaking(settled, 2, hold -> !hold.owner().equals("early")))
                .isEmpty();
    }

    @Test
    void countsNobodyAsOvertakingWhoDoesNotConflict() {
        Duration settled = Duration.ofNanos(100);
        history.held(read("early", 99, 0, 1000, 1001));
        history.held(read("late", 2, 101, 300, 301));

        assertThat(checker().overtaking(settled, 0, hold -> true)).isEmpty();
    }

    @Test
    void seesWhatAnotherProcessWroteDown() {
        History other = new History();
        other.held(write("a", 1, 0, 1, 5));
        history.held(write("b", 2, 2, 4, 9));
        history.add(other);

        assertThat(checker().exclusion()).hasSize(1);
    }

    private void answer(Wait wait) {
        history.requested();
        history.ended(wait);
    }

    private HistoryChecker checker() {
        return new HistoryChecker(history);
    }

    private static HoldRecord write(String owner, long token, long requested, long acquired, long released) {
        return HoldRecord.of("r", LockMode.WRITE, owner, token, requested, acquired, released);
    }

    private static HoldRecord read(String owner, long token, long requested, long acquired, long released) {
        return HoldRecord.of("r", LockMode.READ, owner, token, requested, acquired, released);
    }
}
