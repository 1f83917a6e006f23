package dev.interlock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.engine.Contest.Outcome;
import dev.interlock.engine.Contest.Verdict;
import dev.interlock.optimistic.OperationKind;
import dev.interlock.optimistic.OperationStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gives way to whom. */
class ContestTest {

    private static final int PATIENCE = 3;

    private final Contest contest = new Contest(PATIENCE);
    private final OperationBook book =
            new OperationBook(new OptimisticRules(new BackOff(0, 1, 0, 0), Map.of(), 10, 10, PATIENCE));
    private final Stamps stamps = new Stamps(engine(), null);

    private static Engine engine() {
        try (LockManager locks = InterlockManager.builder().build();
                LockHandle probe = locks.write("probe").acquire()) {
            return ((Hold) probe).lock.type.engine;
        }
    }

    private LiveOperation operation(int priority, int retries, @Nullable LiveOperation parent) {
        long number = book.nextNumber();
        LiveOperation made = new LiveOperation(
                "op-" + number,
                number,
                OperationKind.of("KIND", priority, retries),
                "door",
                stamps,
                retries,
                parent,
                LockOwner.named("alice"),
                Instant.EPOCH,
                0);
        contest.with(made);
        return made;
    }

    private LiveOperation operation(int priority) {
        return operation(priority, 5, null);
    }

    private static LiveOperation trying(LiveOperation operation) {
        operation.trying(Instant.EPOCH);
        return operation;
    }

    private static LiveOperation hurt(LiveOperation operation) {
        operation.retrying("overtaken");
        return operation;
    }

    private void over(LiveOperation operation, OperationStatus how) {
        operation.over(how, null, Instant.EPOCH);
        contest.without(operation);
    }

    private Outcome refused(int priority) {
        LiveOperation asking = trying(operation(priority));
        Outcome outcome = contest.ready(asking).outcome();
        over(asking, outcome == Outcome.GO ? OperationStatus.SUCCEEDED : OperationStatus.REJECTED);
        return outcome;
    }

    /** The first came earlier; both try unless it rests; what becomes of the second when it is ready, and after a conflict. */
    @ParameterizedTest(name = "{0} (hurt: {1}, resting: {2}) before {3}: {4}, {5}")
    @CsvSource({
        "10, false, false, 5, AWAY, AWAY",
        "10, true, false, 5, AWAY, AWAY",
        "10, false, true, 5, GO, AGAIN",
        "10, true, true, 5, GO, AGAIN",
        "5, false, false, 5, GO, AGAIN",
        "5, true, false, 5, AGAIN, AGAIN",
        "5, true, true, 5, GO, AGAIN",
        "2, false, false, 5, GO, AGAIN",
        "2, true, false, 5, GO, AGAIN"
    })
    void whoGivesWay(int first, boolean hurt, boolean resting, int second, Outcome ready, Outcome conflicted) {
        LiveOperation earlier = operation(first);
        if (hurt) {
            hurt(earlier);
        }
        if (!resting) {
            trying(earlier);
        }
        LiveOperation later = trying(operation(second));

        assertThat(contest.ready(later).outcome()).isEqualTo(ready);
        assertThat(contest.conflicted(later).outcome()).isEqualTo(conflicted);
        assertThat(contest.ready(trying(earlier)).outcome()).isEqualTo(first < second ? Outcome.AWAY : Outcome.GO);
    }

    @Test
    void thePartsOfAnOperationAndTheWholeStandInNobodysWayOfTheirOwn() {
        LiveOperation whole = trying(operation(5));
        LiveOperation part = trying(operation(10, 5, whole));

        assertThat(contest.ready(whole)).isEqualTo(new Verdict(Outcome.GO, null));
        assertThat(contest.ready(part)).isEqualTo(new Verdict(Outcome.GO, null));
    }

    @Test
    void aPartInheritsThePriorityAndRelationsGoThroughWhatIsOver() {
        LiveOperation top = trying(operation(10));
        LiveOperation middle = trying(operation(2, 5, top));
        LiveOperation lowest = trying(operation(2, 5, middle));
        over(middle, OperationStatus.SUCCEEDED);

        assertThat(List.of(middle.priority, lowest.priority)).containsOnly(10);
        assertThat(top.isAtOrAbove(lowest)).isTrue();
        assertThat(LiveOperation.living(middle)).isSameAs(top);
    }

    @Test
    void aChainThatGoesOnForEverIsNotRememberedFromItsBeginning() {
        LiveOperation first = operation(5);
        LiveOperation second = operation(5, 5, first);
        over(first, OperationStatus.SUCCEEDED);

        operation(5, 5, second);

        assertThat(second.parent()).isNull();
    }

    @Test
    void afterSoManyInARowTheNextHasItsTurnAndKeepsItUntilItIsOver() {
        LiveOperation structural = trying(operation(10));
        for (int i = 0; i < PATIENCE; i++) {
            assertThat(refused(5)).isEqualTo(Outcome.AWAY);
        }
        LiveOperation next = trying(operation(5));

        assertThat(contest.ready(next).outcome()).isEqualTo(Outcome.GO);
        assertThat(contest.ready(structural)).isEqualTo(new Verdict(Outcome.AGAIN, next));
        assertThat(contest.ready(trying(operation(5, 5, next))).outcome()).isEqualTo(Outcome.GO);
        over(next, OperationStatus.SUCCEEDED);
        assertThat(contest.ready(structural).outcome()).isEqualTo(Outcome.GO);
        assertThat(refused(5)).isEqualTo(Outcome.AWAY);
    }

    @Test
    void whoeverFailsInItsTurnLeavesItToTheNext() {
        trying(operation(10));
        for (int i = 0; i < PATIENCE; i++) {
            refused(5);
        }
        LiveOperation failing = trying(operation(5));
        assertThat(contest.ready(failing).outcome()).isEqualTo(Outcome.GO);
        over(failing, OperationStatus.REJECTED);

        assertThat(refused(5)).isEqualTo(Outcome.GO);
    }

    @Test
    void aTurnIsNotGivenToWhoeverCannotUseIt() {
        trying(operation(10));
        for (int i = 0; i < PATIENCE; i++) {
            refused(5);
        }

        assertThat(contest.conflicted(trying(operation(5, 0, null))).outcome()).isEqualTo(Outcome.AWAY);
        assertThat(refused(5)).isEqualTo(Outcome.GO);
    }

    @Test
    void theTurnsOfTheLeastImportantAreNotTakenFromThoseInTheMiddle() {
        trying(operation(10));
        for (int i = 0; i < PATIENCE; i++) {
            assertThat(refused(5)).isEqualTo(Outcome.AWAY);
            assertThat(refused(2)).isEqualTo(Outcome.AWAY);
        }

        assertThat(refused(2)).isEqualTo(Outcome.GO);
        assertThat(refused(5)).isEqualTo(Outcome.GO);
    }

    @Test
    void anOperationThatNeverEndsDoesNotStopItsEqualsForEver() {
        LiveOperation hanging = trying(hurt(operation(5)));
        for (int i = 0; i < PATIENCE; i++) {
            LiveOperation last = trying(operation(5, 0, null));
            assertThat(contest.ready(last)).isEqualTo(new Verdict(Outcome.AGAIN, hanging));
            over(last, OperationStatus.REJECTED);
        }

        assertThat(contest.ready(trying(operation(5, 0, null))).outcome()).isEqualTo(Outcome.GO);
    }

    @Test
    void whatIsOwedOutlastsAnEmptyContest() {
        LiveOperation structural = trying(operation(10));
        assertThat(contest.owes()).isFalse();
        refused(5);
        over(structural, OperationStatus.SUCCEEDED);

        assertThat(contest.isEmpty()).isTrue();
        assertThat(contest.owes()).isTrue();
        refused(5);
        assertThat(contest.owes()).isFalse();
    }
}
