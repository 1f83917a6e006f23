package dev.interlock.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operations under way on one resource, and who of them has to give way.
 *
 * <p>Only those that are in the midst of a try stand in anybody's way: one that rests will look again in any case. A more important
 * one turns a less important one away. Of equals, one that has been tried in vain goes before those that came later. So that the less
 * important do not starve, after so many of them in a row have been turned away the next one <em>has its turn</em>: the others give
 * way to it until it is over, however important they are.
 */
final class Contest {

    /** What became of an operation that wants to make its change, or had a conflict, and on whose account. */
    record Verdict(Outcome outcome, @Nullable LiveOperation by) {}

    enum Outcome {
        GO,
        AGAIN,
        AWAY
    }

    private static final Verdict GO = new Verdict(Outcome.GO, null);
    private static final Verdict MOVED = new Verdict(Outcome.AGAIN, null);

    private final int patience;
    private final List<LiveOperation> running = new ArrayList<>();
    private int turnedAway;
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
        return this;
    }

    synchronized boolean isEmpty() {
        return running.isEmpty();
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
        if (turn == asking) {
            return otherwise;
        }
        Verdict verdict = otherwise;
        for (LiveOperation each : running) {
            if (!each.isTrying() || each.isRelatedTo(asking)) {
                continue;
            }
            if (each.priority > asking.priority) {
                return away(asking, each, otherwise);
            }
            if (goesBefore(each, asking)) {
                verdict = new Verdict(Outcome.AGAIN, each);
            }
        }
        return verdict;
    }

    private boolean goesBefore(LiveOperation one, LiveOperation other) {
        return one == turn || (one.priority == other.priority && one.retries() > 0 && one.number < other.number);
    }

    private Verdict away(LiveOperation asking, LiveOperation moreImportant, Verdict otherwise) {
        if (turn == null && turnedAway >= patience) {
            turn = asking;
            turnedAway = 0;
            return otherwise;
        }
        turnedAway++;
        return new Verdict(Outcome.AWAY, moreImportant);
    }
}
