package dev.interlock.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The operations under way on one resource, and who of them has to give way.
 *
 * <p>Only those that are in the midst of a try stand in anybody's way: one that rests will look again in any case. A more important
 * one turns a less important one away. Of equals, one that has been tried in vain goes before those that came later. So that nobody
 * starves, after so many of one priority in a row have been refused for good the next of them <em>has its turn</em>: the others give
 * way to it until it is over, however important they are. In a row means: since one of that priority succeeded. It is counted for
 * each priority by itself, or the turns of the least important would be taken from those in the middle. And whoever keeps so many
 * waiting in vain that one of them has its turn loses its own: an operation that never ends does not stop the others for ever.
 */
final class Contest {

    /** What became of an operation that wants to make its change, or had a conflict, and on whose account. */
    record Verdict(Outcome outcome, @Nullable LiveOperation by) {}

    enum Outcome {
        GO,
        AGAIN,
        AWAY
    }

    private static final int HIGHEST = 10;
    /** How often an operation gives way to less important ones that have their turn. */
    private static final int MOST_OVERTAKEN = 3;

    private static final Verdict GO = new Verdict(Outcome.GO, null);
    private static final Verdict MOVED = new Verdict(Outcome.AGAIN, null);

    private final int patience;
    private final List<LiveOperation> running = new ArrayList<>();
    /** By priority. */
    private final int[] refusedInARow = new int[HIGHEST + 1];

    private @Nullable LiveOperation turn;

    Contest(int patience) {
        this.patience = patience;
    }

    synchronized Contest with(LiveOperation operation) {
        running.add(operation);
        return this;
    }

    synchronized Contest without(LiveOperation operation) {
        running.remove(operation);
        if (turn == operation) {
            turn = null;
        }
        if (operation.hasSucceeded()) {
            refusedInARow[operation.priority] = 0;
        }
        return this;
    }

    synchronized boolean isEmpty() {
        return running.isEmpty();
    }

    /** Whether somebody is nearer to having its turn than at the beginning. */
    synchronized boolean owes() {
        return Arrays.stream(refusedInARow).anyMatch(each -> each > 0);
    }

    /** May this one make its change now, if the resource has not moved? */
    synchronized Verdict ready(LiveOperation asking) {
        return verdict(asking, GO);
    }

    /** May this one try again, after a conflict? */
    synchronized Verdict conflicted(LiveOperation asking) {
        return verdict(asking, MOVED);
    }

    private Verdict verdict(LiveOperation asking, Verdict otherwise) {
        if (turn != null && turn.isAtOrAbove(asking)) {
            return otherwise;
        }
        LiveOperation first = null;
        for (LiveOperation each : running) {
            if (!each.isTrying() || each.isRelatedTo(asking)) {
                continue;
            }
            if (each.priority > asking.priority) {
                return refused(asking, new Verdict(Outcome.AWAY, each), otherwise);
            }
            if (goesBefore(each, asking)) {
                first = each;
            }
        }
        return first == null ? otherwise : behind(asking, first, otherwise);
    }

    private boolean goesBefore(LiveOperation one, LiveOperation other) {
        return one == turn || (one.priority == other.priority && one.retries() > 0 && one.number < other.number);
    }

    private Verdict behind(LiveOperation asking, LiveOperation first, Verdict otherwise) {
        Verdict again = new Verdict(Outcome.AGAIN, first);
        return otherwise.outcome() == Outcome.GO && asking.isLastTry() ? refused(asking, again, otherwise) : again;
    }

    private Stream<LiveOperation> moreImportantThan(LiveOperation asking) {
        return running.stream()
                .filter(each -> each.isTrying() && each.priority > asking.priority && !each.isRelatedTo(asking));
    }

    /** Refused for good, unless that makes one too many. */
    private Verdict refused(LiveOperation asking, Verdict refusal, Verdict otherwise) {
        boolean isFree = turn == null || turn == refusal.by;
        boolean isOfUse = otherwise.outcome() == Outcome.GO || !asking.isLastTry();
        if (isFree && isOfUse && refusedInARow[asking.priority] >= patience && isBearable(asking)) {
            moreImportantThan(asking).forEach(LiveOperation::overtaken);
            turn = asking;
            return otherwise;
        }
        refusedInARow[asking.priority]++;
        return refusal;
    }

    /** Those that have their turn one after the other would starve a more important one, if it were not for this. */
    private boolean isBearable(LiveOperation asking) {
        return moreImportantThan(asking).allMatch(each -> each.timesOvertaken() < MOST_OVERTAKEN);
    }
}
